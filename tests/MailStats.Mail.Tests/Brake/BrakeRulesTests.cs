using MailStats.Mail.Brake;

namespace MailStats.Mail.Tests.Brake;

public sealed class BrakeRulesTests
{
    private const int Day = 96;

    private const long Now = 200 * Day;

    [Fact]
    public void A_mailbox_that_sends_far_more_than_it_ever_did_is_stopped_at_the_limit_and_once()
    {
        var episodes = BrakeRules.Judge([.. Habit(5), new(Now, 30, 0), new(Now + 1, 400, 0), new(Now + 2, 400, 0)], null);

        var stop = Assert.Single(episodes);
        Assert.Equal((Now, Now + 1, BrakeCause.Hour, 60L, 770L), (stop.SinceQuarter, stop.StopQuarter, stop.Cause, stop.LetThrough, stop.Refused));
    }

    [Fact]
    public void Slow_mail_is_stopped_by_the_day()
    {
        var slow = Enumerable.Range(0, 80).Select(i => new MailboxQuarter(Now + i, 5, 0));

        var stop = Assert.Single(BrakeRules.Judge([.. Habit(2), .. slow], null));

        Assert.Equal((BrakeCause.Day, 150L), (stop.Cause, stop.LetThrough));
    }

    [Fact]
    public void A_bought_list_is_known_by_those_who_do_not_exist_before_the_limit_is_reached()
    {
        var stop = Assert.Single(BrakeRules.Judge([.. Habit(500), new(Now, 200, 80)], null));

        Assert.Equal((BrakeCause.UnknownRecipients, 26L), (stop.Cause, stop.LetThrough));
    }

    [Fact]
    public void A_habit_is_no_reason_and_neither_is_a_first_week()
    {
        Assert.Empty(BrakeRules.Judge([.. Habit(500), new(Now, 900, 5)], null));
        Assert.Empty(BrakeRules.Judge([new(Now, 5_000, 50)], null));
        Assert.Empty(BrakeRules.Judge([new(Now - (6 * Day), 1, 0), new(Now, 5_000, 50)], null));
        Assert.Equal(231, Assert.Single(BrakeRules.Judge([new(Now - (8 * Day), 45, 0), new(Now, 5_000, 50)], null)).LetThrough);
        Assert.Empty(BrakeRules.Judge([new(Now - (27 * Day), 44, 0), new(Now, 5_000, 50)], null));
        Assert.Equal(120, Assert.Single(BrakeRules.Judge([new(Now - (28 * Day), 1, 0), new(Now, 5_000, 50)], null)).LetThrough);
    }

    [Theory]
    [InlineData(8, 10, 80, 4, 80L)]
    [InlineData(8, 10, 500, 40, 51L)]
    [InlineData(8, 10, 30, 9, 30L)]
    [InlineData(8, 10, 81, 4, null)]
    [InlineData(8, 10, 60, 3, null)]
    [InlineData(8, 10, 29, 9, null)]
    [InlineData(8, 45, 80, 4, null)]
    [InlineData(7, 10, 80, 4, null)]
    public void Of_a_mailbox_that_is_hardly_known_four_that_do_not_exist_tell(int days, long before, long recipients, long unknown, long? stoppedAt)
    {
        var stops = BrakeRules.Judge([new(Now - (days * Day), before, 0), new(Now, recipients, unknown)], null);

        Assert.Equal(stoppedAt, stops.Count == 0 ? null : stops[0].LetThrough);
        Assert.All(stops, stop => Assert.Equal(BrakeCause.UnknownRecipients, stop.Cause));
    }

    [Fact]
    public void Those_that_do_not_exist_stop_a_mailbox_once_however_little_it_sends_later_that_day()
    {
        MailboxQuarter[] mailing = [new(Now - (8 * Day), 10, 0), new(Now, 60, 4), new(Now + 9, 1, 0), new(Now + 40, 2, 0), new(Now + 95, 1, 0)];

        var stop = Assert.Single(BrakeRules.Judge(mailing, null));
        Assert.Equal((Now, Now, Now + 96, 60L, 4L), (stop.SinceQuarter, stop.StopQuarter, stop.EndQuarter, stop.LetThrough, stop.Refused));

        // The next day's are others.
        Assert.Equal(2, BrakeRules.Judge([.. mailing, new(Now + Day + 60, 1, 0), new(Now + (2 * Day), 60, 4)], null).Count);
    }

    [Fact]
    public void Who_passes_a_fixed_limit_is_stopped_once_until_it_sends_less() =>
        Assert.Equal(650, Assert.Single(BrakeRules.Judge([.. Enumerable.Range(0, 5).Select(i => new MailboxQuarter(Now + i, 150, 0))], 100)).Refused);

