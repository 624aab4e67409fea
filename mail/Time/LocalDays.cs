namespace MailStats.Mail.Time;

/// <summary>
/// Days of a time zone as ranges of instants. Built on the one thing a zone answers without ambiguity: its offset from
/// UTC at an instant. Since 1972 every zone's offset is a multiple of 15 minutes, so a day begins on a quarter hour.
/// </summary>
public static class LocalDays
{
    public static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    // No zone has ever been further from UTC than 15:13:42 (Metlakatla, before 1867).
    private static readonly TimeSpan FurthestOffset = TimeSpan.FromHours(16);

    /// <summary>The date that the zone's clocks show at an instant.</summary>
    public static DateOnly DateAt(DateTimeOffset instant, TimeZoneInfo zone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);

    /// <summary>
    /// The first instant at which the zone's clocks show <paramref name="date"/> or later. Where clocks skip midnight that
    /// is the first instant after the gap, where they show it twice the earlier one, and a day that a zone left out
    /// altogether (Samoa, 30 December 2011) begins where the next one begins: it has no length.
    /// </summary>
    public static DateTimeOffset Start(DateOnly date, TimeZoneInfo zone)
    {
        var midnight = new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var earliest = midnight - FurthestOffset;
        var latest = midnight + FurthestOffset;
        var offset = zone.GetUtcOffset(earliest);

        if (offset == zone.GetUtcOffset(latest))
        {
            return midnight - offset;
        }

        var instant = earliest;

        while (instant + zone.GetUtcOffset(instant) < midnight)
        {
            instant += Quarter;
        }

        return instant;
    }

    /// <summary>The same instant, written with the offset the zone has then.</summary>
    public static DateTimeOffset In(this DateTimeOffset instant, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(instant, zone);

    /// <summary>The start of the quarter hour an instant lies in, UTC.</summary>
    public static DateTimeOffset FloorToQuarter(DateTimeOffset instant) =>
        new(instant.UtcTicks - (instant.UtcTicks % Quarter.Ticks), TimeSpan.Zero);
}
