namespace MailStats.Incidents.Detection;

internal sealed partial class TenantDetector
{
    private readonly Dictionary<string, Rhythm> _rhythms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Incident> _silences = new(StringComparer.Ordinal);

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

        if (_silences.Remove(domain, out var silence))
        {
            Close(silence);
        }
    }

    /// <summary>
    /// A domain has stopped while others of the tenant go on. Where all are silent nobody can tell from the attempts whether the mail
    /// has stopped or only its logs have.
    /// </summary>
    private void ListenToHour()
    {
        var hour = (_now / Steps.Hour) - 1;
        var others = _rhythms.Values.Any(rhythm => rhythm.LastStep / Steps.Hour == hour);

        foreach (var (domain, rhythm) in _rhythms)
        {
            if (rhythm.LastStep < _now - ForgottenAfter)
            {
                _rhythms.Remove(domain);
            }
            else if (rhythm.EndHour(hour) && others && !_silences.ContainsKey(domain))
            {
                var silence = new Incident(new(domain, null, null), FailureClass.Silence, rhythm.LastStep + 1, _now);
                _silences.Add(domain, silence);
                _open.Add(silence);
                Tell(IncidentTurn.Opened, silence);
            }
        }
    }
}
