using MailStats.Incidents.Detection;

namespace MailStats.Incidents.Tests.Detection;

/// <summary>When an incident is said to be over, and when not yet.</summary>
public sealed class RecoveryTests
{
    private readonly TenantDetector _detector = new();
    private readonly List<IncidentStep> _turns = [];

    [Fact]
    public void A_quiet_night_does_not_end_an_outage()
    {
        // Mail from six to ten in the evening, for ten days; from six in the evening of the eleventh on the receiver is away.
        var outage = (10L * Steps.Day) + (18 * Steps.Hour);

        for (var step = 0L; step < (11 * Steps.Day) + (9 * Steps.Hour); step++)
        {
            Send(step, awake: step % Steps.Day is >= 6 * Steps.Hour and < 22 * Steps.Hour, down: step >= outage);
        }

        var opened = Assert.Single(_turns).Incident;
        Assert.Null(opened.Closed);

        for (var step = (11L * Steps.Day) + (9 * Steps.Hour); step < (11 * Steps.Day) + (10 * Steps.Hour); step++)
        {
            Send(step, awake: true, down: false);
        }

        Assert.InRange(opened.Closed!.Value - ((11 * Steps.Day) + (9 * Steps.Hour)), 0, 5);
    }

    [Fact]
    public void By_day_the_same_quiet_ends_it()
    {
        for (var step = 0L; step < 10 * Steps.Day; step++)
        {
            Send(step, awake: step % Steps.Day is >= 6 * Steps.Hour and < 22 * Steps.Hour, down: false);
        }

        var start = (10L * Steps.Day) + (8 * Steps.Hour);

        for (var step = 10L * Steps.Day; step < (10 * Steps.Day) + (14 * Steps.Hour); step++)
        {
            Send(step, awake: step >= start && step < start + (2 * Steps.Hour), down: step >= start);
        }

        var opened = Assert.Single(_turns, turn => turn.Turn == IncidentTurn.Opened).Incident;
        Assert.InRange(opened.Closed!.Value - (start + (2 * Steps.Hour)), Recovery.LeastQuiet - 1, Recovery.LeastQuiet + 2);
    }

