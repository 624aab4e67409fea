using MailStats.Mail.Attempts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;
using MailStats.Mail.Suppression;
using MailStats.Stores.Sqlite.Statistics;

namespace MailStats.Stores.Sqlite.Deliveries;

/// <summary>
/// What one transaction gathers, kept for the next: tables for thousands of deliveries are large objects, and made anew
/// each time they would cost more to collect than to fill. Used by the one writer of a database.
/// </summary>
internal sealed class ApplicationMemory
{
    /// <summary>By the hash of the key, in the form in which the recipient is kept.</summary>
    public Dictionary<UInt128, (DeliveryKey Key, TouchedDelivery<StoredRow> Delivery, byte[]? AddressHash)> Entries { get; } = [];

    public List<SoughtDelivery> Sought { get; } = [];

    public List<DeliveryRow> Added { get; } = [];

    public List<DeliveryRow> Altered { get; } = [];

    public List<NewDelivery> New { get; } = [];

    public List<ToldOfAddress> Told { get; } = [];

    public RollupDeltas Rollups { get; } = new();

    public Tally Tally { get; } = new();

    /// <param name="firstQuarter">Quarter hours before this have been removed by age and are not counted any more.</param>
    public void Clear(long firstQuarter)
    {
        Entries.Clear();
        Sought.Clear();
        Added.Clear();
        Altered.Clear();
        New.Clear();
        Told.Clear();
        Rollups.Clear(firstQuarter);
        Tally.Clear(firstQuarter);
    }
}
