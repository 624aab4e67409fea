using MailStats.Mail.Addresses;
using MailStats.Mail.Quotas;

namespace MailStats.Query.Quota;

/// <summary>State of a quota. With no limit, <c>limit</c>, <c>remaining</c> and <c>percent</c> are null and the level is blue.</summary>
public sealed record QuotaState
{
    /// <summary>Recipients allowed in the period.</summary>
    public required long? Limit { get; init; }

    /// <summary>Recipients accepted in the period.</summary>
    public required long Used { get; init; }

    /// <summary>Recipients the MTA was allowed to accept that no log has shown yet.</summary>
    public required long Reserved { get; init; }

    /// <summary>
    /// Of the used, recipients that a log reported since the limit was set and that no reservation had been made for: mail
    /// that passed by the policy service.
    /// </summary>
    public required long Unreserved { get; init; }

    /// <summary>Limit less used and reserved, never below 0.</summary>
    public required long? Remaining { get; init; }

    /// <summary>Used and reserved in percent of the limit, cut to two decimals.</summary>
    public required decimal? Percent { get; init; }

    /// <summary><c>blue</c> up to 80 %, <c>orange</c> above, <c>red</c> from 100 %.</summary>
    public required QuotaLevel Level { get; init; }

    /// <summary>True when mail is refused.</summary>
    public required bool Blocked { get; init; }

    /// <summary>Start of the period.</summary>
    public required DateTimeOffset PeriodStart { get; init; }

    /// <summary>When the period ends and the quota is whole again.</summary>
    public required DateTimeOffset ResetsAt { get; init; }

    /// <summary>Zone whose midnights begin the periods.</summary>
    public required string TimeZone { get; init; }

    /// <summary>When the limit is reached at the period's pace so far; null when it is not before the period ends.</summary>
    public required DateTimeOffset? ProjectedExhaustion { get; init; }

    /// <summary><c>month</c> or <c>day</c>.</summary>
    public required QuotaWindow Window { get; init; }

    /// <summary>The domain whose limit it is, null for the tenant's.</summary>
    public required string? Domain { get; init; }

    /// <summary>The mailbox whose limit it is.</summary>
    public required string? Mailbox { get; init; }

    /// <summary>Every limit that applies, widest first; null within this list, and where limits are listed.</summary>
    public required IReadOnlyList<QuotaState>? Limits { get; init; }

    public static QuotaState Of(IReadOnlyList<QuotaStanding> standings, DateTimeOffset now)
    {
        // What blocks is what people must see. Else the tenant's bar shows its month, a domain's or mailbox's the narrowest month that limits it.
        var main = standings.FirstOrDefault(standing => standing.Blocked)
            ?? standings.LastOrDefault(standing => standing.Limit is not null && standing.Window == QuotaWindow.Month)
            ?? standings[0];

        return Of(main, now) with
        {
            Limits = [.. standings.Where(standing => standing.Limit is not null).Select(standing => Of(standing, now))],
        };
    }

    public static QuotaState Of(QuotaStanding standing, DateTimeOffset now) => new()
    {
        Limit = standing.Limit,
        Used = standing.Used,
        Reserved = standing.Reserved,
        Unreserved = standing.Unreserved,
        Remaining = standing.Remaining,
        Percent = standing.Percent,
        Level = standing.Level,
        Blocked = standing.Blocked,
        PeriodStart = standing.Period.Start,
        ResetsAt = standing.Period.End,
        TimeZone = standing.TimeZone,
        ProjectedExhaustion = standing.ProjectExhaustion(now),
        Window = standing.Window,
        Domain = standing.Scope.Domain,
        Mailbox = standing.Scope.Mailbox,
        Limits = null,
    };
}
