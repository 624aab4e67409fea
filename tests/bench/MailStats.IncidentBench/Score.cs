using System.Globalization;
using MailStats.Contracts;
using MailStats.Incidents.Detection;
using Incident = MailStats.Incidents.Detection.Incident;

namespace MailStats.IncidentBench;

/// <summary>Adds up what was found and prints it.</summary>
internal sealed class Score(Ranges ranges, double days)
{
    private static readonly int[] Sizes = [1, 10, 20, 30, 50, 100, 300, 1_000, 1_000_000];

    /// <summary>Mail in its place in the half hour after a fault, below which nothing tells that it is over.</summary>
    private const int LeastAfter = 5;

    /// <summary>Minutes of a step of the detector.</summary>
    private const int Step = 5;

    private readonly List<Fault> _faults = [];
    private readonly Dictionary<Fault, int> _seeds = [];
    private readonly List<string> _false = [];

    private double _tenantMonths;
    private int _falseAlarms;
    private int _worst;
    private int _splits;
    private int _reopenedInVain;
    private long _events;
    private TimeSpan _time;
    private int _series;

    public void Add(int seed, Simulation run)
    {
        foreach (var fault in run.AllFaults.Where(fault => fault.Failed > 0))
        {
            _faults.Add(fault);
            _seeds[fault] = seed;
        }

        _tenantMonths += days / 30;
        _falseAlarms += run.FalseAlarms.Count;
        _worst = Math.Max(_worst, run.FalseAlarms.Count);
        _splits += run.Splits;
        _reopenedInVain += run.ReopenedInVain;
        _events += run.Events;
        _time += run.DetectorTime;
        _series = Math.Max(_series, run.SeriesCount);
        _false.AddRange(run.FalseAlarms.Select(alarm => string.Create(CultureInfo.InvariantCulture,
            $"  seed {seed} ({run.Tenant.MailADay:0} a day), day {alarm.Minute / 1440:0.0}: {alarm.Incident.Kind} {alarm.Incident.Cause} at "
            + $"{Told(alarm.Incident.Place)}: {alarm.Incident.Failed} of {alarm.Incident.Tried}, usual {alarm.Incident.UsualRate:0.0000}, "
            + $"{(alarm.Incident.Closed - alarm.Incident.Since) / 12.0:0.0} h, told {alarm} at {Told(alarm.Place)}")));
    }

