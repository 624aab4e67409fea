using System.Runtime.InteropServices;
using MailStats.Incidents.Detection;
using MailStats.Mail.Attempts;
using MailStats.Mail.Statistics;
using MailStats.Stores.Attempts;

namespace MailStats.Incidents.Following;

/// <summary>
/// Keeps the detector of one tenant up with the ledger. What moves in the last hour is taken in as it comes; what is older, or was
/// taken back, makes it go back to before it (<see cref="Checkpoints"/>) and read on from there, so that the result is that of reading all
/// in order.
/// </summary>
internal sealed class TenantFollower(string tenantId, IAttemptStore attempts, TimeProvider time)
{
    /// <summary>Steps whose attempts are taken in piece by piece.</summary>
    private const int Recent = Steps.Hour;

    private const int MostAhead = 14 * Steps.Day;

    /// <summary>Attempts that came after their step had ended are put in order at the latest after this.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(10);

    /// <summary>After a step was read, nothing is read for ten times as long as that took, and for no more than this.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(5);

    /// <summary>What is read at once when it begins again: 48 steps, of a tenant with 1,000 domains and ten receivers some 50 MB.</summary>
    private static readonly TimeSpan ReadAtOnce = TimeSpan.FromHours(4);

    private readonly Dictionary<long, Dictionary<(Place Place, FailureClass Cause), (long Attempts, long First)>> _seen = [];
    private readonly HashSet<Incident> _changed = [];
    private readonly Checkpoints _checkpoints = new();

    /// <summary>Recent steps that moved and are not read yet: twelve at most.</summary>
    private readonly SortedSet<long> _pending = [];

    /// <summary>Steps that are still to come, by clocks that are ahead: of more than two weeks of them the furthest are dropped.</summary>
    private readonly SortedSet<DateTimeOffset> _ahead = [];

    private TenantDetector _detector = new();
    private DateTimeOffset? _earliest;
    private DateTimeOffset _begun = DateTimeOffset.MinValue;
    private TimeSpan _took;
    private DateTimeOffset _resumed = DateTimeOffset.MinValue;
    private DateTimeOffset? _due;

    public string TenantId => tenantId;

    /// <summary>Everything that was found since the oldest attempts.</summary>
    public List<Incident> Found { get; } = [];

    /// <summary>The first attempts that were read; what was before is not judged again.</summary>
    public DateTimeOffset? From => _earliest;

    /// <summary>Takes in what moved.</summary>
    /// <returns>The incidents that changed, and true where all were found anew.</returns>
    public async Task<(IReadOnlyCollection<Incident> Changed, bool Anew)> FollowAsync(
        IReadOnlyCollection<DateTimeOffset> moved, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var step = Steps.Of(now);
        _changed.Clear();

        List<DateTimeOffset> come = [.. _ahead.TakeWhile(start => start <= now)];
        _ahead.ExceptWith(come);

        foreach (var start in moved.Concat(come))
        {
            if (start > now + Steps.Length)
            {
                Ahead(start);
            }
            else if (_earliest is not null && Steps.Of(start) > _detector.Now - Recent && Steps.Of(start) > step - Recent)
            {
                _pending.Add(Steps.Of(start));
            }
            else
            {
                _earliest = _earliest is { } earliest && earliest <= start ? earliest : start;
                _checkpoints.Touch(Steps.Of(start));
                Due(now);
            }
        }

        if (_due <= now && now - _begun >= LeastPause + 10 * _took)
        {
            await BeginAgainAsync(now, cancellationToken);

            return (_changed, true);
        }

        foreach (var old in _seen.Keys.Where(old => old < step - 2 * Recent).ToList())
        {
            _seen.Remove(old);
        }

        if (_pending.Count > 0 && now >= _resumed)
        {
            await TakeInAsync(step, now, cancellationToken);
        }

        if (_earliest is not null && _detector.Now < step)
        {
            MoveTo(step);
        }

        return (_changed, false);
    }

    private async Task BeginAgainAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        (_due, _begun) = (null, now);

        // Recent steps that were to be read are read with the others.
        if (_pending.Count > 0)
        {
            _checkpoints.Touch(_pending.Min);
            _pending.Clear();
        }

        var (detector, found) = _checkpoints.Latest() ?? (new(), []);
        _detector = detector;
        Found.Clear();
        Found.AddRange(found);

        // What a checkpoint knows was seen; the rest is seen now.
        foreach (var known in _seen.Keys.Where(known => known >= detector.Now).ToList())
        {
            _seen.Remove(known);
        }

        var first = detector.Now == long.MinValue ? _earliest!.Value : Steps.Start(detector.Now);

        // Some hours at a time: what is read is not held.
        for (var from = first; from <= now; from += ReadAtOnce)
        {
            var to = from + ReadAtOnce < now ? from + ReadAtOnce : now + Steps.Length;

            foreach (var (of, rows) in await ReadAsync(from, to, cancellationToken))
            {
                if (of > Steps.Of(now))
                {
                    Ahead(Steps.Start(of));
                    continue;
                }

                if (of > Steps.Of(now) - 2 * Recent)
                {
                    _seen[of] = rows;
                }

                Apply(of, of, rows.Select(row => (row.Key, row.Value.Attempts, row.Value.First)), now);
            }
        }

