using System.Globalization;
using MailStats.Incidents.Detection;

namespace MailStats.IncidentBench;

/// <summary>An incident as it was known when it was told.</summary>
internal sealed record Told(double Minute, Incident Incident, (double Rate, double Today) True)
{
    public Place Place { get; } = Incident.Place;

    private readonly double _failed = Incident.Failed;
    private readonly double _tried = Incident.Tried;
    private readonly double _hours = (Minute / 5 - Incident.Since) / 12;

    /// <summary>How many times the usual odds.</summary>
    private double Odds => _failed / Math.Max(0.5, _tried - _failed) * (1 - Incident.UsualRate) / Incident.UsualRate;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Incident.FirstCause} at {_failed} of {_tried} ({_failed / _tried:0.0000}, {Odds:0.0} times the odds) in {_hours:0.0} h, "
        + $"ln {Incident.LogChance:0.0}, truly {True.Rate:0.0000}, today {True.Today:0.0} times other days");
}
