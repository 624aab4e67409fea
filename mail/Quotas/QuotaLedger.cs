using MailStats.Mail.Statistics;
using MailStats.Mail.Time;

namespace MailStats.Mail.Quotas;

/// <summary>
/// Limits and counters within one transaction: the rules of quotas, whatever store the rows are in. What is looked
/// up is kept; changes are announced at the end, by <see cref="Close"/>. A counter is taken from the ledger before the
/// reservations it sums are changed: a missing one is summed from them.
/// </summary>
public sealed class QuotaLedger(IQuotaRows rows, DateTimeOffset now)
{
    private readonly Dictionary<(QuotaKey Key, DateTimeOffset Start), QuotaCounter> _counters = [];
    private readonly List<DueNotice> _notices = [];
    private readonly List<BlockedPeriod> _ended = [];

    public DateTimeOffset Now => now;

    /// <summary>The counters of an instant that are kept for a mailbox: the tenant's month, and whatever has a limit.</summary>
    public List<QuotaCounter> Counters(StatisticsScope scope, DateTimeOffset at)
    {
        var counters = new List<QuotaCounter>(2);

        foreach (var key in QuotaKey.Of(scope))
        {
            if (key.IsTenantMonth || rows.Limit(key) is not null)
            {
                counters.Add(Counter(key, at));
            }
        }

        return counters;
    }

    /// <summary>The counter of the period that an instant falls in. One that is missing, or was cut by another calendar, is summed anew.</summary>
    public QuotaCounter Counter(in QuotaKey key, DateTimeOffset at)
    {
        var terms = rows.Terms(key.Scope.TenantId);
        var period = terms.PeriodAt(at, key.Window);

        if (!_counters.TryGetValue((key, period.Start), out var counter))
        {
            counter = rows.Find(key, period.Start);

            if (counter?.Calendar != terms.CalendarName)
            {
                counter = Sum(key, period, terms, counter);
            }

            _counters.Add((key, period.Start), counter);
        }

        return counter;
    }

    public QuotaStanding Standing(QuotaCounter counter)
    {
        var limit = rows.Limit(counter.Key);

        return new(
            counter.Key.Scope,
            counter.Key.Window,
            limit?.Recipients,
            counter.Used,
            counter.Reserved,
            counter.Period,
            limit is { Temporary: true },
            rows.Terms(counter.Key.Scope.TenantId).TimeZone)
        {
            Unreserved = Math.Max(0, counter.Unreserved),
        };
    }

    /// <summary>Past billing months of a tenant, latest first, back to the one that <paramref name="first"/> falls in.</summary>
    public IReadOnlyList<PastPeriod> History(string tenantId, DateTimeOffset first, int length)
    {
        var key = new QuotaKey(new(tenantId), QuotaWindow.Month);

        return [.. rows.Terms(tenantId).MonthsBefore(now, first).Take(length).Select(period =>
        {
            var counter = Counter(key, period.Start);

            return new PastPeriod(period, counter.Used, counter.LimitThen);
        })];
    }

    /// <summary>Changes the used amounts as the rollups changed.</summary>
    public void Count(IReadOnlyList<RecipientsDelta> deltas)
    {
        foreach (var delta in deltas)
        {
            foreach (var counter in Counters(new(delta.TenantId, delta.Domain, delta.Mailbox), delta.QuarterStart))
            {
                counter.Used += counter.Summed ? 0 : delta.Recipients;
                counter.Changed = true;
                AddUnreserved(counter, delta.Recipients);
            }
        }
    }

    /// <summary>A recipient that is used had been reserved.</summary>
    public void Cover(StatisticsScope scope, DateTimeOffset acceptedAt) =>
        Counters(scope, acceptedAt).ForEach(counter => AddUnreserved(counter, -1));

    /// <summary>How the limits that apply to a scope stand now.</summary>
    public IReadOnlyList<QuotaStanding> Standings(StatisticsScope scope) => [.. Counters(scope, now).Select(Standing)];

    /// <summary>How limits stand now, in the order of their keys.</summary>
    public IReadOnlyList<QuotaStanding> Standings(IEnumerable<QuotaKey> keys) => [.. keys.Select(key => Standing(Counter(key, now)))];

    /// <summary>The limit of exactly this key, null where none is set.</summary>
    public QuotaLimit? Limit(in QuotaKey key) =>
        rows.Limit(key) is { } limit ? new(key.Scope, key.Window, limit.Recipients, limit.Temporary) : null;

    /// <summary>
    /// Sets a limit. Raising it arms its thresholds again, and announces only what is reached after that; whoever knows that mail is
    /// blocked, and it still is, need not hear it again.
    /// </summary>
    public void SetLimit(QuotaLimit set)
    {
        var key = new QuotaKey(set.Scope, set.Window);
        var before = rows.Limit(key);
        var limit = StoredLimit.Of(set, before, UnixTime.ToMicroseconds(now));
        rows.SetLimit(key, limit);
        LimitSet(key, limit, before);
    }

    /// <summary>
    /// Removes a limit; false when there is none. Unless it is the tenant's month, nothing is counted for the key any more and
    /// its counters are to be removed once the changes are written: set again, it is summed anew.
    /// </summary>
    public bool RemoveLimit(in QuotaKey key)
    {
        if (rows.Limit(key) is null)
        {
            return false;
        }

        rows.SetLimit(key, null);
        Counter(key, now).Changed = true;

        return true;
    }

