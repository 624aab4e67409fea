namespace MailStats.Mail.Brake;

/// <summary>Recipients of a mailbox whose mail was accepted in one quarter hour.</summary>
/// <param name="Quarter">Quarter hours since 1970.</param>
/// <param name="Recipients">How many.</param>
/// <param name="Unknown">Those that turned out not to exist.</param>
public readonly record struct MailboxQuarter(long Quarter, long Recipients, long Unknown);

/// <summary>A stop, made or that would have been made.</summary>
/// <param name="SinceQuarter">The quarter hour in which the behaviour began.</param>
/// <param name="StopQuarter">The quarter hour in which it is stopped.</param>
/// <param name="EndQuarter">The first quarter hour after it.</param>
/// <param name="Cause">Why.</param>
/// <param name="LetThrough">Recipients since it began until it was stopped.</param>
/// <param name="Refused">Recipients after that: refused, or that would have been.</param>
public readonly record struct BrakeEpisode(
    long SinceQuarter, long StopQuarter, long EndQuarter, BrakeCause Cause, long LetThrough, long Refused);

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
/// </remarks>
public static class BrakeRules
{
    public const long LeastAnHour = 60;
    public const long LeastADay = 150;

    /// <summary>How many times its largest hour (past <see cref="SmallHour"/>) a mailbox may grow.</summary>
    public const int HourGrowth = 2;

    /// <summary>How many times its largest day.</summary>
    public const int DayGrowth = 3;

    /// <summary>
    /// Most mailboxes never pass this in an hour. They may have half as much again and <see cref="MoreAnHour"/>: three times as
    /// much would let a thief reach eighty recipients instead of sixty.
    /// </summary>
    public const long SmallHour = 25;

    public const long MoreAnHour = 15;

    /// <summary>What a mailbox that sends on fewer days than <see cref="FewDays"/> may send besides: twice as much.</summary>
    public const int Rarely = 2;

    public const int FewDays = 3;

    /// <summary>Recipients that do not exist: as many at least, and this share of all, before a list is called bought.</summary>
    public const int LeastUnknown = 10;

    public const double UnknownShare = 0.25;

    /// <summary>How far back habits are looked for, in days.</summary>
    public const int HabitDays = 70;

    /// <summary>From client networks that it was never seen in, a mailbox may have this part of what it may otherwise have in an hour.</summary>
    public const int PartFromNew = 2;

    /// <summary>Below this many days of history nothing is called unusual.</summary>
    public const int LeastDays = 7;

    /// <summary>From so many days of history on a mailbox is known; before that it may have more, twice as much at <see cref="LeastDays"/>.</summary>
    public const int KnownDays = 21;

    private const int AnHour = 4;
    private const int ADay = 96;

    internal const int QuartersOfDay = ADay;

    /// <summary>The stops in a mailbox's history.</summary>
    /// <param name="quarters">Ascending, those with recipients only.</param>
    /// <param name="perHour">The fixed limit; null for none.</param>
    public static List<BrakeEpisode> Judge(ReadOnlySpan<MailboxQuarter> quarters, long? perHour)
    {
        var pace = new MailboxPace(perHour);
        var episodes = new List<BrakeEpisode>();

        foreach (var quarter in quarters)
        {
            pace.Add(quarter);

            if (pace.Ended is { } ended)
            {
                episodes.Add(ended);
            }
        }

        if (pace.Open is { } open)
        {
            episodes.Add(open);
        }

        return episodes;
    }

