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
public static class BrakeRules
{
    public const long LeastAnHour = 60;
    public const long LeastADay = 150;

    /// <summary>How many times its largest hour (past <see cref="SmallHour"/>) a mailbox may grow.</summary>
    public const int HourGrowth = 2;

    /// <summary>How many times its largest day.</summary>
    public const int DayGrowth = 4;

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

    /// <summary>
    /// The same of a mailbox of which too little is known to compare it with, in a day of so many recipients at least: a first mailing of people
    /// who asked for it has fewer wrong addresses.
    /// </summary>
    public const int LeastUnknownAtFirst = 4;

    public const double UnknownShareAtFirst = 0.05;

    public const long LeastInDayAtFirst = 30;

    /// <summary>How far back habits are looked for, in days.</summary>
    public const int HabitDays = 70;

    /// <summary>Below this many days of history nothing is called unusual.</summary>
    public const int LeastDays = 7;

    /// <summary>From so many days of history on a mailbox may have no more in an hour; before that, up to twice as much at <see cref="LeastDays"/>.</summary>
    public const int KnownDays = 21;

    /// <summary>
    /// What comes once a month has been seen after four weeks. Until then a mailbox may have more in a day, ten times as much at
    /// <see cref="LeastDays"/> (three times the strangers), and one of fewer recipients than <see cref="FewRecipients"/> is compared with
    /// nothing but <see cref="LeastUnknownAtFirst"/>: its first mailing is no theft.
    /// </summary>
    public const int MonthDays = 28;

    public const int YoungDay = 10;

    public const int YoungStrangers = 3;

    public const long FewRecipients = 45;

    /// <summary>Of what a mailbox may have in an hour, so much may be strangers.</summary>
    public const double StrangersPart = 0.8;

    /// <summary>In a day it may have as many strangers as its largest day had recipients, and so many at least.</summary>
    public const long LeastStrangersInDay = 60;

    /// <summary>After its first week, of so many messages at least, this share must be familiar before strangers are told from others.</summary>
    public const double KnownShare = 0.5;

    public const long LeastMet = 20;

    /// <summary>
    /// At hours of the day at which a mailbox never wrote, nor within so many hours of them, it may have as many as on its largest day, and
    /// <see cref="LeastQuiet"/> at least: who travels writes no more than at home. In its first four weeks not all of its hours have been seen.
    /// </summary>
    public const int QuietAround = 3;

    public const int QuietAroundAtFirst = 4;

    public const long LeastQuiet = 30;

    /// <summary>
    /// A mailing to so many at its own hours may go on at others for this part of it: a newsletter sent at two hundred an hour that passed by day is not
    /// stopped in the evening. What a thief reaches by day at sixty an hour is less.
    /// </summary>
    public const long LeastToGoOn = 1_000;

    public const int PartGoingOn = 3;

    /// <summary>Days with mail after which it is known at what hours a mailbox writes.</summary>
    public const int DaysOfHours = 5;

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

    /// <summary>
    /// The most that is sent in an hour and in a day without a stop, given the largest of each that is known. Who has had a large day
    /// may have two thirds of it in one hour.
    /// </summary>
    /// <param name="largestHour">The most recipients of an hour, as they count (<see cref="Addressees.Counted"/>), like those compared with it.</param>
    /// <param name="largestDay">The most of a day.</param>
    /// <param name="countedInDay">The same, as they count.</param>
    /// <param name="isRare">It sends on fewer days than <see cref="FewDays"/>.</param>
    /// <param name="days">Days since its first mail. Of a young mailbox the largest hour has mostly not been seen yet: it may have more.</param>
    public static BrakeLimits Limits(long largestHour, long largestDay, long countedInDay, bool isRare, long days)
    {
        var hour = Math.Max(
            Math.Max(LeastAnHour * (isRare ? Rarely : 1), countedInDay * 2 / 3),
            largestHour <= SmallHour
                ? (largestHour * 3 / 2) + MoreAnHour
                : (SmallHour * 3 / 2) + MoreAnHour + (HourGrowth * (largestHour - SmallHour)));
        var day = Math.Max(LeastADay * (isRare ? Rarely : 1), DayGrowth * largestDay);

        return new(
            (long)(Young(Rarely, days, KnownDays) * hour), (long)(Young(YoungDay, days, MonthDays) * day), (long)(StrangersPart * hour),
            (long)(Young(YoungStrangers, days, MonthDays) * Math.Max(LeastStrangersInDay, countedInDay)), KnowsMost: false, BrakeLimits.None, QuietHours: 0,
            InDayFromNew: (long)(Young(YoungStrangers, days, MonthDays) * largestDay));
    }

