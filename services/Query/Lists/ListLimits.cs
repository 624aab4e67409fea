using MailStats.ServiceDefaults;

namespace MailStats.Query.Lists;

/// <summary>How many items the lists answer: what a page shows by default, and what one answer may hold in memory at most.</summary>
internal static class ListLimits
{
    /// <summary>Statistics by name come whole as a rule.</summary>
    public static readonly ListLimit Statistics = new(1_000, 10_000);

    /// <summary>Receiving providers that a series of attempts tells by name.</summary>
    public static readonly ListLimit AttemptProviders = new(50, 1_000);

    /// <summary>Pages of single deliveries.</summary>
    public static readonly ListLimit Activities = new(10, 500);

    public static readonly ListLimit ErrorEvents = new(50, 500);

    public static readonly ListLimit Deliveries = new(50, 500);
    public static readonly ListLimit Incidents = new(50, 500);
    public static readonly ListLimit Brakes = new(50, 500);

    public static readonly ListLimit Suppressions = new(50, 500);

    public static readonly ListLimit Audit = new(50, 500);

    public static readonly ListLimit Mailboxes = new(100, 1_000);

    public static readonly ListLimit Reasons = new(20, 200);

    /// <summary>Limits with their standings: each is summed up for the answer.</summary>
    public static readonly ListLimit Quotas = new(DefaultQuotas, 1_000);

    /// <summary>Collections with every host's run.</summary>
    public static readonly ListLimit Collections = new(DefaultCollections, 200);

    public const int DefaultQuotas = 100;

    public const int DefaultCollections = 10;
}
