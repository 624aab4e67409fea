using MailStats.Contracts;
using MailStats.Incidents.Detection;
using Incident = MailStats.Incidents.Detection.Incident;

namespace MailStats.Incidents.Tests.Detection;

/// <summary>One change is one incident, however many places it shows in; and a heavy day of a large sender is none.</summary>
public sealed class WideChangeTests
{
    private const double Usual = 0.03;

    private readonly Random _random = new(17);
    private readonly TenantDetector _detector = new();
    private readonly List<IncidentStep> _turns = [];

    [Fact]
    public void A_heavy_day_of_a_large_sender_is_its_normal_variance()
    {
        for (var day = 0; day < 14; day++)
        {
            Day(day, day == 13 ? 2.3 : Math.Exp(0.3 * Math.Sin(day * 2.4)), null);
        }

        Assert.Empty(_turns);
    }

    [Fact]
    public void What_changes_everywhere_is_told_once_and_everywhere()
    {
        for (var day = 0; day < 10; day++)
        {
            Day(day, Math.Exp(0.2 * Math.Sin(day * 2.4)), null);
        }

        Day(10, 14, null);

        var opened = Assert.Single(_turns, turn => turn.Turn == IncidentTurn.Opened).Incident;
        Assert.Equal((IncidentKind.OwnOutage, Place.Everywhere), (opened.Kind, opened.Place));
    }

    [Fact]
    public void Parts_that_were_told_first_are_taken_into_the_whole()
    {
        for (var day = 0; day < 4; day++)
        {
            Day(day, 1, null);
        }

        var start = 4L * Steps.Day;

        for (var step = start; step < start + 24; step++)
        {
            // First one domain at one receiver, then another at another, then all.
            var part = step - start;
            Apply(step, 1, cell => part >= 8 || cell == new Place("d1.example", "r1", null) || (part >= 4 && cell == new Place("d5.example", "r3", null)));
        }

        HashSet<Incident> found = [.. _turns.Select(turn => turn.Incident)];
        var whole = Assert.Single(_detector.Open);
        Assert.Equal(Place.Everywhere, whole.Place);
        Assert.Equal(start, whole.Since);
        Assert.Equal(2, found.Count);
        Assert.All(found.Where(incident => incident != whole), part => Assert.Same(whole, part.Within));
        Assert.All(found.Where(incident => incident != whole), part => Assert.NotNull(part.Closed));
        Assert.All(found, incident => Assert.Single(_turns, turn => turn.Incident == incident && turn.Turn == IncidentTurn.Opened));
        Assert.Single(_turns, turn => turn.Turn == IncidentTurn.Closed);
    }

    [Fact]
    public void A_part_that_differs_from_the_rest_of_a_heavy_day_is_told()
    {
        for (var day = 0; day < 10; day++)
        {
            Day(day, Math.Exp(0.2 * Math.Sin(day * 2.4)), null);
        }

        Day(10, 2, new("d1.example", null, null));

        var opened = Assert.Single(_turns, turn => turn.Turn == IncidentTurn.Opened).Incident;
        Assert.Equal(new Place("d1.example", null, null), opened.Place);
    }

    /// <summary>Every step of a day.</summary>
    private void Day(int day, double factor, Place? failing)
    {
        for (var step = (long)day * Steps.Day; step < (day + 1L) * Steps.Day; step++)
        {
            Apply(step, factor, cell => failing is { } place && place.Covers(cell));
        }
    }

    /// <summary>Eight mails of each of eight domains to each of five receivers.</summary>
    private void Apply(long step, double factor, Func<Place, bool> fails)
    {
        List<AttemptCount> rows = [];

        for (var domain = 1; domain <= 8; domain++)
        {
            for (var provider = 1; provider <= 5; provider++)
            {
                var cell = new Place($"d{domain}.example", $"r{provider}", null);
                var rate = fails(cell) ? 1 : Math.Min(0.9, Usual * factor * (domain + provider) / 7);
                var failed = Enumerable.Range(0, 8).Count(_ => _random.NextDouble() < rate);
                Add(rows, new(step, cell, FailureClass.Receiver, failed, failed));
                Add(rows, new(step, cell, FailureClass.None, 8 - failed, 8 - failed));
            }
        }

        _turns.AddRange(_detector.Apply(step, 0, [.. rows]));
    }

    private static void Add(List<AttemptCount> rows, AttemptCount row)
    {
        if (row.Attempts > 0)
        {
            rows.Add(row);
        }
    }
}
