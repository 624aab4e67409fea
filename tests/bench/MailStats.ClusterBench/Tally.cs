using System.Collections.Concurrent;

namespace MailStats.ClusterBench;

/// <summary>Counts what one kind of client meets; each step looks at what has come since the last.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, int> _troubles = new(StringComparer.Ordinal);
    private long _done;
    private long _before;

    public long Done => Interlocked.Read(ref _done);

    public void Succeed() => Interlocked.Increment(ref _done);

    public void Fail(string why) => _troubles.AddOrUpdate(why, 1, (_, count) => count + 1);

    /// <summary>Since the last call.</summary>
    public (long Done, IReadOnlyDictionary<string, int> Troubles) Take()
    {
        var done = Done;
        var since = done - _before;
        _before = done;
        var troubles = new Dictionary<string, int>(StringComparer.Ordinal);

        foreach (var why in _troubles.Keys)
        {
            if (_troubles.TryRemove(why, out var count))
            {
                troubles.Add(why, count);
            }
        }

        return (since, troubles);
    }
}
