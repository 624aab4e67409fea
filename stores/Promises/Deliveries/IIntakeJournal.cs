using MailStats.Contracts;

namespace MailStats.Stores.Deliveries;

/// <summary>
/// Batches that were acknowledged but are not applied yet. Used with the in-memory transport, which forgets its messages
/// when the process dies; with a broker the queue is the journal. <c>BatchesUnderWay</c> says which batches need it.
/// </summary>
public interface IIntakeJournal
{
    /// <summary>Returns when all batches are on disk (fsync).</summary>
    Task AppendAsync(IReadOnlyList<DeliveriesReported> batches, CancellationToken cancellationToken);

    /// <summary>Forgets batches whose events have been applied.</summary>
    Task RemoveAsync(IReadOnlyList<Guid> batchIds, CancellationToken cancellationToken);

    /// <summary>What is left from before, oldest first.</summary>
    IAsyncEnumerable<DeliveriesReported> ReadAllAsync(CancellationToken cancellationToken);
}
