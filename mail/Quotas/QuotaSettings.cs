using MailStats.Mail.Statistics;

namespace MailStats.Mail.Quotas;

/// <summary>How a tenant's quota is counted.</summary>
public sealed record QuotaSettings
{
    public required string TenantId { get; init; }

    /// <summary>Day on which the billing month begins, 1 to 31; the month's last day where it has fewer.</summary>
    public int AnchorDay { get; init; } = 1;

    /// <summary>IANA zone whose midnights begin the periods; null for the tenant's own.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Percentages at which a notice goes out, ascending, each 1 to 100, 100 always among them.</summary>
    public IReadOnlyList<int> Thresholds { get; init; } = QuotaThresholds.Default;
}

/// <summary>Recipients that a tenant, one of its domains or one of its mailboxes may send to in a month or a day.</summary>
/// <param name="Scope">Whose.</param>
/// <param name="Window">Month or day.</param>
/// <param name="Recipients">How many, 0 to <see cref="Most"/>.</param>
/// <param name="Temporary">True when the refusal is 451 4.7.1 (try later), false for 550 5.7.1.</param>
public sealed record QuotaLimit(StatisticsScope Scope, QuotaWindow Window, long Recipients, bool Temporary = false)
{
    /// <summary>The highest limit that can be set: a million million.</summary>
    public const long Most = 1_000_000_000_000;
}
