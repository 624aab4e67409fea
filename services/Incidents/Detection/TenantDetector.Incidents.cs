namespace MailStats.Incidents.Detection;

internal sealed partial class TenantDetector
{
    /// <summary>Two hours: what alarms sooner in a part of its place, or around it, is the same incident.</summary>
    private const int Reopened = 2 * Steps.Hour;

    /// <summary>Failures of two causes that begin within half an hour in one place have one origin.</summary>
    private const int Together = Steps.Hour / 2;

    /// <summary>What is told of one cause in parts within two hours is one change.</summary>
    private const int OneChange = 2 * Steps.Hour;

    /// <summary>Nats that one incident more costs: two places are one incident unless they are told apart better than this.</summary>
    private const double Apart = 12;

    /// <summary>Nats by which another place has to explain an open incident better before it moves.</summary>
    private const double Better = 4;

    private void Explain(Alarm alarm)
    {
        if (Grow(alarm))
        {
            return;
        }

        var since = alarm.Since;
        _localization.Load(alarm.Cause, Cells(alarm.Cause, since, null), _addresses);
        var threshold = ChangeTest.Threshold(_active.Count);
        var habit = _habits.Factor(alarm.Cause, _now);

        // Only a place that chance does not explain either. It also tells best when the change was.
        Alarm? Own(Place place) =>
            _series.TryGetValue(place, out var series) ? ChangeTest.Look(series, alarm.Cause, _now, 0, threshold, habit) : null;
        var place = _localization.Best(place => place.Meets(alarm.Series.Place) && Own(place) is not null) is { } best
            ? best.Place
            : alarm.Series.Place;
        since = Own(place)?.Since ?? since;

        var incident = new Incident(place, alarm.Cause, since, _now) { LogChance = alarm.LogChance };
        Cover(incident, alarm.Cause);

        if (Joined(incident) is { } joined)
        {
            var wider = joined.IsOf(alarm.Cause) && place != joined.Place && place.Covers(joined.Place);
            joined.TakeIn(incident);

            if (wider)
            {
                Move(joined, place);
            }
            else
            {
                Tell(IncidentTurn.Changed, joined);
            }

            return;
        }

        incident.UsualRate = RateOf(place, alarm.Cause);
        incident.LocatedAt = incident.Failed;
        incident.GoesOn();
        _open.Add(incident);
        _habits.Note(alarm.Cause, _now);
        Tell(IncidentTurn.Opened, incident);
    }

    /// <summary>True when an open incident explains the alarm by being wider than was known.</summary>
    private bool Grow(Alarm alarm)
    {
        foreach (var incident in _open)
        {
            if (!incident.IsOf(alarm.Cause) || incident.Place.Covers(alarm.Series.Place))
            {
                continue;
            }

            _localization.Load(alarm.Cause, Cells(alarm.Cause, incident.Since, incident), _addresses);

            if (_localization.Best(place => place.Covers(incident.Place) && place != incident.Place) is not { } wider
                || _localization.Best(place => place.Meets(alarm.Series.Place) && !incident.Place.Covers(place) && !place.Covers(incident.Place))
                    is not { } apart
                || wider.Score < _localization.Score(incident.Place) + apart.Score - Apart)
            {
                continue;
            }

            Move(incident, wider.Place);

            return true;
        }

        return false;
    }

    private void LocateAgain(Incident incident)
    {
        incident.LocatedAt = incident.Failed;
        var cause = incident.Cause;
        _localization.Load(cause, Cells(cause, incident.Since, incident), _addresses);

        if (_localization.Best(place => place.Meets(incident.Place)) is { } best && best.Place != incident.Place
            && best.Score > _localization.Score(incident.Place) + Better)
        {
            Move(incident, best.Place);
        }
    }

    private void Move(Incident incident, Place place)
    {
        incident.Place = place;
        Absorb(incident);

        for (var cause = 0; cause < FailureClasses.Count; cause++)
        {
            if (incident.IsOf((FailureClass)cause))
            {
                Cover(incident, (FailureClass)cause);
            }
        }

        incident.CountAnew();
        incident.Share = ShareOf(incident);
        incident.UsualRate = RateOf(place, incident.Cause);
        incident.LocatedAt = incident.Failed;
        Tell(IncidentTurn.Changed, incident);
    }