    [Fact]
    public void Who_sends_circulars_may_not_send_as_much_one_by_one()
    {
        // A hundred each day, in five messages that count for twenty.
        MailboxQuarter[] circulars = [.. Habit(100).Select(one => one with { To = new(0, 20, 20, 5, 5) })];
        var slow = Enumerable.Range(0, 12).Select(i => new MailboxQuarter(Now + 30 + (2 * i), 9, 0, To(9, 9)));

        Assert.Equal(48, Assert.Single(BrakeRules.Judge([.. circulars, new(Now + 40, 90, 0, To(90, 90))], null)).LetThrough);
        Assert.Equal(60, Assert.Single(BrakeRules.Judge([.. circulars, .. slow], null)).LetThrough);
        Assert.Empty(BrakeRules.Judge([.. circulars, new(Now + 40, 300, 0, new(20, 20, 40, 15, 5))], null));
    }

    [Fact]
    public void In_its_first_month_a_mailbox_may_have_more_in_a_day_and_mail_at_hours_next_to_its_own()
    {
        Assert.Equal([1_500, 150], new[] { 7, 28 }.Select(days => BrakeRules.Limits(5, 5, 5, isRare: false, days).Day));
        Assert.Equal([6, 14], OfTheHoursAround(10).Where(hour => IsQuiet(hour, 28) && !IsQuiet(hour, 27)));

        static IEnumerable<int> OfTheHoursAround(int hour) => Enumerable.Range(hour - 6, 13);
        static bool IsQuiet(int hour, int days) => (BrakeRules.QuietHours(1 << 10, days) & (1 << hour)) != 0;
    }

    [Fact]
    public void What_was_sent_ten_weeks_ago_is_a_habit_and_eleven_weeks_ago_is_not()
    {
        Assert.Empty(BrakeRules.Judge([new(Now - (70 * Day), 90, 0), .. Habit(5), new(Now, 90, 0)], null));
        Assert.Single(BrakeRules.Judge([new(Now - (77 * Day), 90, 0), .. Habit(5), new(Now, 90, 0)], null));
    }

    [Fact]
    public void A_fixed_limit_holds_for_everybody()
    {
        var stop = Assert.Single(BrakeRules.Judge([.. Habit(500), new(Now, 501, 0)], 500));

        Assert.Equal((BrakeCause.FixedLimit, 500L, 1L), (stop.Cause, stop.LetThrough, stop.Refused));
    }

    [Fact]
    public void What_was_stopped_is_not_learnt_at_once_but_what_comes_each_week_or_goes_on_for_one_is()
    {
        var thief = Enumerable.Range(0, 4).Select(i => new MailboxQuarter(Now + i, 500, 0));
        var again = Enumerable.Range(0, 4).Select(i => new MailboxQuarter(Now + (2 * Day) + i, 500, 0));
        Assert.Equal(2, BrakeRules.Judge([.. Habit(5), .. thief, new(Now + Day + 10, 3, 0), .. again], null).Count);

        var weeks = Enumerable.Range(0, 4).Select(week => new MailboxQuarter(Now + (week * 7 * Day), 900, 10));
        Assert.Single(BrakeRules.Judge([.. Habit(5), .. weeks], null));

        var new_ = Enumerable.Range(0, 30).SelectMany(day => Enumerable.Range(0, 2).Select(i => new MailboxQuarter(Now + (day * Day) + i, 500, 0)));
        Assert.Single(BrakeRules.Judge([.. Habit(5), .. new_], null));
    }

