using MailStats.Incidents.Detection;

namespace MailStats.Incidents.Tests.Detection;

/// <summary>What mailings and mixtures of mail do to the rates, and what is told of it.</summary>
public sealed class MailingTests
{
    private static readonly Place Good = new("good.example", "r1", null);
    private static readonly Place Bad = new("bad.example", "r1", null);

    private readonly Random _random = new(29);
    private readonly TenantDetector _detector = new();
    private readonly List<IncidentStep> _turns = [];

    [Fact]
    public void More_mail_from_a_domain_that_always_fails_more_is_no_change()
    {
        for (var step = 0L; step < 10 * Steps.Day; step++)
        {
            // One step in fifty is a mailing of the domain with the bad rate: six times the tenant's usual share fails.
            Send(step, FailureClass.Receiver, (Good, 40, 0.01), (Bad, step % 50 == 0 ? 200 : 2, 0.25));
        }

        Assert.Empty(_turns);
    }

    [Fact]
    public void A_mailing_that_its_domain_is_let_pass_is_no_change_of_the_whole()
    {
        for (var step = 0L; step < 20 * Steps.Day; step++)
        {
            // A mailing a day, of a list that is now better and now worse than the domain's usual mail.
            var mailing = step % Steps.Day is >= 120 and < 132;
            Send(step, FailureClass.Recipients, (Good, 40, 0.02), (Bad, mailing ? 100 : 5, mailing ? 0.05 * (1 + (step / Steps.Day % 3)) : 0.05));
        }

        Assert.DoesNotContain(_turns, turn => turn.Incident.Place.Domain is null);
        Assert.InRange(_turns.Count(turn => turn.Turn == IncidentTurn.Opened), 0, 1);
    }

    [Fact]
    public void A_list_in_which_everybody_is_unknown_is_told_however_bad_lists_usually_are()
    {
        for (var step = 0L; step < 20 * Steps.Day; step++)
        {
            var mailing = step % Steps.Day is >= 120 and < 132;
            Send(step, FailureClass.Recipients, (Good, mailing ? 100 : 5, mailing ? 0.3 * (step / Steps.Day % 2) : 0.02));
        }

        _turns.Clear();
        Send(20 * Steps.Day, FailureClass.Recipients, (Good, 200, 1));

        Assert.Single(_turns, turn => turn.Turn == IncidentTurn.Opened);
    }

    [Fact]
    public void A_short_list_in_which_most_are_unknown_is_told_though_nobody_knows_how_much_the_sender_s_lists_differ()
    {
        for (var step = 0L; step < 9 * Steps.Day; step++)
        {
            Send(step, FailureClass.Recipients, (Good, step % 6 == 0 ? 1 : 0, step % 150 == 0 ? 1 : 0));
        }

        Assert.Empty(_turns);

        for (var step = 9L * Steps.Day; step < (9 * Steps.Day) + 3; step++)
        {
            Send(step, FailureClass.Recipients, (Good, 8, 1), (Good, 2, 0));
        }

        Assert.Equal(FailureClass.Recipients, Assert.Single(_turns, turn => turn.Turn == IncidentTurn.Opened).Incident.Cause);
    }

    [Fact]
    public void A_large_list_of_which_two_in_a_hundred_fail_is_a_good_one()
    {
        for (var step = 0L; step < 10 * Steps.Day; step++)
        {
            Send(step, FailureClass.Mailbox, (Good, 20, 0.001));
        }

        for (var step = 10L * Steps.Day; step < (10 * Steps.Day) + 12; step++)
        {
            Send(step, FailureClass.Mailbox, (Good, 2_000, 0.02));
        }

        Assert.Empty(_turns);
    }

    [Fact]
    public void A_place_that_fails_more_from_now_on_is_told_once_and_then_it_is_how_it_is()
    {
        for (var step = 0L; step < 30 * Steps.Day; step++)
        {
            Send(step, FailureClass.Policy, (Good, 20, 0.01), (Good with { Provider = "r2" }, 10, step < 10 * Steps.Day ? 0.01 : 0.2));
        }

        var incident = Assert.Single(_turns, turn => turn.Turn == IncidentTurn.Opened).Incident;
        Assert.InRange(incident.Closed!.Value / Steps.Day, 11, 20);
    }

    [Fact]
    public void What_greylists_everybody_on_some_days_is_no_incident()
    {
        for (var step = 0L; step < 20 * Steps.Day; step++)
        {
            var strict = step / Steps.Day % 5 == 4;
            Send(step, FailureClass.Greylisting, (Good, 10, 0), (Good with { Provider = "r2" }, 6, strict ? 0.98 : 0.5));
        }

        Assert.Empty(_turns);
    }

    [Fact]
    public void A_sender_whose_lists_are_bad_every_few_days_is_told_less_and_less()
    {
        for (var step = 0L; step < 42 * Steps.Day; step++)
        {
            var bad = step / Steps.Day % 3 == 2 && step % Steps.Day is >= 120 and < 126;
            Send(step, FailureClass.Recipients, (Good, bad ? 60 : 20, bad ? 0.25 : 0.02));
        }

        var opened = _turns.Where(turn => turn.Turn == IncidentTurn.Opened).Select(turn => turn.Step / Steps.Day).ToList();
        Assert.NotEmpty(opened);
        Assert.True(opened.Count(day => day >= 21) <= opened.Count(day => day < 21), string.Join(' ', opened));
        Assert.InRange(opened.Count, 1, 6);
    }

    [Fact]
    public void An_outage_is_told_each_time()
    {
        for (var step = 0L; step < 20 * Steps.Day; step++)
        {
            var down = step / Steps.Day % 3 == 2 && step % Steps.Day is >= 120 and < 126;
            Send(step, FailureClass.Receiver, (Good, 20, 0.01), (new("good.example", "r2", null), 20, down ? 1 : 0.01));
        }

        Assert.Equal(6, _turns.Count(turn => turn.Turn == IncidentTurn.Opened));
    }

    [Fact]
    public void Habits_fade_by_half_in_ten_days_and_are_of_lists_alone()
    {
        var habits = new ListHabits();
        habits.Note(FailureClass.Recipients, 0);
        habits.Note(FailureClass.Recipients, 0);
        habits.Note(FailureClass.Receiver, 0);

        Assert.Equal(3, habits.Factor(FailureClass.Recipients, 0));
        Assert.Equal(2, habits.Factor(FailureClass.Recipients, 10 * Steps.Day), 1e-9);
        Assert.Equal(1, habits.Factor(FailureClass.Mailbox, 0));
        Assert.Equal(1, habits.Factor(FailureClass.Receiver, 0));
    }

    private void Send(long step, FailureClass cause, params ReadOnlySpan<(Place Cell, int Mail, double Rate)> all)
    {
        List<AttemptCount> rows = [];

        foreach (var (cell, mail, rate) in all)
        {
            var failed = Enumerable.Range(0, mail).Count(_ => _random.NextDouble() < rate);
            rows.Add(new(step, cell, FailureClass.None, mail - failed, mail - failed));

            if (failed > 0)
            {
                rows.Add(new(step, cell, cause, failed, failed));
            }
        }

        _turns.AddRange(_detector.Apply(step, 0, [.. rows]));
    }
}
