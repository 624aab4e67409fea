namespace MailStats.Mail.Attempts;

/// <summary>
/// When the upkeep puts together what transactions wrote one by one. An application only ever adds a sheet of its own, so it
/// waits for nobody and conflicts with nobody; readers add sheets up.
/// </summary>
public static class TallyFolding
{
    /// <summary>Sheets of one place that a reader may have to add up before they are put together, while its time still runs.</summary>
    public const int LooseSheets = 32;

    /// <summary>Counts of one sheet, so that none outgrows a document: half a megabyte.</summary>
    public const int MostCounts = 100_000;

    /// <summary>Places that one step of the upkeep puts together.</summary>
    public const int PlacesAtOnce = 100;

    /// <summary>After the end of its time a place waits this long for the events that are under way.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    /// <summary>What was written since stays in the finer tier however old its time is, for those who follow the changes of imported history.</summary>
    public static readonly TimeSpan Unread = TimeSpan.FromDays(1);

    /// <summary>How long the finer tiers are kept.</summary>
    public static TimeSpan Kept(this TallyTier tier) => tier == TallyTier.FiveMinutes ? TimeSpan.FromDays(14) : TimeSpan.FromDays(92);

    public static bool IsDue(this TallyTier tier, long bucket, int loose, DateTimeOffset now) =>
        loose >= LooseSheets || tier.StartOf(bucket) + tier.Length() + Settling <= now;
}
