namespace MailStats.Stores.Upkeep;

/// <summary>Counts everything again from the deliveries and compares.</summary>
public interface IVerificationStore
{
    /// <summary>
    /// Compares rollups, providers, reasons, the columns that are derived from deliveries and the list of earlier activities
    /// with what the deliveries say. Quarter hours from which deliveries were removed by age cannot be counted again and are
    /// left out. Reads one snapshot and lets writing go on. With <paramref name="repair"/>, and only when something differs, it
    /// is mended: in SQLite writers wait for that, in MongoDB they go on.
    /// </summary>
    Task<VerificationReport> VerifyAsync(bool repair, CancellationToken cancellationToken);

    /// <summary>
    /// True after an upgrade that counts what earlier releases did not, until <see cref="VerifyAsync"/> has mended. Such figures lack
    /// what came before.
    /// </summary>
    Task<bool> IsRecountDueAsync(CancellationToken cancellationToken);
}

/// <param name="Deliveries">Deliveries read.</param>
/// <param name="Differences">Rows that differ.</param>
/// <param name="Repaired">True when they were mended.</param>
/// <param name="Examples">The first of them, in words.</param>
public sealed record VerificationReport(long Deliveries, long Differences, bool Repaired, IReadOnlyList<string> Examples);
