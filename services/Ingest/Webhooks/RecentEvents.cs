namespace MailStats.Ingest.Webhooks;

/// <summary>The ids of the latest events of this process, to tell repetitions from news. Not safe for several threads at once.</summary>
internal sealed class RecentEvents
{
    /// <summary>Events that are remembered at least: hours of a provider's retries, in some megabytes. Twice as many at most.</summary>
    public const int Remembered = 50_000;

    private HashSet<Guid> _newer = [];
    private HashSet<Guid> _older = [];

    /// <summary>False when the event is remembered.</summary>
    public bool Add(Guid eventId)
    {
        if (_newer.Count >= Remembered)
        {
            (_older, _newer) = (_newer, []);
        }

        return _newer.Add(eventId) && !_older.Contains(eventId);
    }
}