    public void Print(TextWriter to, bool details)
    {
        to.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{ranges.Name}: {_tenantMonths:0.0} tenant-months, {_events:N0} attempts, {_faults.Count} faults, "
            + $"{_splits} told as more than one"));
        to.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"closed too soon {_faults.Sum(fault => fault.ClosedTooSoon)} times, at {_faults.Count(fault => fault.ClosedTooSoon > 0)} faults: "
            + $"{_faults.Sum(fault => fault.Reopened)} times the same was open again, {_faults.Sum(fault => fault.Again)} times another was opened; "
            + $"open again after the end: {_reopenedInVain}"));
        to.WriteLine(
            "failing recipients   faults   found   by the 30th   kind   place   both   after n (p50)   minutes (p50, p90)   "
            + "told to be over in 30 min   minutes to that (p50, p90)   end stated within 30 min");

        for (var index = 0; index + 1 < Sizes.Length; index++)
        {
            var (from, below) = (Sizes[index], Sizes[index + 1]);
            Row(to, below > 100_000 ? $"{from}+" : $"{from}-{below - 1}", fault => fault.Failed >= from && fault.Failed < below);
        }

        Row(to, "30 or more", fault => fault.Failed >= 30);
        Row(to, "30, with 5 after", fault => fault.Failed >= 30 && fault.After.Tried >= LeastAfter);
        to.WriteLine();

        foreach (var kind in Enum.GetValues<IncidentKind>().Where(kind => _faults.Exists(fault => fault.Kind == kind)))
        {
            Row(to, $"{kind} 30+", fault => fault.Kind == kind && fault.Failed >= 30);
        }

        to.WriteLine();
        to.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"false alarms: {_falseAlarms}, {_falseAlarms / _tenantMonths:0.00} a tenant-month, most for one tenant {_worst}"));
        to.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"detector: {_time.TotalMilliseconds / _events * 1e6 / 1000:0.00} s of processor time a million attempts, at most {_series} series a tenant"));

        if (details)
        {
            _false.ForEach(to.WriteLine);

            foreach (var fault in _faults.Where(fault => fault.Failed >= 30 && (fault.Found is null || !Right(fault))))
            {
                to.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  seed {_seeds[fault]}, fault day {fault.Start / 1440:0.0}: {fault.Kind} at {Told(fault.Place)}, "
                    + $"{fault.Failed} of {Hit(fault)} failed, share {fault.Share:0.00}, {fault.End - fault.Start:0} min: ")
                    + (fault.Found is { } found ? $"told {found.Kind} at {Told(found.Place)}" : "not found"));
            }

            foreach (var fault in _faults.Where(fault => fault.FirstTold is not null))
            {
                to.WriteLine($"  seed {_seeds[fault]}, {fault.Kind} at {Told(fault.Place)}: told {fault.FirstTold} at {Told(fault.FirstTold!.Place)}");
            }

            foreach (var fault in _faults.Where(fault =>
                fault.Failed >= 30 && fault.Found is not null && (!InTime(fault) || !IsEndRight(fault) || fault.ClosedTooSoon > 0)))
            {
                to.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  seed {_seeds[fault]}, fault day {fault.Start / 1440:0.00}: {fault.Kind} at {Told(fault.Place)}, {fault.Failed} of {Hit(fault)} failed, "
                    + $"share {fault.Share:0.00}, {fault.End - fault.Start:0} min, told as {fault.Found!.Cause} at {Told(fault.Found.Place)}: ")
                    + (fault.ClosedAt is { } at
                        ? string.Create(
                            CultureInfo.InvariantCulture, $"closed {at - fault.End:0} min after the end, end stated {fault.EndStated - fault.End:0}")
                        : "never closed")
                    + string.Create(
                        CultureInfo.InvariantCulture,
                        $"; too soon {fault.ClosedTooSoon}, again {fault.Reopened}; {fault.After.Failed} of {fault.After.Tried} failed within half an hour"));
            }
        }
    }

    public void WriteCurve(TextWriter to)
    {
        to.WriteLine("kind,place,failed,share,minutes,found,foundAfter,foundMinutes,kindRight,placeRight,closedMinutes");

        foreach (var fault in _faults)
        {
            to.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{fault.Kind},{Told(fault.Place)},{fault.Failed},{fault.Share:0.000},{fault.End - fault.Start:0.0},{(fault.Found is null ? 0 : 1)},"
                + $"{fault.FoundAfter},{fault.FoundAt - fault.Start:0.00},{(fault.Found?.Kind == fault.Kind ? 1 : 0)},"
                + $"{(fault.Found is { } found && fault.PlaceIsRight(found.Place) ? 1 : 0)},{fault.ClosedAt - fault.End:0.0}"));
        }
    }

    private void Row(TextWriter to, string name, Func<Fault, bool> of)
    {
        List<Fault> all = [.. _faults.Where(of)];
        List<Fault> found = [.. all.Where(fault => fault.Found is not null)];

        if (all.Count == 0)
        {
            return;
        }

        List<double> minutes = [.. found.Select(fault => fault.FoundAt!.Value - fault.Start).Order()];
        List<double> after = [.. found.Select(fault => (double)fault.FoundAfter).Order()];
        List<double> closed = [.. found.Select(fault => fault.ClosedAt - fault.End ?? double.PositiveInfinity).Where(time => time >= -Step).Order()];
        to.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-20} {all.Count,6} {Share(found.Count, all.Count),7} {Share(found.Count(fault => fault.FoundAfter <= 30), all.Count),13} "
            + $"{Share(found.Count(fault => fault.Found!.Kind == fault.Kind), found.Count),6} "
            + $"{Share(found.Count(fault => fault.PlaceIsRight(fault.Found!.Place)), found.Count),7} {Share(found.Count(Right), found.Count),6} "
            + $"{At(after, 0.5),15:0} {At(minutes, 0.5),13:0.0} {At(minutes, 0.9),7:0.0} {Share(found.Count(InTime), found.Count),27} "
            + $"{At(closed, 0.5),19:0} {At(closed, 0.9),8:0} "
            + $"{Share(found.Count(IsEndRight), found.Count),26}"));
    }

    private static bool Right(Fault fault) => fault.Found!.Kind == fault.Kind && fault.PlaceIsRight(fault.Found.Place);

    /// <summary>One that is said to be over while it goes on is not closed in time: a step of the detector is let pass.</summary>
    private static bool InTime(Fault fault) => fault.ClosedAt - fault.End is >= -Step and <= 30;

    private static bool IsEndRight(Fault fault) => fault.EndStated - fault.End is >= -30 and <= 30;

    private static int Hit(Fault fault) => fault.Mail.Where(cell => fault.Place.Covers(cell.Key)).Sum(cell => cell.Value);

    private static string Share(int part, int whole) =>
        whole == 0 ? "-" : (100.0 * part / whole).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    private static double At(List<double> ordered, double part) =>
        ordered.Count == 0 ? double.NaN : ordered[Math.Min(ordered.Count - 1, (int)(part * ordered.Count))];

    private static string Told(Place place) => $"({place.Domain ?? "*"} {place.Provider ?? "*"} {place.OutgoingIp ?? "*"})";
}
