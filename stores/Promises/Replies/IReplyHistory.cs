using MailStats.Contracts;
using MailStats.Mail.Lists;

namespace MailStats.Stores.Replies;

/// <summary>The failures that the store still holds, as the events that reported them.</summary>
public interface IReplyHistory
{
    /// <summary>
    /// Deferrals, bounces, expiries and rejections of deliveries that have not been delivered, latest delivery first. An
    /// event holds what identifies it and what its reply said; applied again it changes nothing but its classification.
    /// </summary>
    Task<Page<ClassifiedDelivery>> FailuresAsync(ReplyHistoryQuery query, CancellationToken cancellationToken);
}

/// <summary>Which failures.</summary>
public sealed record ReplyHistoryQuery
{
    public required string TenantId { get; init; }

    /// <summary>True for those only whose reply no rule knew.</summary>
    public bool UnknownOnly { get; init; }

    public string? Cursor { get; init; }

    /// <summary>Deliveries on a page, each with all its failures.</summary>
    public required int Limit { get; init; }
}
