namespace MailStats.Mail.Brake;

public static partial class BrakeRules
{
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

    /// <summary>
    /// A mailing to so many at its own hours may go on at others for this part of it: a newsletter sent at two hundred an hour that passed by day is not
    /// stopped in the evening. What a thief reaches by day at sixty an hour is less.
    /// </summary>
    public const long LeastToGoOn = 1_000;

    public const int PartGoingOn = 3;

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
}