    [Fact]
    public void One_that_moves_takes_in_another_that_is_open_there()
    {
        var (d1, d2, others) = ("d1.example", "d2.example", (string[])["d3.example", "d4.example"]);

        for (var step = 0L; step < 640; step++)
        {
            var (first, second, later) = (step >= 600, step >= 602, step >= 604);
            List<AttemptCount> rows =
            [
                Row(step, d1, "r1", first), Row(step, d1, "r2", first && !later), Row(step, d1, "r3", false),
                Row(step, d2, "r2", false), Row(step, d2, "r3", false),
            ];

            if (!first || second)
            {
                rows.Add(Row(step, d2, "r1", second));
            }

            foreach (var other in others)
            {
                rows.Add(Row(step, other, "r2", false));
                rows.Add(Row(step, other, "r3", false));
            }

            _turns.AddRange(_detector.Apply(step, 0, [.. rows]));
        }

        var whole = Assert.Single(_detector.Open);
        Assert.Equal(new Place(null, "r1", null), whole.Place);
        Assert.Contains(_turns, turn => turn.Turn == IncidentTurn.Closed && turn.Incident.Within == whole);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_fails_wherever_what_is_open_is_not_closed_and_what_is_told_is_told_in_order(int seed)
    {
        var random = new Random(seed);
        string[] domains = ["d1.example", "d2.example", "d3.example"], receivers = ["r1", "r2", "r3", "r4"];
        var rates = new double[3, 4, FailureClasses.Count];
        HashSet<Incident> open = [];

        for (var step = 0L; step < 4 * Steps.Day; step++)
        {
            if (random.Next(40) == 0)
            {
                // Something breaks or is repaired: in a cell, or in all of a domain or receiver.
                var (cause, domain, receiver, rate) = (random.Next(FailureClasses.Count), random.Next(4), random.Next(5), random.Next(2) * random.NextDouble());

                for (var cell = 0; cell < 12; cell++)
                {
                    if ((domain == 3 || domain == cell / 4) && (receiver == 4 || receiver == cell % 4))
                    {
                        rates[cell / 4, cell % 4, cause] = rate;
                    }
                }
            }

            List<AttemptCount> rows = [];

            for (var cell = 0; cell < 12; cell++)
            {
                var place = new Place(domains[cell / 4], receivers[cell % 4], random.Next(3) == 0 ? "192.0.2.1" : null);
                var cause = random.Next(FailureClasses.Count);
                var (mail, again) = (random.Next(30), random.Next(5));
                var failed = (int)(mail * rates[cell / 4, cell % 4, cause]);
                rows.Add(new(step, place, FailureClass.None, mail - failed + again, mail - failed));
                rows.Add(new(step, place, (FailureClass)cause, failed + again, failed));
            }

            foreach (var turn in _detector.Apply(step, 0, [.. rows]))
            {
                Assert.True(turn.Turn == IncidentTurn.Opened ? open.Add(turn.Incident) : open.Contains(turn.Incident) || turn.Turn == IncidentTurn.Changed);

                if (turn.Turn == IncidentTurn.Closed)
                {
                    open.Remove(turn.Incident);
                }
                else
                {
                    open.Add(turn.Incident);
                }
            }

            Assert.Equal(open.Count, _detector.Open.Count);
            Assert.All(_detector.Open, incident => Assert.Null(incident.Closed));
        }
    }

    [Fact]
    public void An_end_that_is_told_late_is_stated_where_mail_got_through_again()
    {
        var place = new Place("shop.example", "r1", null);

        // Two mails an hour, for ten days. Then two in three fail; it ends at noon.
        var (begin, noon) = (10L * Steps.Day, (10L * Steps.Day) + (12 * Steps.Hour));

        for (var step = 0L; step < noon + Steps.Day; step++)
        {
            var down = step >= begin && step < noon;
            _turns.AddRange(_detector.Apply(step, 0, step % 6 == 0 || (down && step % 2 == 0)
                ? [new(step, place, down && step % 3 != 0 ? FailureClass.Receiver : FailureClass.None, 1, 1)]
                : []));
        }

        Assert.Equal([IncidentTurn.Opened, IncidentTurn.Closed], _turns.Select(turn => turn.Turn));
        var incident = _turns[0].Incident;
        Assert.InRange(incident.Closed!.Value, noon + Steps.Hour, noon + (6 * Steps.Hour));
        Assert.InRange(incident.Ended!.Value, noon - 2, noon + 1);
        Assert.True(incident.Ended >= incident.Opened);
    }

    [Fact]
    public void What_fails_on_after_it_was_said_to_be_over_is_the_same_incident()
    {
        Failing(0, 600, _ => false);
        Failing(600, 624, _ => true);

        // Half an hour of luck, then four hours as before; then it ends.
        Failing(624, 630, _ => false);
        var opened = _turns[0].Incident;
        Assert.NotNull(opened.Closed);
        var before = opened.Failed;
        Failing(630, 632, _ => true);
        Assert.Null(opened.Closed);
        Assert.Same(opened, Assert.Single(_detector.Open));
        Assert.True(opened.Failed >= before + 12);
        Failing(632, 678, _ => true);
        Failing(678, 720, _ => false);

        Assert.Equal([IncidentTurn.Opened, IncidentTurn.Closed, IncidentTurn.Changed, IncidentTurn.Closed], _turns.Select(turn => turn.Turn));
        Assert.All(_turns, turn => Assert.Same(opened, turn.Incident));
        Assert.Equal((24 + 48) * 6, opened.Failed);
        Assert.Equal(678, opened.Ended);
    }

    [Fact]
    public void What_goes_on_at_a_smaller_rate_is_told_once_and_stays_open()
    {
        Failing(0, 600, _ => false);
        Failing(600, 624, _ => true);

        // One of six to the receiver fails, every half an hour: none did before.
        for (var step = 624L; step < 800; step++)
        {
            var failed = step % 6 == 0 ? 1 : 0;
            var place = new Place("shop.example", "r1", null);
            _turns.AddRange(_detector.Apply(
                step,
                0,
                [
                    new(step, place, FailureClass.None, 6 - failed, 6 - failed), new(step, place, FailureClass.Rate, failed, failed),
                    Row(step, "shop.example", "r2", false),
                ]));
        }

        Assert.Equal([IncidentTurn.Opened, IncidentTurn.Closed, IncidentTurn.Changed], _turns.Select(turn => turn.Turn));
    }

    [Fact]
    public void What_was_over_for_long_and_fails_again_is_another_incident()
    {
        Failing(0, 600, _ => false);
        Failing(600, 624, _ => true);
        Failing(624, 624 + Steps.Day, _ => false);
        Failing(624 + Steps.Day, 640 + Steps.Day, _ => true);

        Assert.Equal(2, _turns.Where(turn => turn.Turn == IncidentTurn.Opened).Select(turn => turn.Incident).Distinct().Count());
    }

    /// <summary>Six mails a step to each of two receivers; all to one of them fail in some steps.</summary>
    private void Failing(long from, long to, Func<long, bool> fails)
    {
        for (var step = from; step < to; step++)
        {
            _turns.AddRange(_detector.Apply(step, 0, [Row(step, "shop.example", "r1", fails(step)), Row(step, "shop.example", "r2", false)]));
        }
    }

    private static AttemptCount Row(long step, string domain, string receiver, bool fails) =>
        new(step, new(domain, receiver, null), fails ? FailureClass.Rate : FailureClass.None, 6, 6);

    private void Send(long step, bool awake, bool down) => _turns.AddRange(_detector.Apply(
        step,
        0,
        !awake ? [] :
        [
            new(step, new("shop.example", "r1", null), down ? FailureClass.Receiver : FailureClass.None, 4, 4),
            new(step, new("shop.example", "r2", null), FailureClass.None, 4, 4),
        ]));
}
