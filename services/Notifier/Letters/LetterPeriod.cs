using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.Notifications;

namespace MailStats.Notifier.Letters;

/// <summary>The weeks (Monday to Sunday) and months that letters tell of, in the tenant's zone.</summary>
/// <param name="First">Its first day.</param>
/// <param name="Last">Its last day.</param>
/// <param name="Zone">Whose days.</param>
internal sealed record LetterPeriod(DateOnly First, DateOnly Last, TimeZoneInfo Zone)
{
    /// <summary>Letters are written at seven in the morning of the day after.</summary>
    private static readonly TimeSpan Morning = TimeSpan.FromHours(7);

    /// <summary>A letter that could not be written for so long is not written: it would tell of the past.</summary>
    private static readonly TimeSpan Latest = TimeSpan.FromDays(3);

    public TimeRange Range => new(LocalDays.Start(First, Zone), LocalDays.Start(Last.AddDays(1), Zone));

    public DateTimeOffset DueAt => Range.To + Morning;

    public LetterPeriod Previous => First.Day == 1 && Last.AddDays(1).Day == 1
        ? new(First.AddMonths(-1), First.AddDays(-1), Zone)
        : new(First.AddDays(-7), First.AddDays(-1), Zone);

    /// <summary>The period whose letter is due, or null: none is wanted, or none ended since the choice was made.</summary>
    public static LetterPeriod? Due(LetterChoice choice, TimeZoneInfo zone, DateTimeOffset now)
    {
        var period = choice.Every == LetterRhythm.Off ? null : Ended(choice.Every, zone, now);

        return period is not null && period.DueAt <= now && now < period.DueAt + Latest && choice.ChangedAt < period.Range.To ? period : null;
    }

    /// <summary>The last whole period before today.</summary>
    public static LetterPeriod Ended(LetterRhythm every, TimeZoneInfo zone, DateTimeOffset now)
    {
        var today = LocalDays.DateAt(now, zone);

        return every == LetterRhythm.Monthly ? Month(today, zone) : Week(today, zone);
    }

    private static LetterPeriod Week(DateOnly today, TimeZoneInfo zone)
    {
        var monday = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));

        return new(monday.AddDays(-7), monday.AddDays(-1), zone);
    }

    private static LetterPeriod Month(DateOnly today, TimeZoneInfo zone)
    {
        var first = new DateOnly(today.Year, today.Month, 1);

        return new(first.AddMonths(-1), first.AddDays(-1), zone);
    }
}