        MoveTo(Math.Max(Steps.Of(now), _detector.Now));
        _took = time.GetElapsedTime(started);
    }

    /// <summary>
    /// Reads what moved. A step of a large tenant is large and moves every second: it is read so seldom that reading takes a tenth of the
    /// time at most, which changes nothing of what is found.
    /// </summary>
    private async Task TakeInAsync(long step, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();

        while (_pending.Count > 0)
        {
            var of = _pending.Min;
            await TakeInAsync(of, step, now, cancellationToken);
            _pending.Remove(of);
        }

        var pause = 10 * time.GetElapsedTime(started);
        _resumed = now + (pause < LongestPause ? pause : LongestPause);
    }

    private async Task TakeInAsync(long of, long step, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = (await ReadAsync(Steps.Start(of), Steps.Start(of + 1), cancellationToken)).GetValueOrDefault(of) ?? [];
        var seen = _seen.GetValueOrDefault(of) ?? [];
        var taken = rows.Keys.Union(seen.Keys)
            .Select(key => (Key: key, Attempts: rows.GetValueOrDefault(key).Attempts - seen.GetValueOrDefault(key).Attempts,
                First: rows.GetValueOrDefault(key).First - seen.GetValueOrDefault(key).First))
            .Where(count => count.Attempts != 0 || count.First != 0)
            .ToList();
        _seen[of] = rows;

        if (taken.Count == 0)
        {
            return;
        }

        _checkpoints.Touch(of);

        if (of < step || taken.Exists(count => count.Attempts < 0 || count.First < 0))
        {
            Due(now + Settled);
        }

        Apply(Math.Max(of, _detector.Now), of, taken.Where(count => count.Attempts >= 0 && count.First >= 0), now);
    }

    private void Apply(
        long step, long of, IEnumerable<((Place Place, FailureClass Cause) Key, long Attempts, long First)> rows, DateTimeOffset now)
    {
        var counts = rows
            .Where(row => row.Attempts > 0)
            .OrderBy(row => row.Key.Place.Domain, StringComparer.Ordinal)
            .ThenBy(row => row.Key.Place.Provider, StringComparer.Ordinal)
            .ThenBy(row => row.Key.Place.OutgoingIp, StringComparer.Ordinal)
            .ThenBy(row => row.Key.Cause)
            .Select(row => new AttemptCount(of, row.Key.Place, row.Key.Cause, Whole(row.Attempts), Whole(row.First)))
            .ToArray();
        var unfinished = Math.Clamp((Steps.Start(step + 1) - now) / Steps.Length, 0, 1);

        if (step > _detector.Now)
        {
            MoveTo(step);
        }

        Note(_detector.Apply(step, unfinished, counts));
    }

    /// <summary>Ends the steps before one, of which nothing is taken in yet.</summary>
    private void MoveTo(long step)
    {
        var moves = step > _detector.Now;
        Note(_detector.Apply(step, 1, []));

        // Of history none is needed but the end.
        if (moves && step > Steps.Of(time.GetUtcNow()) - (3 * Checkpoints.Apart))
        {
            _checkpoints.Take(_detector, Found);
        }
    }

    private void Note(IReadOnlyList<IncidentStep> turns)
    {
        foreach (var turn in turns)
        {
            if (!Found.Contains(turn.Incident))
            {
                Found.Add(turn.Incident);
            }

            _changed.Add(turn.Incident);
        }
    }

    private void Ahead(DateTimeOffset start)
    {
        _ahead.Add(start);

        if (_ahead.Count > MostAhead)
        {
            _ahead.Remove(_ahead.Max);
        }
    }

    private void Due(DateTimeOffset at) => _due = _due is { } due && due <= at ? due : at;

    private async Task<SortedDictionary<long, Dictionary<(Place Place, FailureClass Cause), (long Attempts, long First)>>> ReadAsync(
        DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        SortedDictionary<long, Dictionary<(Place Place, FailureClass Cause), (long Attempts, long First)>> steps = [];
        await attempts.ReadAsync(
            new StatisticsScope(tenantId),
            new(from, to),
            row =>
            {
                // Hours, where five minutes are no longer kept, are too coarse to tell anything.
                if (row.Length != Steps.Length || LedgerRows.CauseOf(row.Key) is not { } cause)
                {
                    return;
                }

                var of = Steps.Of(row.Start);

                if (!steps.TryGetValue(of, out var rows))
                {
                    steps.Add(of, rows = []);
                }

                ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(rows, (LedgerRows.PlaceOf(row.Key), cause), out _);
                count = (count.Attempts + row.Attempts, count.First + row.First);
            },
            cancellationToken);

        return steps;
    }

    private static int Whole(long count) => (int)Math.Min(count, int.MaxValue / 4);
}
