using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using System.Text.Json.Serialization;

namespace MailStats.Query.Attempts;

/// <summary>Attempts by the time at which they happened, whenever the message was accepted.</summary>
public sealed record AttemptSeries
{
    public required PeriodRange Period { get; init; }

    /// <summary><c>5m</c>, <c>hour</c> or <c>day</c>.</summary>
    /// <example>"hour"</example>
    [AttemptInterval]
    public required string Interval { get; init; }

    /// <summary>What was counted, by start; what did not happen has no point.</summary>
    public required IReadOnlyList<AttemptPoint> Points { get; init; }
}

/// <summary>Attempts of one interval.</summary>
public sealed record AttemptPoint
{
    /// <summary>Start of the interval with the zone's offset.</summary>
    /// <example>"2026-03-25T09:00:00+01:00"</example>
    public required DateTimeOffset Start { get; init; }

    /// <summary>Sending domain; <c>other</c> for all beyond <c>limit</c>. Where asked by it.</summary>
    /// <example>"shop.example"</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Domain { get; init; }

    /// <summary>
    /// Receiving provider, or the recipients' domain where none is known; <c>other</c> for all beyond <c>limit</c>. Where
    /// asked by it.
    /// </summary>
    /// <example>"Gmail"</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Provider { get; init; }

    /// <summary><c>delivered</c>, <c>deferred</c>, <c>soft</c>, <c>hard</c> or <c>complained</c>. Where asked by it.</summary>
    /// <example>"deferred"</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [CountedOutcome]
    public string? Outcome { get; init; }

    /// <summary>Why it failed. Where asked by it, for what failed.</summary>
    /// <example>"mailbox_full"</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [Reason]
    public string? Reason { get; init; }

    /// <example>318</example>
    public required long Attempts { get; init; }
}

/// <summary>How long mail took from acceptance to delivery.</summary>
public sealed record LatencyList
{
    public required PeriodRange Period { get; init; }

    /// <summary>Most deliveries first; days in their order.</summary>
    public required IReadOnlyList<Latency> Items { get; init; }

    /// <summary>Items in all, also where <c>limit</c> cut the list.</summary>
    /// <example>1</example>
    public required int Total { get; init; }
}

/// <summary>Of one provider, domain or day. At most 2 % off.</summary>
public sealed record Latency
{
    /// <summary>Receiving provider, where asked by it.</summary>
    /// <example>"Gmail"</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Provider { get; init; }

    /// <summary>Sending domain, where asked by it.</summary>
    /// <example>"shop.example"</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Domain { get; init; }

    /// <summary>Day of acceptance in the zone, where asked by it.</summary>
    /// <example>"2026-03-25"</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateOnly? Day { get; init; }

    /// <summary>Delivered recipients of which the time of acceptance is known.</summary>
    /// <example>1180</example>
    public required long Deliveries { get; init; }

    /// <summary>Half of them took at most this long.</summary>
    /// <example>1.9</example>
    public required double P50Seconds { get; init; }

    /// <example>12.4</example>
    public required double P90Seconds { get; init; }

    /// <example>71.2</example>
    public required double P95Seconds { get; init; }

    /// <example>1830</example>
    public required double P99Seconds { get; init; }
}

/// <summary>What is in the queues now.</summary>
public sealed record WaitingList
{
    /// <summary>Most first.</summary>
    public required IReadOnlyList<WaitingGroup> Items { get; init; }

    /// <summary>
    /// Recipients without an end that nothing was heard of for longer than any queue keeps mail: their logs end too early. They
    /// are pending in the statistics, and not among <c>items</c>.
    /// </summary>
    /// <example>12</example>
    public required long LeftOpen { get; init; }

    /// <summary>How long that is, in days since the last attempt that is known.</summary>
    /// <example>5</example>
    public required int LeftOpenAfterDays { get; init; }
}

/// <summary>What waits for one receiving provider, or of one sending domain.</summary>
public sealed record WaitingGroup
{
    /// <summary>Receiving provider, where asked by it.</summary>
    /// <example>"Gmail"</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Provider { get; init; }

    /// <summary>Sending domain, where asked by it.</summary>
    /// <example>"shop.example"</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Domain { get; init; }

    /// <summary>Recipients.</summary>
    /// <example>42</example>
    public required long Waiting { get; init; }

    /// <summary>When the message was accepted that waits longest.</summary>
    /// <example>"2026-03-25T07:12:44Z"</example>
    public required DateTimeOffset OldestAcceptedAt { get; init; }

    /// <summary>Why most of them were deferred; absent while none was.</summary>
    /// <example>"rate_limited"</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [Reason]
    public string? Reason { get; init; }
}