    private void LimitSet(in QuotaKey key, StoredLimit limit, StoredLimit? before)
    {
        var counter = Counter(key, now);
        counter.Changed = true;

        if (before is null)
        {
            counter.Unreserved = 0;
        }
        else if (limit.IsRaisedFrom(before))
        {
            foreach (var notice in Reached(counter, limit).Where(reached => reached.Threshold < QuotaThresholds.Blocked || counter.Blocked))
            {
                _notices.Add(new(notice.Notice, IsToldAlready: true));
            }
        }
    }

    /// <summary>A period in which mail was blocked is over. Mail flows again unless the new one is full as well.</summary>
    public void EndBlock(BlockedPeriod ended)
    {
        var current = Counter(ended.Key, now);
        var standing = Standing(current);
        current.Changed = true;
        _ended.Add(ended);

        if (!standing.Blocked)
        {
            _notices.Add(new(QuotaNotice.Restored(standing, ended.Period, ended.Episode, now)));
        }
    }

    /// <summary>
    /// Which of the stored counters are not what their rows add up to; <paramref name="repair"/> mends them. What another
    /// calendar cut is not read any more.
    /// </summary>
    public IReadOnlyList<QuotaDifference> Compare(IEnumerable<QuotaCounter> stored, bool repair)
    {
        var differences = new List<QuotaDifference>();

        foreach (var (key, period) in stored.Where(IsCurrent).Select(counter => (counter.Key, counter.Period)))
        {
            var counter = Counter(key, period.Start);
            var (used, reserved) = (rows.SumUsed(key, period), rows.SumReserved(key, period));

            if ((counter.Used, counter.Reserved) == (used, reserved))
            {
                continue;
            }

            differences.Add(new(key.Scope, key.Window, period, counter.Used, counter.Reserved, used, reserved));

            if (repair)
            {
                (counter.Used, counter.Reserved, counter.Changed) = (used, reserved, true);
            }
        }

        return differences;
    }

    /// <summary>What has changed, with the notices that it gives rise to. Both go into the transaction of the change itself.</summary>
    public QuotaChanges Close()
    {
        var changed = _counters.Values.Where(counter => counter.Changed).ToList();

        foreach (var counter in changed.Where(counter => counter.Period.Contains(now)))
        {
            // The limit is remembered as it is while the period lasts.
            counter.LimitThen = rows.Limit(counter.Key)?.Recipients;
            Notify(counter);
        }

        return new(changed, _ended, _notices);
    }

    private void Notify(QuotaCounter counter)
    {
        if (rows.Limit(counter.Key) is { } limit)
        {
            _notices.AddRange(Reached(counter, limit).Select(reached => new DueNotice(reached.Notice)));
        }

        var standing = Standing(counter);

        if (standing.Blocked)
        {
            counter.Blocked = true;
        }
        else if (counter.Blocked)
        {
            _notices.Add(new(QuotaNotice.Restored(standing, counter.Period, counter.Episode, now)));
            counter.Blocked = false;
            counter.Episode++;
        }
    }

    private List<(int Threshold, QuotaNotice Notice)> Reached(QuotaCounter counter, StoredLimit limit)
    {
        var standing = Standing(counter);

        return [.. QuotaThresholds.Reached(rows.Terms(counter.Key.Scope.TenantId).Thresholds, standing.Taken, limit.Recipients)
            .Select(threshold => (threshold, QuotaNotice.Reached(standing, threshold, limit.Generation, counter.Episode, now)))];
    }

    private void AddUnreserved(QuotaCounter counter, long recipients)
    {
        if (rows.Limit(counter.Key) is not null)
        {
            counter.Unreserved += recipients;
            counter.Changed = true;
        }
    }

    private bool IsCurrent(QuotaCounter stored) => stored.Calendar == rows.Terms(stored.Key.Scope.TenantId).CalendarName;

    private QuotaCounter Sum(in QuotaKey key, in QuotaPeriod period, QuotaTerms terms, QuotaCounter? stale) => new()
    {
        Key = key,
        Period = period,
        Calendar = terms.CalendarName,
        Used = rows.SumUsed(key, period),
        Reserved = rows.SumReserved(key, period),
        LimitThen = stale?.LimitThen,
        Blocked = stale is { Blocked: true },
        Episode = stale?.Episode ?? 0,
        Summed = true,
        Changed = true,
    };
}

/// <param name="Notice">The notice.</param>
/// <param name="IsToldAlready">True when it is only remembered, so that it does not go out.</param>
public readonly record struct DueNotice(QuotaNotice Notice, bool IsToldAlready = false);

/// <summary>What a transaction changes about quotas, in the order in which it is written.</summary>
/// <param name="Counters">Counters as they are now.</param>
/// <param name="Ended">Periods that are over and blocked no more: their episode moves on. Written before the counters, which may be of the same row.</param>
/// <param name="Notices">Each goes out unless its id is known already.</param>
public sealed record QuotaChanges(IReadOnlyList<QuotaCounter> Counters, IReadOnlyList<BlockedPeriod> Ended, IReadOnlyList<DueNotice> Notices);
