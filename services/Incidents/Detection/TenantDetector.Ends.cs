namespace MailStats.Incidents.Detection;

internal sealed partial class TenantDetector
{
    /// <summary>Twelve hours: so long an incident that is over is looked after. What fails like it in its place is the same one.</summary>
    private const int Watched = 12 * Steps.Hour;

    /// <summary>Failures that tell what share fails now.</summary>
    private const int Telling = 20;

    /// <summary>Every half hour it is looked whether what still fails in an incident's place is what usually does.</summary>
    private const int Looking = Steps.Hour / 2;

    /// <summary>Ends a step for incidents: those that are open may be over, and those that are over lately may go on.</summary>
    private void EndIncidents()
    {
        for (var index = _open.Count - 1; index >= 0; index--)
        {
            if (_open[index] is { IsSilence: false } incident)
            {
                if (Recovery.IsOver(incident, _now, hour => UsualMail(incident.Place, hour), () => ShareOf(incident)))
                {
                    Close(incident, incident.Good ?? incident.Held + 1);
                }
                else if (_now % Looking == 0 && ShareOf(incident) is var share && share <= Norms.Nobodys(RateOf(incident.Place, incident.Cause))
                    && (!FailureClasses.IsOfList(incident.Cause) || Recovery.IsLasting(incident, _now)))
                {
                    incident.IsUsual(share);
                    Close(incident, incident.Good ?? incident.Held + 1);
                }
            }
        }

        for (var index = _lately.Count - 1; index >= 0; index--)
        {
            if (_lately[index] is var over && over.Closed < _now && Recovery.IsBack(over, _now, () => ShareOf(over)) && !IsExplained(over))
            {
                Reopen(over);
            }
        }

        _lately.RemoveAll(incident => _now + 1 - incident.Closed > Watched);
    }

    private void Close(Incident incident, long ended)
    {
        (incident.Closed, incident.Ended) = (_now, ended);
        _open.Remove(incident);
        Tell(IncidentTurn.Closed, incident);

        if (!incident.IsSilence)
        {
            _lately.Add(incident);
        }
    }

    private void OpenAgain(Incident incident)
    {
        (incident.Closed, incident.Ended) = (null, null);
        // What fails now may be another share than what failed then.
        (incident.Odds, incident.Share) = (Math.Min(incident.Odds, 0), 0);
        incident.Times++;
        _lately.Remove(incident);
        _open.Add(incident);
    }

    /// <summary>True when what fails there belongs to an incident that is open.</summary>
    private bool IsExplained(Incident over) => _open.Exists(open =>
        (open.Causes & over.Causes) != 0 && (open.Place.Covers(over.Place) || over.Place.Covers(open.Place)));

    /// <summary>One that is over goes on: what has happened in its place meanwhile belongs to it.</summary>
    private void Reopen(Incident incident)
    {
        var closed = incident.Closed!.Value;
        OpenAgain(incident);

        foreach (var cell in _cells.Where(incident.Place.Covers))
        {
            foreach (var counts in _series[cell].Recent.Where(counts => counts.Step > closed).ToList())
            {
                var good = counts.Tried;

                for (var cause = (FailureClass)0; (int)cause < FailureClasses.Count; cause++)
                {
                    if (incident.IsOf(cause) && counts[cause] is > 0 and var failed)
                    {
                        incident.Tally(cell, counts.Step, cause, failed, failed);
                        good -= failed;
                    }
                }

                if (good > 0)
                {
                    incident.Tally(cell, counts.Step, FailureClass.None, good, good);
                }

                for (var cause = (FailureClass)0; (int)cause < FailureClasses.Count; cause++)
                {
                    if (incident.IsOf(cause))
                    {
                        Explain(cell, counts.Step, cause, counts.TriedFor(cause), counts[cause]);
                    }
                }
            }
        }

        Tell(IncidentTurn.Changed, incident);
    }

    /// <summary>
    /// The share of a place's last first attempts that failed for an incident's causes, of those that did or got through: up to
    /// <see cref="Telling"/> failures, and back to the last success where nothing gets through.
    /// </summary>
    private double ShareOf(Incident incident)
    {
        var (failed, passed) = (1.0, 1.0);
        var recent = _series.TryGetValue(incident.Place, out var series) ? series.Recent : [];

        for (var index = recent.Count - 1; index >= 0 && recent[index].Step >= incident.Since && (failed < Telling || passed <= 1); index--)
        {
            passed += recent[index].Tried;

            for (var cause = (FailureClass)0; (int)cause < FailureClasses.Count; cause++)
            {
                passed -= recent[index].FailedInAll(cause);
                failed += incident.IsOf(cause) ? recent[index].FailedInAll(cause) : 0;
            }
        }

        return failed / (failed + passed);
    }
}
