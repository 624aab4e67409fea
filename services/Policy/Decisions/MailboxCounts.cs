using System.Collections.Concurrent;
using MailStats.Mail.Brake;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.Brake;
using MailStats.Stores.Lists;
using MailStats.Stores.Statistics;

namespace MailStats.Policy.Decisions;

/// <summary>
/// What mailboxes sent lately: what the logs tell, read anew every half minute, and what this process let through, which
/// counts at once. Of a quarter hour the greater of both counts. Whom it goes to is looked at where a mailbox has more in an hour than it
/// may have strangers: rarely, so that no other question waits for it.
/// </summary>
internal sealed class MailboxCounts(IStatisticsStore statistics, IDeliveryLog log, TimeProvider time)
{
    /// <summary>Mailboxes that are remembered, some 30 MB (<see cref="MailboxMemory{T}"/>).</summary>
    public const int Most = 2_000;

    /// <summary>
    /// Mailboxes of which it is remembered for half a minute whom they wrote to, at most 400 KB each (<see cref="MetRecipients.Most"/>). More
    /// at a time are judged by the number of recipients alone: reading them all would keep others waiting. A tenant that has fewer of them
    /// than another takes a place of that one's.
    /// </summary>
    public const int MostLookedAt = 50;

    private const int QuartersOfDay = 96;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    private readonly MailboxMemory<Known> _known = new(Most);
    private readonly MailboxMemory<ConcurrentDictionary<long, long>> _own = new(Most);
    private readonly MailboxMemory<NamedRecipients> _named = new(Most);
    private readonly Lock _lock = new();
    private readonly Dictionary<StatisticsScope, (DateTimeOffset ReadAt, Task<Looked> Look)> _looked = [];

    /// <summary>The last day's quarter hours, and the limits that hold now.</summary>
    /// <param name="scope">The mailbox.</param>
    /// <param name="releasedAt">What was sent before counts as right.</param>
    /// <param name="recipients">Recipients of the message that is asked about, counted as if they were let through.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async ValueTask<(List<MailboxQuarter> Window, BrakeLimits? Limits)> WithAsync(
        StatisticsScope scope, DateTimeOffset? releasedAt, int recipients, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var quarter = UnixTime.QuarterOf(now);

        if (_known.Find(scope) is not { } known
            || now - known.ReadAt >= Fresh || known.ReadAt > now || known.ReleasedAt != releasedAt || known.Quarter != quarter)
        {
            known = await ReadAsync(scope, releasedAt, now, quarter, null, cancellationToken);
            _known.Set(scope, known);
        }

        var window = Window(scope, known, recipients);

        if (!BrakeRules.IsWorthALook(window, known.Limits))
        {
            return (window, known.Limits);
        }

