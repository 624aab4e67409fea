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
        Assert.Equal((Now, Now + 1, BrakeCause.Hour, 58L, 772L), (stop.SinceQuarter, stop.StopQuarter, stop.Cause, stop.LetThrough, stop.Refused));
    }

    [Fact]
    public void Slow_mail_is_stopped_by_the_day()
    {
        var slow = Enumerable.Range(0, 80).Select(i => new MailboxQuarter(Now + i, 5, 0));

        var stop = Assert.Single(BrakeRules.Judge([.. Habit(2), .. slow], null));

        Assert.Equal((BrakeCause.Day, 120L), (stop.Cause, stop.LetThrough));
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
        Assert.Equal(116, Assert.Single(BrakeRules.Judge([new(Now - (8 * Day), 1, 0), new(Now, 5_000, 50)], null)).LetThrough);
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
        Assert.Equal((602L, 915L), pace.LimitsAt(Now + 3));
    }

    /// <summary>Five weeks of working days with as many recipients in one quarter hour each.</summary>
    private static IEnumerable<MailboxQuarter> Habit(long recipients) =>
        Enumerable.Range(1, 35).Reverse().Where(day => day % 7 < 5).Select(day => new MailboxQuarter(Now - (day * Day) + 40, recipients, 0));
}
