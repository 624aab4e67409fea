using MailStats.Mail.Deliveries;
using MailStats.Mail.Search;
using MailStats.Mail.Statistics;

namespace MailStats.Mail.Lists;

/// <summary>Which deliveries.</summary>
public sealed record DeliveryQuery
{
    public required StatisticsScope Scope { get; init; }

    /// <summary>By the time at which a delivery came to its status; null for all.</summary>
    public TimeRange? Range { get; init; }

    public SearchQuery Search { get; init; } = SearchQuery.Everything;

    public IReadOnlyList<DeliveryStatus> Statuses { get; init; } = [];

    /// <summary>What failed for this reason.</summary>
    public string? Reason { get; init; }

    /// <summary>What failed with this reply code.</summary>
    public int? ReplyCode { get; init; }

    /// <summary>What failed with a reply that was, or was not, classified.</summary>
    public bool? UnknownCode { get; init; }

    /// <summary>The receiving provider by its name.</summary>
    public string? Provider { get; init; }

    /// <summary>A tag as the sender gave it.</summary>
    public string? Tag { get; init; }

    /// <summary>The address from which a host of ours connected, in any try.</summary>
    public string? OutgoingIp { get; init; }

    public string? Cursor { get; init; }

    public required int Limit { get; init; }
}
