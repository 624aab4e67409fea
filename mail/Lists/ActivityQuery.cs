using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;

namespace MailStats.Mail.Lists;

/// <summary>Which activities.</summary>
public sealed record ActivityQuery
{
    public required StatisticsScope Scope { get; init; }

    /// <summary>By the time of the activity, not of acceptance; null for all.</summary>
    public TimeRange? Range { get; init; }

    /// <summary>Part of the recipient, sender or subject without case, or a whole queue id.</summary>
    public string? Search { get; init; }

    public IReadOnlyList<DeliveryStatus> Statuses { get; init; } = [];

    public string? Cursor { get; init; }

    public required int Limit { get; init; }
}
