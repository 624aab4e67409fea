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
    /// <summary>Mailboxes that are remembered, some 30 MB; with one more, all are read anew as they ask.</summary>
    public const int Most = 2_000;

    /// <summary>
    /// Mailboxes of which it is remembered for half a minute whom they wrote to, at most 200 KB each (<see cref="MetRecipients.Most"/>). More
    /// at a time are judged by the number of recipients alone: reading them all would keep others waiting.
    /// </summary>
    public const int MostLookedAt = 50;

    private const int QuartersOfDay = 96;

    private const int QuartersOfHour = 4;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<StatisticsScope, Known> _known = new();
    private readonly ConcurrentDictionary<StatisticsScope, ConcurrentDictionary<long, long>> _own = new();
    private readonly ConcurrentDictionary<StatisticsScope, NamedRecipients> _named = new();
    private readonly ConcurrentDictionary<StatisticsScope, (DateTimeOffset ReadAt, Lazy<Task<Looked>> Look)> _looked = new();

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

        if (!_known.TryGetValue(scope, out var known)
            || now - known.ReadAt >= Fresh || known.ReadAt > now || known.ReleasedAt != releasedAt || known.Quarter != quarter)
        {
            known = await ReadAsync(scope, releasedAt, now, quarter, null, cancellationToken);
            Room(_known);
            _known[scope] = known;
        }

        var window = Window(scope, known, recipients);
        var hour = window.Sum(one => one.Quarter > quarter - QuartersOfHour ? one.Recipients : 0);

        if (!BrakeRules.IsWorthALook(hour, known.Limits))
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
            if (!_named.TryGetValue(scope, out var named))
            {
                Room(_named);
                named = _named.GetOrAdd(scope, mailbox => new(mailbox.Domain!));
            }

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

        if (_own.TryGetValue(scope, out var own))
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

    /// <summary>With the strangers of each quarter hour: those that deliveries tell of, and those that MTAs named since.</summary>
    private List<MailboxQuarter> Told(in StatisticsScope scope, List<MailboxQuarter> window, Known known, MetRecipients met)
    {
        var named = _named.TryGetValue(scope, out var some) ? some : new(scope.Domain!);
        var delivered = known.Day.ToDictionary(one => one.Quarter, one => one.Recipients);

        return [.. window.Select(one => one with { Strangers = (one.Strangers ?? 0) + named.StrangersOf(one, delivered.GetValueOrDefault(one.Quarter), met) })];
    }

    /// <summary>Looked at once for all sessions that ask at a time.</summary>
    private async Task<Looked?> LookedAsync(StatisticsScope scope, Known known, CancellationToken cancellationToken)
    {
        if (_looked.Count >= MostLookedAt && !_looked.ContainsKey(scope))
        {
            foreach (var (old, _) in _looked.Where(one => known.ReadAt - one.Value.ReadAt >= Fresh))
            {
                _looked.TryRemove(old, out _);
            }

            if (_looked.Count >= MostLookedAt)
            {
                return null;
            }
        }

        var (readAt, look) = (known.ReadAt, new Lazy<Task<Looked>>(() => LookAsync(scope, known)));
        var looked = _looked.AddOrUpdate(scope, (readAt, look), (_, last) => last.ReadAt == readAt ? last : (readAt, look)).Look.Value;

        try
        {
            return await looked.WaitAsync(cancellationToken);
        }
        finally
        {
            // One that goes on is left to those who still wait for it.
            if (looked.IsFaulted)
            {
                _looked.TryRemove(scope, out _);
            }
        }
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

        if (!_own.TryGetValue(scope, out var own))
        {
            Room(_own);
            own = _own.GetOrAdd(scope, _ => new());
        }

        own.AddOrUpdate(quarter, recipients, (_, known) => known + recipients);

        foreach (var (when, _) in own)
        {
            if (when <= quarter - QuartersOfDay)
            {
                own.TryRemove(when, out _);
            }
        }
    }

    private static void Room<T>(ConcurrentDictionary<StatisticsScope, T> all)
    {
        if (all.Count >= Most)
        {
            all.Clear();
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
