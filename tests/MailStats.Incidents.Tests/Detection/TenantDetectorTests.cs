using MailStats.Contracts;
using MailStats.Incidents.Detection;
using Incident = MailStats.Incidents.Detection.Incident;

namespace MailStats.Incidents.Tests.Detection;

public sealed class TenantDetectorTests
{
    private static readonly string[] Domains = ["shop.example", "news.example"];
    private static readonly string[] Providers = ["Gmail", "Microsoft", "Yahoo"];

    private readonly TenantDetector _detector = new();
    private readonly List<IncidentStep> _turns = [];

    [Fact]
    public void A_receiver_that_goes_down_is_told_from_what_goes_on()
    {
        Ordinary(0, 600);
        var opened = Failing(600, 605, new(null, "Gmail", null), FailureClass.Receiver);

        Assert.Equal((IncidentKind.ReceiverOutage, new Place(null, "Gmail", null)), (opened.Kind, opened.Place));
        Assert.Equal(600, opened.Since);
    }

    [Fact]
    public void A_domain_whose_key_is_broken_is_told_from_the_others()
    {
        Ordinary(0, 600);
        var opened = Failing(600, 605, new("shop.example", null, null), FailureClass.Authentication);

        Assert.Equal((IncidentKind.Authentication, new Place("shop.example", null, null)), (opened.Kind, opened.Place));
    }

    [Fact]
    public void Everything_everywhere_is_the_own_outage()
    {
        Ordinary(0, 600);
        var opened = Failing(600, 605, Place.Everywhere, FailureClass.Receiver);

        Assert.Equal((IncidentKind.OwnOutage, Place.Everywhere), (opened.Kind, opened.Place));
    }

    [Fact]
    public void It_closes_by_itself_within_half_an_hour()
    {
        Ordinary(0, 600);
        var incident = Failing(600, 610, new(null, "Gmail", null), FailureClass.Receiver);
        Ordinary(610, 616);

        Assert.InRange(incident.Closed!.Value, 610, 616);
        Assert.Equal([IncidentTurn.Opened, IncidentTurn.Closed], _turns.Select(turn => turn.Turn));
    }

    [Fact]
    public void Nine_failures_are_too_few_to_say_anything()
    {
        Ordinary(0, 600);
        Apply(600, [new(600, new("shop.example", "Gmail", null), FailureClass.Authentication, 9, 9)]);

        Assert.Empty(_turns);
    }

    [Fact]
    public void One_recipient_that_is_tried_a_hundred_times_is_one_misfortune()
    {
        Ordinary(0, 600);
        Apply(600, [new(600, new("shop.example", "Gmail", null), FailureClass.Rate, 100, 1)]);

        Assert.Empty(_turns);
    }

    [Fact]
    public void A_domain_that_stops_while_others_go_on_is_silent_until_it_sends_again()
    {
        Ordinary(0, 15 * Steps.Day);

        // Of two weeks that are known it takes five hours at most.
        for (var step = 15L * Steps.Day; step <= (15 * Steps.Day) + (5 * Steps.Hour); step++)
        {
            Apply(step, [.. Rows(step, null, FailureClass.None).Where(row => row.Place.Domain == "news.example")]);
        }

        var silence = Assert.Single(_turns).Incident;
        Assert.Equal((IncidentKind.Silence, new Place("shop.example", null, null)), (silence.Kind, silence.Place));
        Assert.Equal(15 * Steps.Day, silence.Since);
        Assert.Null(silence.Closed);

        Ordinary((15 * Steps.Day) + (5 * Steps.Hour) + 1, (15 * Steps.Day) + (5 * Steps.Hour) + 2);
        Assert.NotNull(silence.Closed);
    }

    [Fact]
    public void A_tenant_that_stops_altogether_is_silent_as_a_whole_until_it_sends_again()
    {
        Ordinary(0, 15 * Steps.Day);

        // Of two weeks that are known it takes five hours at most.
        for (var step = 15L * Steps.Day; step <= (15 * Steps.Day) + (5 * Steps.Hour); step++)
        {
            Apply(step, []);
        }

        var silence = Assert.Single(_turns).Incident;
        Assert.Equal((IncidentKind.Silence, Place.Everywhere, 15L * Steps.Day), (silence.Kind, silence.Place, silence.Since));

        Ordinary((15 * Steps.Day) + (5 * Steps.Hour) + 1, (15 * Steps.Day) + (5 * Steps.Hour) + 2);
        Assert.NotNull(silence.Closed);
    }

