using System.Diagnostics;
using System.Runtime.InteropServices;
using MailStats.Contracts;
using MailStats.Incidents.Detection;
using Incident = MailStats.Incidents.Detection.Incident;

namespace MailStats.IncidentBench;

/// <summary>The mail of one tenant, minute by minute, followed live by a detector.</summary>
internal sealed class Simulation
{
    private readonly Ranges _ranges;
    private readonly Draws _draws;
    private readonly Tenant _tenant;
    private readonly double _minutes;
    private readonly double _tick;
    private readonly List<Fault> _faults;
    private readonly PriorityQueue<Mail, double> _waiting = new();
    private readonly Dictionary<(Place Place, FailureClass Cause), (int Attempts, int First)> _counts = [];
    private readonly List<AttemptCount> _rows = [];
    private readonly List<Campaign> _campaigns = [];
    private readonly TenantDetector _detector = new();
    private readonly List<Fault> _current = [];

    private int _nextFault;

    private sealed record Mail(int Domain, int Provider, Place Cell)
    {
        public int Tries { get; set; }

        public FailureClass Last { get; set; } = FailureClass.None;
    }

    private sealed record Campaign(int Domain, double Pace, double End, double List);

    /// <param name="ranges">What is drawn from.</param>
    /// <param name="seed">The tenant.</param>
    /// <param name="days">So many.</param>
    /// <param name="silences">Domains stop, in place of failures.</param>
    /// <param name="tick">Minutes: so often the detector is told what is new.</param>
    /// <param name="kind">Faults of this kind alone; of every kind where null.</param>
    public Simulation(Ranges ranges, int seed, double days, bool silences, double tick, IncidentKind? kind)
    {
        (_ranges, _draws, _minutes, _tick) = (ranges, new(seed), days * 1440, tick);
        _tenant = new(ranges, _draws);
        _faults = silences ? Faults.DrawSilences(_tenant, _draws, _minutes) : Faults.Draw(_tenant, ranges, _draws, _minutes, kind);
    }

    public Tenant Tenant => _tenant;

    public IReadOnlyList<Fault> AllFaults => _faults;

    public List<Told> FalseAlarms { get; } = [];

    public int Splits { get; private set; }

    /// <summary>Incidents that were open again after the end of their fault.</summary>
    public int ReopenedInVain { get; private set; }

    public long Events { get; private set; }

    public TimeSpan DetectorTime { get; private set; }

    public int SeriesCount => _detector.SeriesCount;

    public void Run()
    {
        var clock = new Stopwatch();

        for (var minute = 0.0; minute < _minutes; minute += _tick)
        {
            if (minute % 1440 == 0)
            {
                _tenant.NextDay();
                PlanCampaigns(minute);
            }

            Send(minute);
            var step = (long)(minute / 5);

            if (_counts.Count == 0 && step == _detector.Now)
            {
                continue;
            }

            Collect(step);
            clock.Restart();
            var turns = _detector.Apply(step, Math.Max(0, 1 - (minute + _tick - step * 5) / 5), CollectionsMarshal.AsSpan(_rows));
            DetectorTime += clock.Elapsed;

            foreach (var turn in turns)
            {
                Judge(turn, minute + _tick);
            }
        }
    }

    private void Collect(long step)
    {
        _rows.Clear();

        foreach (var ((place, cause), (attempts, first)) in _counts)
        {
            _rows.Add(new(step, place, cause, attempts, first));
        }

        _counts.Clear();
    }

    private void Judge(IncidentStep turn, double minute)
    {
        var incident = turn.Incident;

        if (turn.Turn == IncidentTurn.Closed)
        {
            foreach (var fault in _current)
            {
                if (fault.Found == incident)
                {
                    fault.ClosedTooSoon += incident.Within is null && minute < fault.End ? 1 : 0;
                    fault.ClosedAt = incident.Within is null ? minute : null;
                    fault.EndStated = incident.Within is null ? incident.Ended * 5 : null;
                    fault.Found = incident.Within ?? incident;
                }
            }

            return;
        }

        // One that was over and is open again is the same: that it was over was not so.
        foreach (var fault in _current.Where(fault => fault.Found == incident && fault.ClosedAt is not null && incident.Closed is null))
        {
            fault.Reopened += fault.ClosedAt < fault.End ? 1 : 0;
            ReopenedInVain += minute >= fault.End ? 1 : 0;
            fault.ClosedAt = null;
        }

        var explained = _current.FindAll(fault => fault.Explains(incident, minute));

        foreach (var fault in explained)
        {
            if (fault.Found is null)
            {
                (fault.Found, fault.FoundAt, fault.FoundAfter) = (incident, minute, fault.Failed);
                fault.FirstTold = new(minute, incident, _tenant.True(incident.Place, incident.FirstCause));

                return;
            }
        }

        if (turn.Turn == IncidentTurn.Opened)
        {
            if (explained.Count > 0)
            {
                Splits++;
                explained.ForEach(fault => fault.Again += fault.ClosedAt < fault.End ? 1 : 0);
            }
            else
            {
                FalseAlarms.Add(new(minute, incident, _tenant.True(incident.Place, incident.FirstCause)));
            }
        }
    }