    [Fact]
    public void What_was_over_by_itself_is_a_habit_five_days_later_and_not_before()
    {
        MailboxQuarter[] burst = [.. Habit(5), new(Now, 900, 5), new(Now + Day, 3, 0)];

        Assert.Equal(2, BrakeRules.Judge([.. burst, new(Now + (4 * Day), 900, 5)], null).Count);
        Assert.Single(BrakeRules.Judge([.. burst, new(Now + (6 * Day), 900, 5)], null));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Limits_asked_for_at_any_time_are_those_of_the_days_before(int seed)
    {
        var random = new Random(seed);
        var (asked, quiet) = (new MailboxPace(null), new MailboxPace(null));

        for (var quarter = Now; quarter < Now + (100 * Day); quarter += 1 + random.Next(40))
        {
            var one = new MailboxQuarter(quarter, random.Next(random.Next(300)) + 1, 0);
            asked.LimitsAt(quarter + random.Next(2 * Day));
            asked.Add(one);
            quiet.Add(one);

            Assert.Equal((quiet.Open, quiet.Ended), (asked.Open, asked.Ended));
        }

        Assert.Equal(quiet.LimitsAt(Now + (101 * Day)), asked.LimitsAt(Now + (101 * Day)));
    }

    [Fact]
    public void What_somebody_released_holds_as_a_habit_at_once()
    {
        var pace = new MailboxPace(null);

        foreach (var quarter in Habit(5).Append(new(Now, 300, 0)))
        {
            pace.Add(quarter);
        }

        Assert.NotNull(pace.Open);
        pace.Release(Now + 1);
        pace.Add(new(Now + 2, 600, 0));
        Assert.Null(pace.Open);

        // It wrote at ten and at midnight.
        const int quiet = (0b111 << 4) | (0b1111111 << 14);
        Assert.Equal(new BrakeLimits(602, 1220, 481, 305, KnowsMost: false, 305, quiet, InDayFromNew: 305), pace.LimitsAt(Now + 3));
    }

    [Theory]
    [InlineData(48, 48, null)]
    [InlineData(49, 49, 48L)]
    [InlineData(86, 34, null)]
    [InlineData(103, 40, 87L)]
    [InlineData(120, 0, null)]
    [InlineData(122, 0, 120L)]
    public void Who_mostly_writes_to_the_same_people_may_have_fewer_strangers_and_twice_as_many_of_those(long recipients, long strangers, long? stoppedAt)
    {
        var episodes = BrakeRules.Judge([.. Habit(5, strangers: 1), new(Now + 40, recipients, 0, To(recipients, strangers))], null);

        Assert.Equal(stoppedAt, episodes.Count == 0 ? null : episodes[0].LetThrough);
    }

    [Fact]
    public void Who_mostly_writes_to_strangers_and_of_whom_it_is_not_known_is_judged_by_how_many_they_are()
    {
        Assert.Empty(BrakeRules.Judge([.. Habit(5, strangers: 4), new(Now + 40, 60, 0, To(60, 60))], null));
        Assert.Equal(60, Assert.Single(BrakeRules.Judge([.. Habit(5, strangers: 4), new(Now + 40, 90, 0, To(90, 0))], null)).LetThrough);
        Assert.Equal(60, Assert.Single(BrakeRules.Judge([.. Habit(5, strangers: 1), new(Now + 40, 90, 0)], null)).LetThrough);
    }

    [Fact]
    public void A_circular_counts_for_little_whoever_sends_it_and_in_a_day_there_is_an_end()
    {
        // Four messages to forty each.
        var circular = new Addressees(40, 40, 80, 4, 0);
        Assert.Empty(BrakeRules.Judge([.. Habit(5, strangers: 1), new(Now + 40, 150, 0, circular)], null));
        Assert.Empty(BrakeRules.Judge([.. Habit(5, strangers: 4), new(Now + 40, 150, 0, circular)], null));
        Assert.Equal(150, Assert.Single(BrakeRules.Judge([.. Habit(5, strangers: 1), new(Now + 40, 160, 0, circular)], null)).LetThrough);
    }

    [Fact]
    public void Strangers_are_stopped_by_the_day_and_those_it_knows_are_not()
    {
        // Nine an hour, at the hours at which it writes.
        MailboxQuarter[] Slow(long strangers) => [.. Enumerable.Range(0, 12).Select(i => new MailboxQuarter(Now + 30 + (2 * i), 9, 0, To(9, strangers)))];

        var stop = Assert.Single(BrakeRules.Judge([.. Habit(5, strangers: 1), .. Slow(9)], null));
        Assert.Equal((BrakeCause.Day, 60L), (stop.Cause, stop.LetThrough));
        Assert.Empty(BrakeRules.Judge([.. Habit(5, strangers: 1), .. Slow(1)], null));
    }

    [Fact]
    public void At_hours_at_which_it_never_wrote_a_mailbox_may_have_thirty_or_its_largest_day()
    {
        Assert.Equal(30, Assert.Single(BrakeRules.Judge([.. Habit(5, strangers: 4), new(Now, 31, 0, To(31, 31))], null)).LetThrough);
        Assert.Equal(60, Assert.Single(BrakeRules.Judge([.. Habit(5, strangers: 4), new(Now, 62, 0, To(62, 0))], null)).LetThrough);
        Assert.Empty(BrakeRules.Judge([.. Habit(5, strangers: 4), new(Now, 30, 0, To(30, 30))], null));
        Assert.Empty(BrakeRules.Judge([.. Habit(5, strangers: 4), new(Now + 28, 31, 0, To(31, 31))], null));
        Assert.Empty(BrakeRules.Judge([.. Habit(40, strangers: 30), new(Now, 40, 0, To(40, 40))], null));

        // Four days of mail tell of no hours.
        Assert.Empty(BrakeRules.Judge([.. Habit(5, strangers: 4).TakeLast(4), new(Now, 31, 0, To(31, 31))], null));
    }

    [Theory]
    [InlineData(20, 50, 333, null)]
    [InlineData(20, 50, 334, 333L)]
    [InlineData(27, 37, 31, 30L)]
    [InlineData(27, 37, 30, null)]
    public void A_large_mailing_of_its_own_hours_may_go_on_for_a_third_of_it(int byDay, long each, long later, long? stoppedAt)
    {
        // A mailbox that wrote at ten on seven days, too little to be compared otherwise.
        var few = Enumerable.Range(1, 14).Reverse().Where(day => day % 2 == 0).Select(day => new MailboxQuarter(Now - (day * Day) + 40, 1, 0, To(1, 1)));
        var mailing = Enumerable.Range(0, byDay).Select(i => new MailboxQuarter(Now + 24 + i, each, 0, To(each, each)));

        var stops = BrakeRules.Judge([.. few, .. mailing, new(Now + 60, later, 0, To(later, later))], null);

        Assert.Equal(stoppedAt, stops.Count == 0 ? null : stops[0].LetThrough);
    }

    [Fact]
    public void A_night_that_was_stopped_is_one_stop_and_a_habit_five_days_later()
    {
        var night = Enumerable.Range(0, 16).Select(i => new MailboxQuarter(Now + i, 5, 0, To(5, 5)));
        var stop = Assert.Single(BrakeRules.Judge([.. Habit(5, strangers: 4), .. night], null));
        Assert.Equal((Now, Now + 6, Now + 16), (stop.SinceQuarter, stop.StopQuarter, stop.EndQuarter));

        MailboxQuarter[] over = [.. Habit(5, strangers: 4), .. night, new(Now + Day + 40, 3, 0, To(3, 3))];
        Assert.Equal(2, BrakeRules.Judge([.. over, new(Now + (4 * Day), 45, 0, To(45, 45))], null).Count);
        Assert.Single(BrakeRules.Judge([.. over, new(Now + (6 * Day), 45, 0, To(45, 45))], null));
    }

    [Fact]
    public void It_is_looked_at_whom_the_mail_goes_to_where_that_matters_and_where_it_is_not_too_much()
    {
        Assert.False(IsWorthALook([.. Habit(5), new(Now + 40, 48, 0)]));
        Assert.True(IsWorthALook([.. Habit(5), new(Now + 40, 49, 0)]));
        Assert.False(IsWorthALook([.. Habit(5), new(Now, 30, 0)]));
        Assert.True(IsWorthALook([.. Habit(5), new(Now, 31, 0)]));
        Assert.False(IsWorthALook([.. Habit(5), new(Now + 30, 25, 0), new(Now + 38, 30, 0)]));
        Assert.True(IsWorthALook([.. Habit(5), new(Now + 30, 25, 0), new(Now + 38, 31, 0)]));
        Assert.False(IsWorthALook([.. Habit(5), new(Now, MetRecipients.Most, 0)]));

        // In its first week nothing follows from it.
        Assert.False(IsWorthALook([new(Now - (6 * Day), 5, 0), new(Now + 95, 900, 0)]));
        Assert.True(IsWorthALook([new(Now - (7 * Day), 5, 0), new(Now, 900, 0)]));

        static bool IsWorthALook(MailboxQuarter[] quarters)
        {
            BrakeRules.Judge(quarters, null, out var isWorthALook);

            return isWorthALook;
        }
    }

    [Fact]
    public void In_its_first_week_a_mailbox_is_judged_alike_whomever_it_writes_to()
    {
        var random = new Random(17);

        for (var round = 0; round < 500; round++)
        {
            MailboxQuarter[] quarters =
            [
                .. Enumerable.Range(0, random.Next(1, 40)).Select(_ => Now + random.Next(7 * Day)).Distinct().Order()
                    .Select(quarter => new MailboxQuarter(quarter, random.Next(1, 400), random.Next(4) == 0 ? random.Next(60) : 0)),
            ];
            long? perHour = random.Next(2) == 0 ? 200 : null;
            var told = quarters.Select(one => one with { To = To(one.Recipients, random.NextInt64(one.Recipients + 1)) }).ToArray();

            Assert.Equal(BrakeRules.Judge(quarters, perHour), BrakeRules.Judge(told, perHour));
        }
    }

    /// <summary>As many messages as recipients.</summary>
    private static Addressees To(long recipients, long strangers) => new(strangers, recipients, recipients + strangers, recipients, recipients - strangers);

    private static IEnumerable<MailboxQuarter> Habit(long recipients, long strangers) =>
        Habit(recipients).Select(one => one with { To = To(recipients, strangers) });

    /// <summary>Five weeks of working days with as many recipients in one quarter hour each.</summary>
    private static IEnumerable<MailboxQuarter> Habit(long recipients) =>
        Enumerable.Range(1, 35).Reverse().Where(day => day % 7 < 5).Select(day => new MailboxQuarter(Now - (day * Day) + 40, recipients, 0));
}
