using MailStats.Mail.Deliveries;
using MailStats.Mail.Search;
using MailStats.Mail.Statistics;

namespace MailStats.Mail.Lists;

/// <summary>Which error events.</summary>
public sealed record ErrorEventQuery
{
    public required StatisticsScope Scope { get; init; }

    /// <summary>By the time of the last attempt; null for all.</summary>
    public TimeRange? Range { get; init; }

    public SearchQuery Search { get; init; } = SearchQuery.Everything;

    public string? Reason { get; init; }

    /// <summary>Only this reply code; 0 where no server replied, null for all.</summary>
    public int? ReplyCode { get; init; }

    /// <summary>Only this enhanced code; empty for replies without one, null for all.</summary>
    public string? EnhancedCode { get; init; }

    /// <summary>Accepted within these times, as statistics count; null for all.</summary>
    public TimeRange? Accepted { get; init; }

    public bool? UnknownCode { get; init; }

    public IReadOnlyList<DeliveryStatus> Statuses { get; init; } = [];

    /// <summary>The receiving provider by its name.</summary>
    public string? Provider { get; init; }

    /// <summary>The address from which a host of ours connected, in any try.</summary>
    public string? OutgoingIp { get; init; }

    public string? Cursor { get; init; }

    public required int Limit { get; init; }
}
