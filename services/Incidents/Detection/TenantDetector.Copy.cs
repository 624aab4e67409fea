namespace MailStats.Incidents.Detection;

internal sealed partial class TenantDetector
{
    /// <summary>A detector that goes on from here by itself, and the incidents found so far as it knows them.</summary>
    /// <param name="found">All that this detector has told of.</param>
    public (TenantDetector Detector, List<Incident> Found) Copy(IEnumerable<Incident> found)
    {
        Dictionary<Series, Series> series = [];
        Dictionary<Incident, Incident> incidents = [];
        TenantDetector copy = new()
        {
            _habits = _habits.Copy(),
            _everybody = _everybody.Copy(),
            _addresses = _addresses,
            _now = _now,
            _allSilent = _allSilent is null ? null : IncidentOf(_allSilent),
        };

        foreach (var (place, one) in _series)
        {
            copy._series.Add(place, SeriesOf(one));
        }

        // All of them exist by now.
        foreach (var one in _series.Values)
        {
            series[one].Cells.AddRange(one.Cells.Select(SeriesOf));
        }

        copy._active.AddRange(_active.Select(SeriesOf));
        copy._cells.UnionWith(_cells);
        copy._open.AddRange(_open.Select(IncidentOf));
        copy._lately.AddRange(_lately.Select(IncidentOf));

        foreach (var (domain, rhythm) in _rhythms)
        {
            copy._rhythms.Add(domain, rhythm.Copy());
        }

        foreach (var (domain, silence) in _silences)
        {
            copy._silences.Add(domain, IncidentOf(silence));
        }

        return (copy, [.. found.Select(IncidentOf)]);

        Series SeriesOf(Series one)
        {
            if (!series.TryGetValue(one, out var other))
            {
                series.Add(one, other = one.Copy(SeriesOf));
            }

            return other;
        }

        Incident IncidentOf(Incident one)
        {
            if (!incidents.TryGetValue(one, out var other))
            {
                incidents.Add(one, other = one.Copy());
                other.Within = one.Within is null ? null : IncidentOf(one.Within);
            }

            return other;
        }
    }
}