    /// <summary>A wider incident takes in the narrower ones that it explains: they are over as such, and told as a part of it.</summary>
    private void Absorb(Incident incident)
    {
        for (var index = _open.Count - 1; index >= 0; index--)
        {
            var part = _open[index];

            if (IsPart(part, incident))
            {
                incident.TakeIn(part);
                part.Closed = part.Ended = _now;
                _open.RemoveAt(index);
                Tell(IncidentTurn.Closed, part);
            }
        }
    }

    private static bool IsPart(Incident part, Incident of) =>
        part != of && !part.IsSilence && !of.IsSilence && (part.Causes & of.Causes) != 0 && of.Place.Covers(part.Place)
        && Math.Abs(part.Since - of.Since) <= OneChange;

    /// <summary>Gives an incident the failures of its place since its beginning: they are neither normal nor the sign of another.</summary>
    private void Cover(Incident incident, FailureClass cause)
    {
        foreach (var cell in _cells)
        {
            if (!incident.Place.Covers(cell))
            {
                continue;
            }

            var counts = _series[cell].Recent;
            var known = incident.Cells.ContainsKey(cell);

            for (var index = counts.Count - 1; index >= 0 && counts[index].Step >= incident.Since; index--)
            {
                var (step, tried, failed) = (counts[index].Step, counts[index].TriedFor(cause), counts[index][cause]);
                var good = known ? 0 : counts[index].Tried - failed;

                if (good > 0)
                {
                    incident.Tally(cell, step, FailureClass.None, good, good);
                }

                if (failed > 0)
                {
                    incident.Tally(cell, step, cause, failed, failed);
                }

                Explain(cell, step, cause, tried, failed);
            }
        }
    }

    /// <summary>Attempts of a cell are those of an incident, in all series that they count in.</summary>
    private void Explain(Place cell, long step, FailureClass cause, int tried, int failed)
    {
        for (var shape = 0; shape < 8; shape++)
        {
            var place = cell.Only(shape);

            if (place.Shape == shape && _series.TryGetValue(place, out var series))
            {
                series.Explain(step, cause, tried, failed);
            }
        }
    }

    /// <summary>The incident that a new one is part of: same place and moment, or the same one that has just closed.</summary>
    private Incident? Joined(Incident incident)
    {
        foreach (var open in _open)
        {
            if (!open.IsSilence && (open.Place.Covers(incident.Place) || incident.Place.Covers(open.Place))
                && incident.Since >= open.Since - Together && incident.Since <= open.Opened + Together)
            {
                return open;
            }
        }

        // The first that turns out to be a part of it becomes the whole: people know it already.
        if (_open.Find(open => IsPart(open, incident)) is { } part)
        {
            return part;
        }

        foreach (var closed in _lately)
        {
            if (closed.IsOf(incident.FirstCause) && (closed.Place == incident.Place
                || (_now - closed.Closed <= Reopened && (closed.Place.Covers(incident.Place) || incident.Place.Covers(closed.Place)))))
            {
                OpenAgain(closed);

                return closed;
            }
        }

        return null;
    }

    private double UsualMail(Place place, long hour) =>
        _series.TryGetValue(place, out var series) ? series.History.Usual(hour) * _everybody.ShareOfDay(hour) : 0;

    private double RateOf(Place place, FailureClass cause) =>
        _series.TryGetValue(place, out var series) ? Norms.RateOf(series, cause) : EverybodysRates.Of(cause).Rate;

    private double Wander(Place cell, FailureClass cause) => Norms.Wander(_series[cell], cause);

    private void Tell(IncidentTurn turn, Incident incident) => _turns.Add(new(_now, turn, incident));

    /// <summary>All cells with mail since a step; those of an incident with what it knows of them.</summary>
    private IEnumerable<CellTally> Cells(FailureClass cause, long since, Incident? incident)
    {
        foreach (var cell in _cells)
        {
            var (tried, failed) = _series[cell].Since(since, cause);

            if (incident is not null && incident.Cells.TryGetValue(cell, out var known))
            {
                yield return new(cell, RateOf(cell, cause), Wander(cell, cause), Math.Max(known.Tried, known.Failed + failed), known.Failed + failed);
            }
            else if (tried > 0)
            {
                yield return new(cell, RateOf(cell, cause), Wander(cell, cause), tried, failed);
            }
        }
    }
}
