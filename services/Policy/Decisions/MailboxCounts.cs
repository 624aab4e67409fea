using System.Collections.Concurrent;
using MailStats.Mail.Brake;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.Statistics;

namespace MailStats.Policy.Decisions;

/// <summary>
/// What mailboxes sent lately: what the logs tell, read anew every half minute, and what this process let through, which
/// counts at once. Of a quarter hour the greater of both counts.
/// </summary>
internal sealed class MailboxCounts(IStatisticsStore statistics, TimeProvider time)
{
    /// <summary>Mailboxes that are remembered, some 30 MB; with one more, all are read anew as they ask.</summary>
    public const int Most = 2_000;

    private const int QuartersOfDay = 96;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<StatisticsScope, Known> _known = new();
    private readonly ConcurrentDictionary<StatisticsScope, ConcurrentDictionary<long, long>> _own = new();

    /// <summary>The last day's quarter hours, and the limits that hold now.</summary>
    /// <param name="scope">The mailbox.</param>
    /// <param name="releasedAt">What was sent before counts as right.</param>
    /// <param name="recipients">Recipients of the message that is asked about, counted as if they were let through.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async ValueTask<(List<MailboxQuarter> Window, (long Hour, long Day)? Limits)> WithAsync(
        StatisticsScope scope, DateTimeOffset? releasedAt, int recipients, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var quarter = UnixTime.QuarterOf(now);

        if (!_known.TryGetValue(scope, out var known)
            || now - known.ReadAt >= Fresh || known.ReadAt > now || known.ReleasedAt != releasedAt || known.Quarter != quarter)
        {
            known = await ReadAsync(scope, releasedAt, now, quarter, cancellationToken);
            Room(_known);
            _known[scope] = known;
        }

        var first = Math.Max(quarter - QuartersOfDay + 1, releasedAt is { } released ? UnixTime.QuarterOf(released) : long.MinValue);
        var counts = known.Day.Where(one => one.Quarter >= first).ToDictionary(one => one.Quarter);

        if (_own.TryGetValue(scope, out var own))
        {
            foreach (var (when, count) in own)
            {
                if (when >= first && count > counts.GetValueOrDefault(when).Recipients)
                {
                    counts[when] = new(when, count, counts.GetValueOrDefault(when).Unknown);
                }
            }
        }

        var current = counts.GetValueOrDefault(quarter);
        counts[quarter] = new(quarter, current.Recipients + recipients, current.Unknown);

        return ([.. counts.Values.OrderBy(one => one.Quarter)], known.Limits);
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
        StatisticsScope scope, DateTimeOffset? releasedAt, DateTimeOffset now, long quarter, CancellationToken cancellationToken)
    {
        var range = new TimeRange(UnixTime.StartOfQuarter(quarter - ((BrakeRules.HabitDays + 1) * QuartersOfDay)), UnixTime.StartOfQuarter(quarter + 1));
        var buckets = await statistics.BucketsAsync(scope, range, cancellationToken);
        var pace = new MailboxPace(perHour: null);
        var released = releasedAt is { } at ? UnixTime.QuarterOf(at) : (long?)null;
        var day = new List<MailboxQuarter>();

        foreach (var bucket in buckets)
        {
            var one = new MailboxQuarter(UnixTime.QuarterOf(bucket.Start), bucket.Counters.Recipients, bucket.Counters.HardBounces);

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

        return new(day, pace.LimitsAt(quarter), quarter, releasedAt, now);
    }

    private sealed record Known(
        List<MailboxQuarter> Day, (long Hour, long Day)? Limits, long Quarter, DateTimeOffset? ReleasedAt, DateTimeOffset ReadAt);
}