        return await LookedAsync(scope, known, cancellationToken) is { Met: { } met } looked
            ? (Told(scope, Window(scope, looked.Known, recipients), looked.Known, met), looked.Known.Limits)
            : (window, known.Limits);
    }

    /// <summary>Recipients that an MTA names, before it is known whether they are let through.</summary>
    public void Name(in StatisticsScope scope, SubmittedMessage message)
    {
        if (message.NamedRecipients.Count > 0)
        {
            var domain = scope.Domain!;
            var named = _named.FindOrAdd(scope, () => new(domain));
            var quarter = UnixTime.QuarterOf(time.GetUtcNow());

            foreach (var recipient in message.NamedRecipients)
            {
                named.Add(quarter, recipient, message.Key);
            }
        }
    }

    private List<MailboxQuarter> Window(in StatisticsScope scope, Known known, int recipients)
    {
        var first = Math.Max(known.Quarter - QuartersOfDay + 1, known.ReleasedAt is { } released ? UnixTime.QuarterOf(released) : long.MinValue);
        var counts = known.Day.Where(one => one.Quarter >= first).ToDictionary(one => one.Quarter);

        if (_own.Find(scope) is { } own)
        {
            foreach (var (when, count) in own)
            {
                if (when >= first && count > counts.GetValueOrDefault(when).Recipients)
                {
                    counts[when] = counts.GetValueOrDefault(when) with { Quarter = when, Recipients = count };
                }
            }
        }

        var current = counts.GetValueOrDefault(known.Quarter);
        counts[known.Quarter] = current with { Quarter = known.Quarter, Recipients = current.Recipients + recipients };

        return [.. counts.Values.OrderBy(one => one.Quarter)];
    }

    /// <summary>With whom each quarter hour went to: as MTAs named them, else as deliveries tell where those are all of them.</summary>
    private List<MailboxQuarter> Told(in StatisticsScope scope, List<MailboxQuarter> window, Known known, MetRecipients met)
    {
        var named = _named.Find(scope) ?? new(scope.Domain!);
        var delivered = known.Day.ToDictionary(one => one.Quarter, one => one.Recipients);

        return
        [
            .. window.Select(one => one with { To = named.Of(one, met) ?? (delivered.GetValueOrDefault(one.Quarter) >= one.Recipients ? one.To : null) }),
        ];
    }

    /// <summary>Looked at once for all sessions that ask at a time.</summary>
    private async Task<Looked?> LookedAsync(StatisticsScope scope, Known known, CancellationToken cancellationToken)
    {
        Task<Looked> look;

        lock (_lock)
        {
            if (_looked.TryGetValue(scope, out var last) && (last.ReadAt == known.ReadAt || !last.Look.IsCompleted))
            {
                look = last.Look;
            }
            else if (HasPlace(scope, known.ReadAt))
            {
                // On another thread: a store may answer without ever waiting, and the lock is all sessions'.
                look = Task.Run(() => LookAsync(scope, known), CancellationToken.None);
                _looked[scope] = (known.ReadAt, look);
            }
            else
            {
                return null;
            }
        }

        try
        {
            return await look.WaitAsync(cancellationToken);
        }
        finally
        {
            // One that goes on is left to those who still wait for it.
            if (look.IsFaulted)
            {
                lock (_lock)
                {
                    // Not what was begun for it since: that one would go on without a place.
                    if (_looked.TryGetValue(scope, out var last) && last.Look == look)
                    {
                        _looked.Remove(scope);
                    }
                }
            }
        }
    }

    /// <summary>Whether there is a place for another mailbox, or one that another tenant has to give up: it has more, and is done with reading.</summary>
    private bool HasPlace(StatisticsScope scope, DateTimeOffset now)
    {
        if (_looked.Count < MostLookedAt || _looked.ContainsKey(scope))
        {
            return true;
        }

        foreach (var (old, _) in _looked.Where(one => one.Value.Look.IsCompleted && now - one.Value.ReadAt >= Fresh).ToList())
        {
            _looked.Remove(old);
        }

        if (_looked.Count >= MostLookedAt)
        {
            var mine = _looked.Keys.Count(one => one.TenantId == scope.TenantId);
            var largest = _looked.GroupBy(one => one.Key.TenantId).MaxBy(tenant => tenant.Count())!.ToList();
            var done = largest.FindIndex(one => one.Value.Look.IsCompleted);

            if (largest.Count <= mine + 1 || done < 0)
            {
                return false;
            }

            _looked.Remove(largest[done].Key);
        }

        return true;
    }

    /// <summary>For all who wait: none of them ends it.</summary>
    private async Task<Looked> LookAsync(StatisticsScope scope, Known known)
    {
        if (known.Recipients > MetRecipients.Most
            || await log.RecipientsAsync(scope, Range(known.Quarter), isHeldAsTyped: true, CancellationToken.None) is not { } met)
        {
            return new(known, null);
        }

        return new(await ReadAsync(scope, known.ReleasedAt, known.ReadAt, known.Quarter, met, CancellationToken.None), met);
    }

    public void Add(in StatisticsScope scope, int recipients)
    {
        var quarter = UnixTime.QuarterOf(time.GetUtcNow());

        var own = _own.FindOrAdd(scope, () => new());
        own.AddOrUpdate(quarter, recipients, (_, known) => known + recipients);

        foreach (var (when, _) in own)
        {
            if (when <= quarter - QuartersOfDay)
            {
                own.TryRemove(when, out _);
            }
        }
    }

    private async Task<Known> ReadAsync(
        StatisticsScope scope, DateTimeOffset? releasedAt, DateTimeOffset now, long quarter, MetRecipients? met, CancellationToken cancellationToken)
    {
        var buckets = await statistics.BucketsAsync(scope, Range(quarter), cancellationToken);
        var quarters = buckets
            .Select(bucket => new MailboxQuarter(UnixTime.QuarterOf(bucket.Start), bucket.Counters.Recipients, bucket.Counters.HardBounces)).ToArray();
        var pace = new MailboxPace(perHour: null);
        var released = releasedAt is { } at ? UnixTime.QuarterOf(at) : (long?)null;
        var day = new List<MailboxQuarter>();

        foreach (var one in met?.Tell(quarters) ?? quarters)
        {
            if (one.Quarter >= released)
            {
                pace.Release(released.Value);
                released = null;
            }

            pace.Add(one);
            day.Add(one);
        }

        if (released is { } last)
        {
            pace.Release(last);
        }

        day.RemoveAll(one => one.Quarter <= quarter - QuartersOfDay);

        return new(day, pace.LimitsAt(quarter), quarter, releasedAt, now, quarters.Sum(one => one.Recipients));
    }

    private static TimeRange Range(long quarter) => new(
        UnixTime.StartOfQuarter(quarter - ((BrakeRules.HabitDays + 1) * QuartersOfDay)), UnixTime.StartOfQuarter(quarter + 1));

    private sealed record Known(
        List<MailboxQuarter> Day, BrakeLimits? Limits, long Quarter, DateTimeOffset? ReleasedAt, DateTimeOffset ReadAt, long Recipients);

    /// <param name="Known">With strangers, where <paramref name="Met"/> is there.</param>
    /// <param name="Met">Null where it is too much, or kept in another form than MTAs name it.</param>
    private sealed record Looked(Known Known, MetRecipients? Met);
}
