namespace MailStats.Storage;

/// <summary>Lists of single deliveries: index-ordered pages with cursors that stay right while rows arrive.</summary>
public interface IDeliveryLog
{
    /// <summary>Latest first. A delivery that was reversed (delivered, then bounced) stands in the list twice.</summary>
    Task<Page<Activity>> ActivitiesAsync(ActivityQuery query, CancellationToken cancellationToken);

    /// <summary>Deferred, bounced and rejected deliveries, latest first.</summary>
    Task<Page<ErrorEvent>> ErrorEventsAsync(ErrorEventQuery query, CancellationToken cancellationToken);

    /// <summary>The latest failure with this reason and these codes, as an example; null where none is kept any more.</summary>
    Task<ErrorEvent?> ExampleAsync(StatisticsScope scope, ReasonCount reason, CancellationToken cancellationToken);
}

/// <summary>
/// A page of a list; <paramref name="Next"/> is the opaque cursor of the following page, null at the end. A search that
/// finds little in a large store ends a page early, with fewer rows than asked for or none, and a cursor to go on from.
/// </summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

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

/// <summary>Which error events.</summary>
public sealed record ErrorEventQuery
{
    public required StatisticsScope Scope { get; init; }

    /// <summary>By the time of the last attempt; null for all.</summary>
    public TimeRange? Range { get; init; }

    /// <summary>Part of the recipient, sender or reply text without case, or a whole queue id.</summary>
    public string? Search { get; init; }

    public string? Reason { get; init; }

    public int? ReplyCode { get; init; }

    public bool? UnknownCode { get; init; }

    public IReadOnlyList<DeliveryStatus> Statuses { get; init; } = [];

    public string? Cursor { get; init; }

    public required int Limit { get; init; }
}

/// <summary>One line of the activity list.</summary>
public sealed record Activity(
    DateTimeOffset OccurredAt,
    DeliveryStatus Status,
    string Recipient,
    string? Subject,
    string Sender,
    string? QueueId,
    string? Reason,
    string? Advice);

/// <summary>One line of the table of outbound error events.</summary>
public sealed record ErrorEvent
{
    /// <summary>When the delivery attempt that gave the reply took place.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    public required DeliveryStatus Status { get; init; }

    public string? QueueId { get; init; }

    public required string From { get; init; }

    public required string FromDomain { get; init; }

    public required string To { get; init; }

    public int? ReplyCode { get; init; }

    public string? EnhancedCode { get; init; }

    public required string Reason { get; init; }

    public required bool Hard { get; init; }

    public required bool UnknownCode { get; init; }

    public required string Advice { get; init; }

    /// <summary>The complete reply text.</summary>
    public string? Detail { get; init; }

    public string? Documentation { get; init; }

    public long? Bytes { get; init; }

    /// <summary>Attempts made in all.</summary>
    public required int Attempts { get; init; }

    /// <summary>When the last attempt was made.</summary>
    public required DateTimeOffset LastTry { get; init; }

    public double? SpamScore { get; init; }
}