    /// <summary>
    /// The most that is sent in an hour and in a day without a stop, given the largest of each that is known. Who has had a large day
    /// may have two thirds of it in one hour.
    /// </summary>
    /// <param name="largestHour">The most recipients of an hour.</param>
    /// <param name="largestDay">The most of a day.</param>
    /// <param name="isRare">It sends on fewer days than <see cref="FewDays"/>.</param>
    /// <param name="days">Days since its first mail. Of a young mailbox the largest hour has mostly not been seen yet: it may have more.</param>
    public static (long Hour, long Day) Limits(long largestHour, long largestDay, bool isRare, long days)
    {
        var young = Math.Max(1, Rarely - ((days - LeastDays) / (double)(KnownDays - LeastDays)));
        var hour = Math.Max(
            Math.Max(LeastAnHour * (isRare ? Rarely : 1), largestDay * 2 / 3),
            largestHour <= SmallHour
                ? (largestHour * 3 / 2) + MoreAnHour
                : (SmallHour * 3 / 2) + MoreAnHour + (HourGrowth * (largestHour - SmallHour)));

        return ((long)(young * hour), (long)(young * Math.Max(LeastADay * (isRare ? Rarely : 1), DayGrowth * largestDay)));
    }

    /// <summary>The stop that the last of some quarter hours brings; null where it brings none.</summary>
    /// <param name="window">Ascending, of one day at most.</param>
    /// <param name="limits">Of an hour and a day; null where too little is known.</param>
    /// <param name="perHour">The fixed limit; null for none.</param>
    public static BrakeEpisode? FindStop(IReadOnlyCollection<MailboxQuarter> window, (long Hour, long Day)? limits, long? perHour)
    {
        if (window.Count == 0)
        {
            return null;
        }

        var last = window.Last().Quarter;
        var hourFrom = HourBefore(last);
        var (hour, day, unknown, unknownInDay) = (0L, 0L, 0L, 0L);

        foreach (var one in window)
        {
            (day, unknownInDay) = (day + one.Recipients, unknownInDay + one.Unknown);
            (hour, unknown) = one.Quarter >= hourFrom ? (hour + one.Recipients, unknown + one.Unknown) : (hour, unknown);
        }

        var found = (Cause: BrakeCause.Unknown, LetThrough: long.MaxValue, From: 0L);

        // By whichever is passed first: some recipients later the others would have been passed too.
        if (unknown >= LeastUnknown && unknown >= UnknownShare * hour)
        {
            Consider(BrakeCause.UnknownRecipients, Mixed(unknown, hour), hourFrom);
        }
        else if (unknownInDay >= LeastUnknown && unknownInDay >= UnknownShare * day)
        {
            Consider(BrakeCause.UnknownRecipients, Mixed(unknownInDay, day), long.MinValue);
        }

        if (hour > limits?.Hour)
        {
            Consider(BrakeCause.Hour, limits.Value.Hour, hourFrom);
        }

        if (day > limits?.Day)
        {
            Consider(BrakeCause.Day, limits.Value.Day, long.MinValue);
        }

        if (hour > perHour)
        {
            Consider(BrakeCause.FixedLimit, perHour.Value, hourFrom);
        }

        if (found.Cause == BrakeCause.Unknown)
        {
            return null;
        }

        var whole = SumOf(window, found.From, one => one.Recipients);

        return new(window.First(one => one.Quarter >= found.From).Quarter, last, last + 1, found.Cause, found.LetThrough, whole - found.LetThrough);

        void Consider(BrakeCause cause, long letThrough, long from) => found = letThrough < found.LetThrough ? (cause, letThrough, from) : found;
    }

    /// <summary>The stop that recipients from client networks never seen before bring; null where they bring none.</summary>
    /// <param name="window">Those of the last hour, ascending.</param>
    /// <param name="limits">Of an hour and a day; null where too little is known.</param>
    public static BrakeEpisode? FindStopOfNewNetwork(IReadOnlyList<MailboxQuarter> window, (long Hour, long Day)? limits)
    {
        var recipients = window.Sum(one => one.Recipients);
        var most = limits?.Hour / PartFromNew;

        return recipients > most
            ? new(window[0].Quarter, window[^1].Quarter, window[^1].Quarter + 1, BrakeCause.UnknownNetwork, most.Value, recipients - most.Value)
            : null;
    }

    /// <summary>Those that do not exist stand among the others at random: after so many recipients there are enough of them.</summary>
    private static long Mixed(long unknown, long all) => Math.Min(all, (LeastUnknown * all / unknown) + 1);

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
