namespace MailStats.Mail.Brake;

/// <summary>Recipients of a mailbox whose mail was accepted in one quarter hour.</summary>
/// <param name="Quarter">Quarter hours since 1970.</param>
/// <param name="Recipients">How many.</param>
/// <param name="Unknown">Those that turned out not to exist.</param>
/// <param name="To">Whom it wrote to (<see cref="MetRecipients"/>); null where that was not looked at.</param>
public readonly record struct MailboxQuarter(long Quarter, long Recipients, long Unknown, Addressees? To = null);

/// <summary>
/// When a mailbox is stopped: it has far more recipients in an hour or a day than in any of the ten weeks before, or many of
/// them do not exist. A function of its quarter hours by the time of acceptance, so imported history is judged in its own time
/// and in whatever order it came.
/// </summary>
/// <remarks>
/// The limits follow the largest hour and day of the ten weeks before, and are never below <see cref="LeastAnHour"/> and
/// <see cref="LeastADay"/>: a person who writes to five people a day may write to fifty once. What
/// was sent while stopped is not learnt, so that a thief does not become the habit. Five days after it was over it is, unless its
/// recipients did not exist, and so is what goes on for a week: a newsletter is stopped once and not each week.
/// A mailbox that mostly writes to the same people may have twice as many of them, and fewer strangers (<see cref="MetRecipients"/>). Who writes
/// at hours of the day at which the mailbox never did may write less.
/// </remarks>
public static partial class BrakeRules
{
    private const int AnHour = 4;
    private const int ADay = 96;

    internal const int QuartersOfDay = ADay;

    /// <summary>The stops in a mailbox's history.</summary>
    /// <param name="quarters">Ascending, those with recipients only.</param>
    /// <param name="perHour">The fixed limit; null for none.</param>
    public static List<BrakeEpisode> Judge(ReadOnlySpan<MailboxQuarter> quarters, long? perHour) => Judge(quarters, perHour, out _);

    /// <summary>The same.</summary>
    /// <param name="quarters">Ascending, those with recipients only.</param>
    /// <param name="perHour">The fixed limit; null for none.</param>
    /// <param name="isWorthALook">
    /// True where it would matter whom the mail went to (<see cref="MetRecipients"/>), and it is little enough to be looked at.
    /// </param>
    public static List<BrakeEpisode> Judge(ReadOnlySpan<MailboxQuarter> quarters, long? perHour, out bool isWorthALook)
    {
        var pace = new MailboxPace(perHour);
        var episodes = new List<BrakeEpisode>();
        var all = 0L;
        isWorthALook = false;

        foreach (var quarter in quarters)
        {
            pace.Add(quarter);
            all += quarter.Recipients;
            isWorthALook |= pace.IsWorthALook;

            if (pace.Ended is { } ended)
            {
                episodes.Add(ended);
            }
        }

        if (pace.Open is { } open)
        {
            episodes.Add(open);
        }

        isWorthALook &= all <= MetRecipients.Most;

        return episodes;
    }

    internal static bool IsQuiet(in MailboxQuarter quarter, in BrakeLimits limits) => (limits.QuietHours & HourBit(quarter.Quarter)) != 0;

    /// <summary>The bit of its hour of the day.</summary>
    internal static int HourBit(long quarter) => 1 << (int)(quarter % ADay / AnHour);

    /// <summary>Null where it was not looked at whom some of it went to.</summary>
    internal static long? Sum(IEnumerable<MailboxQuarter> window, long from, Func<Addressees, long> what)
    {
        long? sum = 0;

        foreach (var quarter in window)
        {
            sum = quarter.Quarter >= from ? sum + (quarter.To is { } to ? what(to) : null) : sum;
        }

        return sum;
    }

    internal static long SumOf(IEnumerable<MailboxQuarter> window, long from, Func<MailboxQuarter, long> what)
    {
        var sum = 0L;

        foreach (var quarter in window)
        {
            sum += quarter.Quarter >= from ? what(quarter) : 0;
        }

        return sum;
    }

    internal static long HourBefore(long quarter) => quarter - AnHour + 1;

    internal static long DayBefore(long quarter) => quarter - ADay + 1;

    internal static long DayOf(long quarter) => quarter / ADay;
}
