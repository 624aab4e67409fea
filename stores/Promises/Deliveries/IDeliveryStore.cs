using MailStats.Contracts;

namespace MailStats.Stores.Deliveries;

/// <summary>Where delivery events become exact statistics.</summary>
public interface IDeliveryStore
{
    /// <summary>
    /// Merges events into their deliveries and moves rollups, reasons, providers, quota and outbox accordingly, all in one
    /// transaction. Any order and any repetition of the same events, in any batches, by any number of appliers at once,
    /// leaves the same store. When it returns, the change is durable; when it throws, nothing has changed, or the store could
    /// not learn whether it has (MongoDB, where the connection is lost over a commit). To apply again is right either way.
    /// On MongoDB what quotas move by is committed with the rest and counted in right after (decision 11); no reader sees the difference.
    /// </summary>
    /// <param name="deliveries">The events.</param>
    /// <param name="acknowledgedAt">When Ingest took them: what was removed from the suppression list by hand after that stays removed.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    Task<ApplyResult> ApplyAsync(IReadOnlyList<ClassifiedDelivery> deliveries, DateTimeOffset acknowledgedAt, CancellationToken cancellationToken);

    /// <summary>The same for events that nobody waited for: they are taken as they are applied.</summary>
    Task<ApplyResult> ApplyAsync(IReadOnlyList<ClassifiedDelivery> deliveries, CancellationToken cancellationToken);
}

/// <summary>What one application did.</summary>
/// <param name="Changed">Events that changed their delivery.</param>
/// <param name="Repeated">Events that were known already or changed nothing.</param>
/// <param name="Touched">The tenants and sending domains whose numbers or activity moved.</param>
public sealed record ApplyResult(int Changed, int Repeated, IReadOnlyList<(string TenantId, string Domain)> Touched);
