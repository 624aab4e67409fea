using MailStats.Contracts;

namespace MailStats.Stores.Deliveries;

/// <summary>
/// Batches that were acknowledged but are not applied yet. Used with the in-memory transport, which forgets its messages
/// when the process dies; with a broker the queue is the journal. <c>BatchesUnderWay</c> says which batches need it.
/// </summary>
public interface IIntakeJournal
{
    /// <summary>
    /// Batches that the quarantine holds; up to 500 events of some 500 bytes each, so 250 MB of disk. More than a mistake in a
    /// program leaves before somebody looks.
    /// </summary>
    const int MaxQuarantined = 1_000;

    /// <summary>Characters of a reason that are kept; the log has the rest.</summary>
    const int LongestReason = 500;

    /// <summary>Returns when all batches are on disk (fsync).</summary>
    Task AppendAsync(IReadOnlyList<DeliveriesReported> batches, CancellationToken cancellationToken);

    /// <summary>Forgets batches whose events have been applied, in quarantine or not.</summary>
    Task RemoveAsync(IReadOnlyList<Guid> batchIds, CancellationToken cancellationToken);

    /// <summary>What is left from before and not in quarantine, oldest first.</summary>
    IAsyncEnumerable<DeliveriesReported> ReadAllAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Keeps a batch that cannot be processed, whether it was appended before or not, and returns when that is on disk: how many
    /// are in quarantine now, or null when it is full (<see cref="MaxQuarantined"/>) and nothing was changed.
    /// </summary>
    Task<int?> QuarantineAsync(DeliveriesReported batch, string reason, DateTimeOffset failedAt, CancellationToken cancellationToken);

    /// <summary>What is in quarantine, the earliest failure first.</summary>
    Task<IReadOnlyList<QuarantinedBatch>> QuarantinedAsync(CancellationToken cancellationToken);

    /// <summary>Takes everything out of quarantine: <see cref="ReadAllAsync"/> gives it again. Returns how many batches.</summary>
    Task<int> ReleaseAsync(CancellationToken cancellationToken);
}

/// <summary>A batch that cannot be processed.</summary>
/// <param name="BatchId">As it was reported.</param>
/// <param name="FailedAt">When it was given up, UTC.</param>
/// <param name="Events">How many it holds.</param>
/// <param name="Reason">Type and text of the exception. May quote the batch, so it belongs into no log.</param>
public sealed record QuarantinedBatch(Guid BatchId, DateTimeOffset FailedAt, int Events, string Reason);
