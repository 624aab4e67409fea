namespace MailStats.Mail.Brake;

public static partial class BrakeRules
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

    /// <summary>Days with mail after which it is known at what hours a mailbox writes.</summary>
    public const int DaysOfHours = 5;

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
}
