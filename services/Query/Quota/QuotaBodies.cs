using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.Query.Names;
using MailStats.ServiceDefaults;

namespace MailStats.Query.Quota;

/// <param name="Settings">How the tenant's quotas are counted.</param>
/// <param name="Items">Limits by domain, mailbox and window.</param>
/// <param name="Next">The <c>offset</c> of the next page, null at the end.</param>
/// <param name="MaySetOwnLimit">True when the caller may set the tenant's own limit, billing day and zone, not only limits below it and thresholds.</param>
public sealed record QuotaList(QuotaSettingsView Settings, IReadOnlyList<QuotaState> Items, int? Next, bool MaySetOwnLimit);

/// <summary>A limit. Without domain and mailbox it is the tenant's own.</summary>
public sealed record QuotaBody
{
    public string? Domain { get; init; }

    public string? Mailbox { get; init; }

    /// <summary><c>month</c> (default) or <c>day</c>.</summary>
    public QuotaWindow Window { get; init; } = QuotaWindow.Month;

    /// <summary>Recipients allowed in the period; 0 blocks all.</summary>
    public long? Limit { get; init; }

    /// <summary>True to refuse with 451 4.7.1 (try later) and not with 550 5.7.1.</summary>
    public bool Temporary { get; init; }
}

/// <summary>A limit as it is set.</summary>
public sealed record QuotaLimitView
{
    /// <summary>The domain whose limit it is, null for the tenant's.</summary>
    public required string? Domain { get; init; }

    /// <summary>The mailbox whose limit it is.</summary>
    public required string? Mailbox { get; init; }

    /// <summary><c>month</c> or <c>day</c>.</summary>
    public required QuotaWindow Window { get; init; }

    /// <summary>Recipients allowed in the period; null where no limit is set.</summary>
    public required long? Limit { get; init; }

    /// <summary>True where refusals are 451 4.7.1 (try later) and not 550 5.7.1.</summary>
    public required bool Temporary { get; init; }

    internal static QuotaLimitView Of(StatisticsScope scope, QuotaWindow window, QuotaLimit? limit) => new()
    {
        Domain = scope.Domain,
        Mailbox = scope.Mailbox,
        Window = window,
        Limit = limit?.Recipients,
        Temporary = limit?.Temporary ?? false,
    };
}

/// <summary>How a tenant's quotas are counted.</summary>
public sealed record QuotaSettingsView
{
    /// <summary>Day on which the billing month begins, 1 to 31; the last day in shorter months.</summary>
    public required int AnchorDay { get; init; }

    /// <summary>IANA zone of the periods' midnights; null for the tenant's own.</summary>
    public required string? TimeZone { get; init; }

    /// <summary>Percentages at which notices go out.</summary>
    public required IReadOnlyList<int> Thresholds { get; init; }

    internal static QuotaSettingsView Of(QuotaSettings settings) => new()
    {
        AnchorDay = settings.AnchorDay,
        TimeZone = settings.TimeZone,
        Thresholds = settings.Thresholds,
    };
}

/// <summary>How a tenant's quotas are to be counted.</summary>
public sealed record QuotaSettingsBody
{
    private const int MostThresholds = 20;

    /// <summary>Day on which the billing month begins, 1 to 31; the last day in shorter months.</summary>
    public int AnchorDay { get; init; } = 1;

    /// <summary>IANA zone of the periods' midnights; null for the tenant's own.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Percentages at which notices go out, 1 to 100, at most 20; 100 is always one of them.</summary>
    public IReadOnlyList<int> Thresholds { get; init; } = QuotaThresholds.Default;

    internal FieldProblems FindProblems()
    {
        var problems = new FieldProblems();

        if (AnchorDay is < 1 or > 31)
        {
            problems.Add("anchorDay", "must be a whole number from 1 to 31");
        }

        if (TimeZone is not null)
        {
            Texts.ReadZone(TimeZone, problems);
        }

        if (Thresholds is not { Count: <= MostThresholds } || Thresholds.Any(threshold => threshold is < 1 or > 100))
        {
            problems.Add("thresholds", $"must be at most {MostThresholds} numbers from 1 to 100");
        }

        return problems;
    }
}
