using MailStats.Query.Periods;
using MailStats.ServiceDefaults;

namespace MailStats.Query.Overview;

/// <summary>Counters by hour or day.</summary>
public sealed record Timeline
{
    public required PeriodRange Period { get; init; }

    /// <summary><c>quarter-hour</c>, <c>hour</c> or <c>day</c>.</summary>
    /// <example>"day"</example>
    [TimelineInterval]
    public required string Interval { get; init; }

    /// <summary><c>new</c> or <c>cumulative</c>.</summary>
    /// <example>"new"</example>
    [TimelineView]
    public required string View { get; init; }

    /// <summary>Every interval of the period in order, the empty ones too.</summary>
    public required IReadOnlyList<TimelinePoint> Points { get; init; }
}

/// <summary>One interval. It ends where the next begins; the last one ends with the period.</summary>
public sealed record TimelinePoint
{
    /// <summary>
    /// Start of the interval with the zone's offset. Days begin at local midnight, hours at :00; where clocks are changed by
    /// half an hour, a half hour stands apart.
    /// </summary>
    /// <example>"2026-03-25T00:00:00+01:00"</example>
    public required DateTimeOffset Start { get; init; }

    /// <example>1250</example>
    public required long Recipients { get; init; }

    /// <example>1200</example>
    public required long Delivered { get; init; }

    /// <example>30</example>
    public required long SoftBounces { get; init; }

    /// <example>15</example>
    public required long HardBounces { get; init; }

    /// <example>5</example>
    public required long Pending { get; init; }

    /// <summary>Recipients who called the mail spam, in the interval in which it was accepted.</summary>
    /// <example>2</example>
    public required long Complaints { get; init; }

    internal static TimelinePoint Of(IntervalCounters interval) => new()
    {
        Start = interval.Start,
        Recipients = interval.Counters.Recipients,
        Delivered = interval.Counters.Delivered,
        SoftBounces = interval.Counters.SoftBounces,
        HardBounces = interval.Counters.HardBounces,
        Pending = interval.Counters.Pending,
        Complaints = interval.Counters.Complaints,
    };
}
