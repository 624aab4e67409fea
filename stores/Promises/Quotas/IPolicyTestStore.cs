namespace MailStats.Stores.Quotas;

/// <summary>Synthetic messages that show whether an MTA asks the policy service, whichever replica it asks.</summary>
public interface IPolicyTestStore
{
    Task StartAsync(PolicyTest test, CancellationToken cancellationToken);

    /// <summary>Null when the tenant has no such test.</summary>
    Task<PolicyTest?> FindAsync(string tenantId, string testId, CancellationToken cancellationToken);

    /// <summary>Notes down that an MTA asked about the test's message; the first time counts.</summary>
    /// <param name="testId">The test.</param>
    /// <param name="binding">True at the end of the message, false while recipients are named.</param>
    /// <param name="queueId">The MTA's queue id, null while there is none.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    Task ObserveAsync(string testId, bool binding, string? queueId, CancellationToken cancellationToken);
}

/// <param name="Id">Sixteen hexadecimal digits; part of the recipient's address.</param>
/// <param name="TenantId">Who started it.</param>
/// <param name="Sender">Envelope sender of the message.</param>
/// <param name="Recipient">Its only recipient.</param>
/// <param name="StartedAt">When it was started, UTC.</param>
/// <param name="AdvisedAt">When an MTA asked while the recipient was named, null while none has.</param>
/// <param name="AskedAt">When an MTA asked at the end of the message, null while none has.</param>
/// <param name="QueueId">The queue id it asked with.</param>
public sealed record PolicyTest(
    string Id, string TenantId, string Sender, string Recipient, DateTimeOffset StartedAt, DateTimeOffset? AdvisedAt, DateTimeOffset? AskedAt, string? QueueId);