    [Fact]
    public void A_domain_that_was_silent_before_is_told_of_again()
    {
        var (first, second) = (15L * Steps.Day, 25L * Steps.Day);

        for (var step = 0L; step < 27 * Steps.Day; step++)
        {
            var stopped = (step >= first && step < first + Steps.Day) || (step >= second && step < second + Steps.Day);
            Apply(step, [.. Rows(step, null, FailureClass.None).Where(row => !stopped || row.Place.Domain == "news.example")]);
        }

        Assert.Equal(
            [IncidentTurn.Opened, IncidentTurn.Closed, IncidentTurn.Opened, IncidentTurn.Closed], _turns.Select(turn => turn.Turn));
        Assert.All(_turns, turn => Assert.Equal(IncidentKind.Silence, turn.Incident.Kind));
    }

    [Fact]
    public void Ten_mails_a_day_are_too_few_to_say_anything()
    {
        // Whatever fails, and whenever nothing is sent: fewer than ten fail in twelve hours, and no pause is long enough to be one.
        var random = new Random(5);

        for (var step = 0L; step < 60 * Steps.Day; step++)
        {
            if (random.Next(Steps.Day / 10) == 0 && step / Steps.Day % 7 != 6)
            {
                var failing = step / Steps.Day % 3 == 2;
                Apply(step, [new(step, new("shop.example", "Gmail", null), failing ? FailureClass.Receiver : FailureClass.None, 1, 1)]);
            }
        }

        Assert.DoesNotContain(_turns, turn => turn.Incident.IsSilence || turn.Incident.Failed < ChangeTest.LeastFailures);
    }

    [Fact]
    public void One_large_mailing_makes_no_hour_a_busy_one()
    {
        for (var step = 0L; step < 40 * Steps.Day; step++)
        {
            // Every ninth day ten thousand mails in an hour, beside a mail now and then.
            var mailing = step / Steps.Hour % (9 * 24) == 10;
            var rows = Rows(step, null, FailureClass.None).Where(row => row.Place.Domain == "news.example").ToList();

            if (mailing || step % (2 * Steps.Hour) == 0)
            {
                rows.Add(new(step, new("shop.example", "Gmail", null), FailureClass.None, mailing ? 900 : 1, mailing ? 900 : 1));
            }

            Apply(step, [.. rows]);
        }

        Assert.Empty(_turns);
    }

    [Fact]
    public void Mail_that_is_tried_again_does_not_keep_an_incident_open()
    {
        Ordinary(0, 200);
        var place = new Place(null, "Gmail", null);
        var incident = Failing(200, 230, place, FailureClass.Receiver);

        // All is well again; a third of what waits fails once more.
        for (var step = 230L; step < 236; step++)
        {
            Apply(step,
            [
                .. Rows(step, null, FailureClass.None), new(step, new("shop.example", "Gmail", null), FailureClass.Receiver, 30, 0),
                new(step, new("shop.example", "Gmail", null), FailureClass.None, 60, 0),
            ]);
        }

        Assert.InRange(incident.Closed ?? long.MaxValue, 230, 235);
    }

    [Fact]
    public void Nights_and_weekends_are_no_silence()
    {
        for (var step = 0L; step < 40 * Steps.Day; step++)
        {
            var awake = step % Steps.Day is >= 8 * Steps.Hour and < 18 * Steps.Hour && step / Steps.Day % 7 < 5;
            Apply(step, [.. Rows(step, null, FailureClass.None).Where(row => awake || row.Place.Domain == "news.example")]);
        }

        Assert.Empty(_turns);
    }

    [Fact]
    public void Ordinary_mail_opens_nothing()
    {
        Ordinary(0, 4_000);

        Assert.Empty(_turns);
    }

