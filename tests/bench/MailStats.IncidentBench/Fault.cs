using MailStats.Contracts;
using MailStats.Incidents.Detection;
using Incident = MailStats.Incidents.Detection.Incident;

namespace MailStats.IncidentBench;

/// <summary>One thing that goes wrong, known to the bench and not to the detector.</summary>
internal sealed class Fault
{
    public required IncidentKind Kind { get; init; }

    public required Place Place { get; init; }

    /// <summary>Causes of its failures; the first is the main one.</summary>
    public required FailureClass[] Causes { get; init; }

    public required double Share { get; init; }

    public required double Start { get; init; }

    public required double End { get; init; }

    /// <summary>False where the failures are final at once.</summary>
    public required bool Deferring { get; init; }

    /// <summary>Recipients of a bad list, sent besides the usual mail.</summary>
    public double ListMail { get; init; }

    public int Failed { get; set; }

    public double? FoundAt { get; set; }

    public int FoundAfter { get; set; }

    /// <summary>What was told of it first.</summary>
    public Told? FirstTold { get; set; }

    public Incident? Found { get; set; }

    /// <summary>When it was told to be over.</summary>
    public double? ClosedAt { get; set; }

    /// <summary>When it ended, as it was told then.</summary>
    public double? EndStated { get; set; }

    /// <summary>How often it was said to be over while it went on.</summary>
    public int ClosedTooSoon { get; set; }

    /// <summary>How often the same incident was open again after that.</summary>
    public int Reopened { get; set; }

    /// <summary>How often another incident was opened for it after that.</summary>
    public int Again { get; set; }

    /// <summary>First attempts in its place in the half hour after its end, and those that failed for one of its causes.</summary>
    public (int Tried, int Failed) After { get; set; }

    /// <summary>Mail of every cell while it lasted: tells which places cannot be told apart.</summary>
    public Dictionary<Place, int> Mail { get; } = [];

    public bool Holds(double minute) => minute >= Start && minute < End;

    public bool Explains(Incident incident, double minute) =>
        minute >= Start && minute < End + 120 && incident.Place.Meets(Place)
        && Array.Exists(Causes, incident.IsOf);

    public bool PlaceIsRight(Place told)
    {
        var (either, both) = (0, 0);

        foreach (var (cell, mail) in Mail)
        {
            var (mine, theirs) = (Place.Covers(cell), told.Covers(cell));
            either += mine || theirs ? mail : 0;
            both += mine && theirs ? mail : 0;
        }

        return told == Place || either - both <= 0.02 * either;
    }
}
