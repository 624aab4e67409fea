using MailStats.Mail.Statistics;

namespace MailStats.Stores.Deliveries;

/// <summary>Deliveries that a report may be about, which comes back as mail and knows them by other names.</summary>
public interface IReportedDeliveryStore
{
    /// <summary>
    /// Deliveries of a tenant that are looked at for one report where no index can be asked. Past it the earlier ones are not found,
    /// and the report counts on its own.
    /// </summary>
    const int MaxExamined = 50_000;

    /// <summary>Deliveries of one recipient that are given back for one report.</summary>
    const int MaxFound = 100;

    /// <summary>
    /// Deliveries to a recipient of the mail with a Message-ID; where that is null or none has it, those that came to their present
    /// status within the range. The latest <see cref="MaxFound"/>, the earliest of them first. The recipient is compared as it is
    /// kept: domain in lower case, all else as it was.
    /// </summary>
    Task<IReadOnlyList<ReportedDelivery>> FindAsync(
        string tenantId, string recipient, string? messageId, TimeRange within, CancellationToken cancellationToken);
}

/// <param name="MessageKey">Names the message within the tenant.</param>
/// <param name="Recipient">As it is kept, perhaps masked or hashed.</param>
/// <param name="MessageId">Header Message-ID; null where no source has told it.</param>
/// <param name="QueueId">Queue id at the reporting host.</param>
/// <param name="Sender">Envelope sender.</param>
/// <param name="HeaderFrom">Address of the header From.</param>
/// <param name="AcceptedAt">When the message was accepted, UTC.</param>
public sealed record ReportedDelivery(
    string MessageKey, string Recipient, string? MessageId, string? QueueId, string? Sender, string? HeaderFrom, DateTimeOffset AcceptedAt);