    private void PlanCampaigns(double minute)
    {
        _campaigns.RemoveAll(campaign => campaign.End < minute);
        var mail = _tenant.MailADay * _tenant.CampaignShare * Math.Pow(_ranges.GrowthAMonth, minute / 43_200);
        var count = _draws.Poisson(1.5);

        for (var number = 0; number < count; number++)
        {
            var start = minute + _draws.Between(360, 1200);
            var length = _draws.Magnitude(_ranges.CampaignMinutes.Least, _ranges.CampaignMinutes.Most);
            _campaigns.Add(new(_tenant.Domain(), mail / 1.5 / length * _draws.Factor(_ranges.CampaignSizes), start + length, _draws.Factor(_ranges.Lists)));
            _starts[_campaigns[^1]] = start;
        }
    }

    private readonly Dictionary<Campaign, double> _starts = [];

    private void Send(double minute)
    {
        while (_nextFault < _faults.Count && _faults[_nextFault].Start <= minute)
        {
            _current.RemoveAll(fault => fault.End + 1440 < minute);
            _current.Add(_faults[_nextFault++]);
        }

        while (_waiting.TryPeek(out var mail, out var due) && due <= minute)
        {
            _waiting.Dequeue();
            Try(mail, minute, 1, null);
        }

        for (var count = _draws.Poisson(_tenant.Pace(minute) * _tick); count > 0; count--)
        {
            Submit(_tenant.Domain(), minute, 1, null);
        }

        foreach (var campaign in _campaigns)
        {
            if (minute < campaign.End && minute >= _starts[campaign])
            {
                for (var count = _draws.Poisson(campaign.Pace * _tick); count > 0; count--)
                {
                    Submit(campaign.Domain, minute, campaign.List, null);
                }
            }
        }

        foreach (var fault in _current)
        {
            if (fault.ListMail > 0 && fault.Holds(minute))
            {
                for (var count = _draws.Poisson(fault.ListMail * _tick); count > 0; count--)
                {
                    Submit(Array.IndexOf(_tenant.Domains, fault.Place.Domain), minute, 1, fault);
                }
            }
        }
    }

    private void Submit(int domain, double minute, double list, Fault? badList)
    {
        if (_current.Find(fault => fault.Kind == IncidentKind.Silence && fault.Holds(minute) && fault.Place.Domain == _tenant.Domains[domain]) is { } silence)
        {
            silence.Failed++;
            return;
        }

        var provider = _tenant.Provider();
        Try(new(domain, provider, _tenant.Cell(domain, provider)), minute, list, badList);
    }

    private void Try(Mail mail, double minute, double list, Fault? badList)
    {
        Events++;
        mail.Tries++;
        var (cause, defers) = Outcome(mail, minute, list, badList);
        var key = (mail.Cell, cause);
        var (attempts, first) = _counts.GetValueOrDefault(key);
        _counts[key] = (attempts + 1, first + (mail.Tries == 1 ? 1 : 0));

        foreach (var fault in mail.Tries == 1 ? _current : [])
        {
            if (minute >= fault.End && minute < fault.End + 30 && fault.Place.Covers(mail.Cell))
            {
                fault.After = (fault.After.Tried + 1, fault.After.Failed + (Array.IndexOf(fault.Causes, cause) >= 0 ? 1 : 0));
            }
        }

        mail.Last = cause;

        if (defers && mail.Tries < 12)
        {
            var wait = _ranges.Retries.Length > 0
                ? _ranges.Retries[Math.Min(mail.Tries, _ranges.Retries.Length) - 1]
                : Math.Min(240, _ranges.Retry.First * Math.Pow(_ranges.Retry.Factor, mail.Tries - 1));
            _waiting.Enqueue(mail, minute + wait * _draws.Between(0.9, 1.1));
        }
    }

    private (FailureClass Cause, bool Defers) Outcome(Mail mail, double minute, double list, Fault? badList)
    {
        foreach (var fault in _current)
        {
            if (fault.Kind == IncidentKind.Silence || !fault.Holds(minute) || !fault.Place.Covers(mail.Cell))
            {
                continue;
            }

            if (mail.Tries == 1)
            {
                fault.Mail[mail.Cell] = fault.Mail.GetValueOrDefault(mail.Cell) + 1;
            }

            if ((fault.ListMail == 0 || badList == fault) && _draws.Chance(fault.Share))
            {
                fault.Failed += mail.Tries == 1 ? 1 : 0;
                var other = fault.Causes.Length > 1 && _draws.Chance(_ranges.OtherReasons);

                return (fault.Causes[other ? 1 : 0], fault.Deferring);
            }
        }

        foreach (var fault in _current)
        {
            // Mail outside counts too: it tells which places are told apart.
            if (mail.Tries == 1 && fault.Holds(minute) && !fault.Place.Covers(mail.Cell))
            {
                fault.Mail[mail.Cell] = fault.Mail.GetValueOrDefault(mail.Cell) + 1;
            }
        }

        if (mail.Tries > 1)
        {
            return _draws.Chance(_ranges.FailsAgain) && mail.Last != FailureClass.None ? (mail.Last, true) : (FailureClass.None, false);
        }

        var at = _draws.Next();

        for (var index = 0; index < FailureClasses.Count; index++)
        {
            var cause = (FailureClass)index;
            at -= _tenant.Rate(mail.Domain, mail.Provider, cause)
                * (cause is FailureClass.Recipients or FailureClass.Mailbox or FailureClass.Content ? list : 1);

            if (at < 0)
            {
                return (cause, cause is FailureClass.Rate or FailureClass.Receiver or FailureClass.Greylisting or FailureClass.Dns);
            }
        }

        return (FailureClass.None, false);
    }
}
