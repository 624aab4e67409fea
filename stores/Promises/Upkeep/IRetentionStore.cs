namespace MailStats.Stores.Upkeep;

/// <summary>Removes what is too old to keep, in steps so small that taking events in is never held up.</summary>
public interface IRetentionStore
{
    /// <summary>
    /// Removes deliveries whose last change of status lies before one time and rollups of quarter hours and days before
    /// another. Totals of what is removed by age stay until the rollups go; late events of removed deliveries are ignored.
    /// </summary>
    Task<TrimResult> TrimAsync(DateTimeOffset deliveriesBefore, DateTimeOffset rollupsBefore, CancellationToken cancellationToken);
}

/// <summary>Rows removed.</summary>
public sealed record TrimResult(long Deliveries, long Rollups);
