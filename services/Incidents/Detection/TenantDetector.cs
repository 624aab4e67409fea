namespace MailStats.Incidents.Detection;

/// <summary>
/// Finds the incidents of one tenant. A pure fold over its attempts in the order of their steps: the same attempts give the same
/// incidents, whether they are followed live or read years later. Attempts of the step that is going on may come in pieces.
/// </summary>
internal sealed partial class TenantDetector
{
    /// <summary>Series kept at a time; further narrow ones count in the wider ones only.</summary>
    public const int MaxSeries = 100_000;

    private const int ForgottenAfter = 35 * Steps.Day;

    private readonly Dictionary<Place, Series> _series = [];
    private readonly List<Series> _active = [];
    private readonly HashSet<Place> _cells = [];
    private readonly Dictionary<Place, List<Series>> _paths = [];
    private readonly List<Incident> _open = [];
    private readonly List<Incident> _lately = [];
    private readonly List<IncidentStep> _turns = [];
    private readonly HashSet<(Series Series, FailureClass Cause)> _touched = [];
    private readonly Localization _localization = new();
    private ListHabits _habits = new();

    private bool _addresses;
    private long _now = long.MinValue;

    public IReadOnlyList<Incident> Open => _open;

    public int SeriesCount => _series.Count;

    public long Now => _now;

    /// <summary>Takes in attempts of a step, the whole of it or what came since the last call.</summary>
    /// <param name="step">The step; never before that of the last call.</param>
    /// <param name="unfinished">The part of the step that is still to come, 0 to 1.</param>
    /// <param name="counts">Its attempts; those of earlier steps may be among them while those are recent.</param>
    /// <returns>What became of incidents. The list is used again by the next call.</returns>
    public IReadOnlyList<IncidentStep> Apply(long step, double unfinished, ReadOnlySpan<AttemptCount> counts)
    {
        _turns.Clear();
        MoveTo(step);
        _touched.Clear();

        foreach (ref readonly var count in counts)
        {
            Add(count);
        }

        if (_touched.Count > 0)
        {
            Look(unfinished);
        }

        // One that moves takes others in, which are then open no more.
        foreach (var incident in _open.FindAll(incident => !incident.IsSilence && incident.Failed >= 2 * incident.LocatedAt))
        {
            if (incident.Closed is null)
            {
                LocateAgain(incident);
            }
        }

        return _turns;
    }

    private void MoveTo(long step)
    {
        if (_now == long.MinValue)
        {
            _now = step;
        }

        // After a long gap there is nothing left to move on step by step.
        if (step - _now > Series.Kept + Recovery.MostQuiet)
        {
            for (var next = 0; next < Series.Kept + Recovery.MostQuiet; next++)
            {
                EndStep();
            }

            _now = Math.Max(_now, step - 1);
        }

        while (_now < step)
        {
            EndStep();
        }
    }

    private void EndStep()
    {
        EndIncidents();
        _now++;
        var kept = 0;

        for (var index = 0; index < _active.Count; index++)
        {
            var series = _active[index];
            series.Advance(_now);

            if (series.Recent.Count > 0)
            {
                _active[kept++] = series;
            }
        }

        _active.RemoveRange(kept, _active.Count - kept);

        if (_now % Steps.Hour == 0)
        {
            ListenToHour();
        }

        if (_now % Steps.Day == 0)
        {
            Forget();
        }
    }

    private void Forget()
    {
        _paths.Clear();

        foreach (var (place, series) in _series)
        {
            if (series.LastStep < _now - ForgottenAfter)
            {
                _series.Remove(place);
                _cells.Remove(place);
            }
            else
            {
                series.Cells.RemoveAll(cell => cell.LastStep < _now - ForgottenAfter);
            }
        }
    }