    /// <summary>
    /// The hours of the day, a bit for each, that are not within <see cref="QuietAround"/> of any of some, nor within
    /// <see cref="QuietAroundAtFirst"/> in the first four weeks.
    /// </summary>
    public static int QuietHours(int hours, long days)
    {
        var around = days < MonthDays ? QuietAroundAtFirst : QuietAround;
        var quiet = (1 << 24) - 1;

        for (var hour = 0; hour < 24; hour++)
        {
            for (var near = -around; near <= around && (hours & (1 << hour)) != 0; near++)
            {
                quiet &= ~(1 << ((hour + near + 24) % 24));
            }
        }

        return quiet;
    }

    /// <summary>What a mailbox of some days may have more: so many times as much at <see cref="LeastDays"/>, nothing from the last day on.</summary>
    private static double Young(int times, long days, int last) =>
        Math.Max(1, times - ((times - 1) * (days - LeastDays) / (double)(last - LeastDays)));

    /// <summary>The stop that the last of some quarter hours brings; null where it brings none.</summary>
    /// <param name="window">Ascending, of one day at most.</param>
    /// <param name="limits">Null where too little is known.</param>
    /// <param name="perHour">The fixed limit; null for none.</param>
    public static BrakeEpisode? FindStop(IReadOnlyCollection<MailboxQuarter> window, BrakeLimits? limits, long? perHour)
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
        if (limits is { IsHardlyKnown: true } && unknownInDay >= LeastUnknownAtFirst && unknownInDay >= UnknownShareAtFirst * day && day >= LeastInDayAtFirst)
        {
            Consider(BrakeCause.UnknownRecipients, Math.Max(LeastInDayAtFirst, Mixed(unknownInDay, day, LeastUnknownAtFirst)), long.MinValue);
        }

        if (unknown >= LeastUnknown && unknown >= UnknownShare * hour)
        {
            Consider(BrakeCause.UnknownRecipients, Mixed(unknown, hour, LeastUnknown), hourFrom);
        }
        else if (unknownInDay >= LeastUnknown && unknownInDay >= UnknownShare * day)
        {
            Consider(BrakeCause.UnknownRecipients, Mixed(unknownInDay, day, LeastUnknown), long.MinValue);
        }

        if (limits is { } most)
        {
            var unmet = most.KnowsMost ? Sum(window, hourFrom, to => to.Strangers) : null;
            var counted = (most.KnowsMost
                ? Sum(window, hourFrom, to => to.Twofold) / Addressees.KnownForOne
                : Sum(window, hourFrom, to => to.Counted)) ?? hour;

            if (unmet > most.Strangers)
            {
                Consider(BrakeCause.Hour, most.Strangers * hour / unmet.Value, hourFrom);
            }

            if (counted > most.Hour)
            {
                Consider(BrakeCause.Hour, most.Hour * hour / counted, hourFrom);
            }

            if (most.KnowsMost && Sum(window, long.MinValue, to => to.Strangers) is { } unmetInDay && unmetInDay > most.StrangersInDay)
            {
                Consider(BrakeCause.Day, most.StrangersInDay * day / unmetInDay, long.MinValue);
            }

            if (day > most.Day)
            {
                Consider(BrakeCause.Day, most.Day, long.MinValue);
            }

            MailboxQuarter[] quiet = [.. window.Where(one => IsQuiet(one, most))];
            var inQuiet = quiet.Sum(one => one.Recipients);
            var mayBeQuiet = day - inQuiet >= LeastToGoOn ? Math.Max(most.Quiet, (day - inQuiet) / PartGoingOn) : most.Quiet;

            if (Sum(quiet, long.MinValue, to => to.Twofold) / Addressees.KnownForOne is { } atQuiet && atQuiet > mayBeQuiet)
            {
                Consider(BrakeCause.Hour, mayBeQuiet * inQuiet / atQuiet, quiet[0].Quarter);
            }
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

    /// <summary>Those that do not exist stand among the others at random: after so many recipients there are enough of them.</summary>
    private static long Mixed(long unknown, long all, long least) => Math.Min(all, (least * all / unknown) + 1);

    /// <summary>Whether it matters whom the mail of a last day went to: it is more than a mailbox may have strangers, or have at quiet hours.</summary>
    public static bool IsWorthALook(IReadOnlyCollection<MailboxQuarter> window, BrakeLimits? limits)
    {
        var hourFrom = window.Count == 0 ? 0 : HourBefore(window.Last().Quarter);
        var (hour, day, quiet) = (0L, 0L, 0L);

        foreach (var one in window)
        {
            hour += one.Quarter >= hourFrom ? one.Recipients : 0;
            day += one.Recipients;
            quiet += limits is { } known && IsQuiet(one, known) ? one.Recipients : 0;
        }

        return hour > Math.Min(limits?.Strangers ?? BrakeLimits.None, (long)(StrangersPart * LeastAnHour))
            || day > limits?.StrangersInDay || quiet > limits?.Quiet;
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