    [Fact]
    public void The_first_day_alarms_for_what_fails_altogether_and_for_nothing_else()
    {
        Apply(0, [new(0, new("a.example", "Gmail", null), FailureClass.Recipients, 8, 8), new(0, new("a.example", "Gmail", null), FailureClass.None, 32, 32)]);
        Assert.Empty(_turns);

        Apply(1, [new(1, new("a.example", "Yahoo", null), FailureClass.Authentication, 60, 60)]);
        Assert.Equal(IncidentKind.Authentication, Assert.Single(_turns).Incident.Kind);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Pieces_in_any_order_tell_the_same_as_the_whole(int seed)
    {
        var whole = Run(rows => [rows]);
        var random = new Random(seed);
        var pieces = Run(rows =>
        {
            var shuffled = rows.ToArray();
            random.Shuffle(shuffled);

            return shuffled.Chunk(3);
        });

        Assert.Equal(whole, pieces);

        static List<(Place, IncidentKind, long, long?)> Run(Func<AttemptCount[], IEnumerable<AttemptCount[]>> split)
        {
            var detector = new TenantDetector();
            HashSet<Incident> found = [];

            for (var step = 0L; step < 700; step++)
            {
                var rows = Rows(step, step is >= 600 and < 612 ? new Place(null, "Gmail", null) : null, FailureClass.Receiver);
                var parts = split(rows).ToList();

                for (var part = 0; part < parts.Count; part++)
                {
                    found.UnionWith(detector.Apply(step, 1 - ((part + 1.0) / parts.Count), parts[part]).Select(turn => turn.Incident));
                }
            }

            return [.. found.Select(incident => (incident.Place, incident.Kind, incident.Since, incident.Closed))];
        }
    }

    [Fact]
    public void Series_past_the_bound_count_in_the_wider_ones_only()
    {
        for (var number = 0; number <= TenantDetector.MaxSeries / 2; number++)
        {
            _detector.Apply(0, 0, [new(0, new($"d{number}.example", "Gmail", null), FailureClass.None, 1, 1)]);
        }

        Assert.Equal(TenantDetector.MaxSeries, _detector.SeriesCount);
        Failing(1, 3, new(null, "Gmail", null), FailureClass.Receiver);
    }

    [Fact]
    public void One_recipient_a_week_that_fails_every_time_is_no_incident()
    {
        for (var week = 0L; week < 60; week++)
        {
            Apply(week * 7 * Steps.Day, [new(week * 7 * Steps.Day, new("rare.example", "Gmail", null), FailureClass.Recipients, 1, 1)]);
        }

        Assert.Empty(_turns);
    }

    [Fact]
    public void Ten_thousand_domains_are_followed_and_one_that_fails_is_found()
    {
        AttemptCount[] Ordinary(long step) =>
        [
            .. Enumerable.Range(0, 10_000).Where(number => number % 288 == step % 288)
                .Select(number => new AttemptCount(step, new($"d{number}.example", "Gmail", null), FailureClass.None, 5, 5)),
        ];

        for (var step = 0L; step < 2 * Steps.Day; step++)
        {
            Apply(step, Ordinary(step));
        }

        Assert.InRange(_detector.SeriesCount, 10_000, TenantDetector.MaxSeries);
        Assert.Empty(_turns);

        Apply(2 * Steps.Day, [.. Ordinary(2 * Steps.Day), new(2 * Steps.Day, new("d7.example", "Gmail", null), FailureClass.Authentication, 40, 40)]);
        Assert.Equal("d7.example", Assert.Single(_turns).Incident.Place.Domain);
    }

    [Fact]
    public void What_sends_no_more_is_forgotten()
    {
        Apply(0, [new(0, new("gone.example", "Gmail", null), FailureClass.None, 1, 1)]);
        var before = _detector.SeriesCount;
        Apply(40 * Steps.Day, [new(40 * Steps.Day, new("shop.example", "Gmail", null), FailureClass.None, 1, 1)]);
        Apply(41 * Steps.Day, []);

        Assert.Equal(before, _detector.SeriesCount);
    }

    private Incident Failing(long from, long to, Place place, FailureClass cause)
    {
        for (var step = from; step < to; step++)
        {
            Apply(step, Rows(step, place, cause));
        }

        return Assert.Single(_turns, turn => turn.Turn == IncidentTurn.Opened).Incident;
    }

    private void Ordinary(long from, long to)
    {
        for (var step = from; step < to; step++)
        {
            Apply(step, Rows(step, null, FailureClass.None));
        }
    }

    private void Apply(long step, AttemptCount[] rows) => _turns.AddRange(_detector.Apply(step, 0, rows));

    /// <summary>Six mails of each domain to each receiver; one in 60 fails for its mailbox.</summary>
    private static AttemptCount[] Rows(long step, Place? failing, FailureClass cause)
    {
        List<AttemptCount> rows = [];

        foreach (var domain in Domains)
        {
            foreach (var provider in Providers)
            {
                var cell = new Place(domain, provider, null);
                var bad = failing is { } place && place.Covers(cell);
                var full = !bad && step % 10 == 0 ? 1 : 0;
                rows.Add(new(step, cell, bad ? cause : FailureClass.None, 6 - full, 6 - full));

                if (full > 0)
                {
                    rows.Add(new(step, cell, FailureClass.Mailbox, full, full));
                }
            }
        }

        return [.. rows];
    }
}
