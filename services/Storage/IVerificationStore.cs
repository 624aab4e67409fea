namespace MailStats.Storage;

/// <summary>Counts everything again from the deliveries and compares.</summary>
public interface IVerificationStore
{
    /// <summary>
    /// Compares rollups, providers, reasons and the columns that are derived from deliveries with what the deliveries say.
    /// Quarter hours from which deliveries were removed by age cannot be counted again and are left out. Reads one snapshot
    /// and lets writing go on; with <paramref name="repair"/>, and only when something differs, writers wait while it is mended.
    /// </summary>
    Task<VerificationReport> VerifyAsync(bool repair, CancellationToken cancellationToken);
}

/// <param name="Deliveries">Deliveries read.</param>
/// <param name="Differences">Rows that differ.</param>
/// <param name="Repaired">True when they were mended.</param>
/// <param name="Examples">The first of them, in words.</param>
public sealed record VerificationReport(long Deliveries, long Differences, bool Repaired, IReadOnlyList<string> Examples);