    private void Add(in AttemptCount count)
    {
        var (explained, lasting) = (0, 0);

        foreach (var incident in _open)
        {
            if (!incident.IsSilence && incident.Place.Covers(count.Place) && count.Step >= incident.Since)
            {
                var bad = incident.IsOf(count.Cause);
                explained |= incident.Causes;
                lasting |= Recovery.IsLasting(incident, count.Step) ? incident.Causes : 0;
                incident.Tally(count.Place, count.Step, count.Cause, count.Attempts, count.First);
                incident.Step = incident.Step.Add(bad, count.Cause, count.Attempts, count.First);
            }
        }

        foreach (var over in _lately)
        {
            if (over.Place.Covers(count.Place) && count.Step > over.Closed)
            {
                over.Step = over.Step.Add(over.IsOf(count.Cause), count.Cause, count.Attempts, count.First);
            }
        }

        if (count.First == 0)
        {
            return;
        }

        Hear(count);

        if (!_addresses && count.Place.OutgoingIp is not null)
        {
            _addresses = true;
            _paths.Clear();
        }

        var failed = count.Cause != FailureClass.None && (explained & (1 << (int)count.Cause)) == 0;

        foreach (var series in PathOf(count.Place))
        {
            if (series.Recent.Count == 0)
            {
                _active.Add(series);
            }

            series.Add(count.Step, count.Cause, count.First, explained, lasting);

            if (failed)
            {
                _touched.Add((series, count.Cause));
            }
        }
    }

    /// <summary>All series that mail of a place counts in, the widest first. Without the narrow ones where there are too many.</summary>
    private List<Series> PathOf(Place place)
    {
        if (_paths.TryGetValue(place, out var known))
        {
            return known;
        }

        List<Series> path = [];

        for (var shape = 0; shape < (_addresses ? 8 : 4); shape++)
        {
            if (place.Only(shape) is var part && part.Shape == shape && SeriesOf(part) is { } series)
            {
                path.Add(series);
            }
        }

        // What is left out now may be taken in when others are forgotten.
        if (_series.TryGetValue(place, out var cell))
        {
            _paths.Add(place, path);

            foreach (var wide in _cells.Add(place) ? path : [])
            {
                if (wide != cell)
                {
                    wide.Cells.Add(cell);
                }
            }
        }

        return path;
    }

    /// <summary>A series and the wider ones that it borrows from. Null when there are too many.</summary>
    private Series? SeriesOf(Place place)
    {
        if (_series.TryGetValue(place, out var series))
        {
            return series;
        }

        if (_series.Count >= MaxSeries)
        {
            return null;
        }

        var shape = place.Shape;
        var tenant = shape == 0 ? null : SeriesOf(Place.Everywhere);
        var (wider, beside) = shape switch
        {
            0 => (null, null),
            1 or 2 or 4 => (tenant, null),
            7 => (SeriesOf(place.Only(3)), null),
            _ => (SeriesOf(place.Only(shape & -shape)), SeriesOf(place.Only(shape & (shape - 1)))),
        };

        series = new(place, tenant, wider ?? tenant, beside);
        _series.Add(place, series);

        return series;
    }

    private void Look(double unfinished)
    {
        var threshold = ChangeTest.Threshold(_active.Count);

        // One alarm can explain others: look again until nothing is left, each time with the least likely first.
        for (var round = 0; round < 8; round++)
        {
            Alarm? worst = null;

            foreach (var (series, cause) in _touched)
            {
                if (ChangeTest.Look(series, cause, _now, unfinished, threshold, _habits.Factor(cause, _now)) is { } alarm
                    && (worst is null || IsWorse(alarm, worst)))
                {
                    worst = alarm;
                }
            }

            if (worst is null)
            {
                return;
            }

            Explain(worst);
        }
    }

    private static bool IsWorse(Alarm alarm, Alarm other)
    {
        var order = alarm.LogChance.CompareTo(other.LogChance);

        return order != 0 ? order < 0 : Localization.Compare(alarm.Series.Place, other.Series.Place) < 0;
    }
}
