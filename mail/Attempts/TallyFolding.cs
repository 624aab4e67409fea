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

    /// <summary>And that one change of the store puts together, so that applications get their turn in between.</summary>
    public const int PlacesOfOneChange = 10;

    /// <summary>After the end of its time, and after what was written last, a place waits this long for events that are under way.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    /// <summary>What was written since stays in the finer tier however old its time is, for those who follow the changes of imported history.</summary>
    public static readonly TimeSpan Unread = TimeSpan.FromDays(1);

    /// <summary>How long the finer tiers are kept.</summary>
    public static TimeSpan Kept(this TallyTier tier) => tier == TallyTier.FiveMinutes ? TimeSpan.FromDays(14) : TimeSpan.FromDays(92);

    /// <param name="tier">Of the place.</param>
    /// <param name="bucket">Of the place.</param>
    /// <param name="loose">Sheets that were not put together yet.</param>
    /// <param name="written">When the last of them was written, seconds of Unix time.</param>
    /// <param name="now">UTC.</param>
    public static bool IsDue(this TallyTier tier, long bucket, int loose, long written, DateTimeOffset now)
    {
        var quiet = now - Settling;

        return loose >= LooseSheets || (written <= quiet.ToUnixTimeSeconds() && tier.StartOf(bucket) + tier.Length() <= quiet);
    }
}
