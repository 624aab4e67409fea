namespace MailStats.Incidents.Detection;

internal sealed partial class TenantDetector
{
    private readonly Dictionary<string, Rhythm> _rhythms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Incident> _silences = new(StringComparer.Ordinal);
    private Rhythm _everybody = new();

    private Incident? _allSilent;

    private void Hear(in AttemptCount count)
    {
        if (count.Place.Domain is not { } domain)
        {
            return;
        }

        if (!_rhythms.TryGetValue(domain, out var rhythm))
        {
            if (_rhythms.Count >= MaxSeries)
            {
                return;
            }

            _rhythms.Add(domain, rhythm = new());
        }

        rhythm.Add(count.Step, count.First);
        _everybody.Add(count.Step, count.First);

        if (_silences.Remove(domain, out var silence))
        {
            Close(silence, _now);
        }

        if (_allSilent is { } all)
        {
            _allSilent = null;
            Close(all, _now);
        }
    }

    /// <summary>
    /// A domain has stopped while others of the tenant go on, or all have: then nobody can tell from the attempts whether the mail has
    /// stopped or only its logs have, and it is said so.
    /// </summary>
    private void ListenToHour()
    {
        var hour = (_now / Steps.Hour) - 1;
        var others = _rhythms.Values.Any(rhythm => rhythm.LastStep / Steps.Hour == hour);

        if (_everybody.EndHour(hour) && _allSilent is null)
        {
            _allSilent = Silence(Place.Everywhere, _everybody);
        }

        foreach (var (domain, rhythm) in _rhythms)
        {
            if (rhythm.LastStep < _now - ForgottenAfter)
            {
                _rhythms.Remove(domain);
            }
            else if (rhythm.EndHour(hour) && others && !_silences.ContainsKey(domain))
            {
                _silences.Add(domain, Silence(new(domain, null, null), rhythm));
            }
        }
    }

    private Incident Silence(Place place, Rhythm rhythm)
    {
        var silence = new Incident(place, FailureClass.Silence, rhythm.LastStep + 1, _now);
        _open.Add(silence);
        Tell(IncidentTurn.Opened, silence);

        return silence;
    }
}
