using MailStats.Mail.Deliveries;
using MailStats.Mail.Search;
using MailStats.Mail.Statistics;

namespace MailStats.Mail.Lists;

/// <summary>Which activities.</summary>
public sealed record ActivityQuery
{
    public required StatisticsScope Scope { get; init; }

    /// <summary>By the time of the activity, not of acceptance; null for all.</summary>
    public TimeRange? Range { get; init; }

    public SearchQuery Search { get; init; } = SearchQuery.Everything;

    public IReadOnlyList<DeliveryStatus> Statuses { get; init; } = [];

    public string? Cursor { get; init; }

    public required int Limit { get; init; }
}
