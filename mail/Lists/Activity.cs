using MailStats.Mail.Deliveries;

namespace MailStats.Mail.Lists;

/// <summary>One line of the activity list.</summary>
public sealed record Activity(
    DeliveryId Id,
    DateTimeOffset OccurredAt,
    DeliveryStatus Status,
    string Recipient,
    string? Subject,
    string Sender,
    string? QueueId,
    string? Reason,
    string? Advice);
