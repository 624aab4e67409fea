namespace MailStats.Stores;

/// <summary>What a caller may do. Each is also the name of the authorization policy that requires it.</summary>
public static class Scopes
{
    /// <summary>Report delivery events.</summary>
    public const string Ingest = "ingest";

    /// <summary>Report delivery events of any tenant; the sender's validated domain says whose they are.</summary>
    public const string IngestAll = "ingest-all";

    /// <summary>Read the tenant's statistics.</summary>
    public const string Read = "read";

    /// <summary>Read numbers alone, without addresses, subjects or replies: for pages in a browser. Who may read may this too.</summary>
    public const string Statistics = "statistics";

    /// <summary>Administer the own tenant: domains, their limits, keys, users and settings.</summary>
    public const string Admin = "admin";

    /// <summary>Create and change tenants, set what each may send in all, and vouch for their domains.</summary>
    public const string Operator = "operator";

    /// <summary>Every scope.</summary>
    public static IReadOnlyList<string> All { get; } = [Ingest, IngestAll, Read, Statistics, Admin, Operator];
}
