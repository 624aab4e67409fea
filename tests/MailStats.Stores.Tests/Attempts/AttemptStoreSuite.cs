using MailStats.Contracts;
using MailStats.Mail.Attempts;
using MailStats.Mail.Statistics;
using MailStats.Stores.Attempts;
using Microsoft.Extensions.Time.Testing;

namespace MailStats.Stores.Tests.Attempts;

/// <summary>What every store promises about the second ledger: attempts, times to deliver, what waits, and the feed of changes.</summary>
public abstract class AttemptStoreSuite<TStores>
    where TStores : IStoresOpener
{
    private static readonly StatisticsScope Acme = new("acme");
    private static readonly TimeRange Always = new(Some.Noon.AddYears(-3), Some.Noon.AddYears(1));
    private static readonly AttemptKey Deferred = new("example.org", "Gmail", "", AttemptOutcome.Deferred, "mailbox_full");
    private static readonly AttemptKey Delivered = new("example.org", "Gmail", "", AttemptOutcome.Delivered, "");

    private readonly FakeTimeProvider _time = new(Some.Noon.AddMinutes(2));

    private Task<OpenedStores> OpenAsync() => TStores.OpenAsync(time: _time);

    [SkippableFact]
    public async Task Attempts_count_when_they_happened_and_once()
    {
        await using var store = await OpenAsync();
        ClassifiedDelivery[] events =
        [
            Some.Accepted(at: Some.Noon.AddMinutes(-40)), Some.Deferral(at: Some.Noon.AddMinutes(-31)), Some.Deferral(at: Some.Noon.AddMinutes(-1)),
            Some.Delivered(at: Some.Noon), Some.Deferral("m2", at: Some.Noon.AddMinutes(4)), Some.Delivered("m3", sender: ""),
        ];

        await store.Deliveries.ApplyAsync(events, default);
        await store.Deliveries.ApplyAsync([.. events.Reverse()], default);

        Assert.Equal(
            [
                (Some.Noon.AddMinutes(-35), Deferred, 1), (Some.Noon.AddMinutes(-5), Deferred, 1), (Some.Noon, Delivered, 1), (Some.Noon, Deferred, 1),
            ],
            await RowsAsync(store, Acme));
        Assert.Empty(await RowsAsync(store, new("acme", "other.example")));
        Assert.Empty(await RowsAsync(store, new("nobody")));
    }

    [SkippableFact]
    public async Task A_new_classification_moves_an_attempt_to_its_new_reason()
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync([Some.HardBounce()], default);
        await store.Deliveries.ApplyAsync([Some.HardBounce() with { Classification = Some.MailboxFull with { Revision = 1 } }], default);

        Assert.Equal(
            [(Some.Noon, new("example.org", "Gmail", "", AttemptOutcome.SoftBounced, "mailbox_full"), 1)], await RowsAsync(store, Acme));
    }

    [SkippableFact]
    public async Task Sheets_that_are_put_together_say_what_they_said()
    {
        await using var store = await OpenAsync();
        await FillAsync(store, 70);
        var before = await store.DumpAsync();

        while (await store.Attempts.FoldAsync(default) > 0)
        {
        }

        var folded = await store.DumpAsync();
        await store.Deliveries.ApplyAsync([Some.Deferral("late", at: Some.Noon)], default);
        _time.Advance(TimeSpan.FromHours(1));
        var again = await store.Attempts.FoldAsync(default);

        Assert.Equal(before, folded);
        Assert.True(again > 0);
        Assert.Equal(0, await store.Attempts.FoldAsync(default));
        Assert.Equal(71, (await RowsAsync(store, Acme)).Sum(row => row.Attempts));
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
    }

    [SkippableFact]
    public async Task Five_minutes_become_hours_after_two_weeks_and_late_events_still_count()
    {
        await using var store = await OpenAsync();
        await FillAsync(store, 30);
        _time.Advance(TimeSpan.FromDays(14) + TimeSpan.FromHours(2));

        while (await store.Attempts.FoldAsync(default) > 0)
        {
        }

        var hours = await RowsAsync(store, Acme);
        await store.Deliveries.ApplyAsync([Some.Deferral("late", at: Some.Noon.AddMinutes(7))], default);

        Assert.All(hours, row => Assert.Equal(0, row.Start.Minute));
        Assert.Equal(30, hours.Sum(row => row.Attempts));
        Assert.Equal(31, (await RowsAsync(store, Acme)).Sum(row => row.Attempts));
        var report = await store.Verification.VerifyAsync(repair: false, default);
        Assert.True(report.Differences == 0, string.Join('\n', report.Examples));
    }

    [SkippableFact]
    public async Task History_that_was_imported_just_now_stays_in_five_minutes_for_a_day()
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync([Some.Deferral("old", at: Some.Noon.AddDays(-200).AddMinutes(20))], default);

        await store.Attempts.FoldAsync(default);
        var young = await RowsAsync(store, Acme);
        _time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        await store.Attempts.FoldAsync(default);

        Assert.Equal(Some.Noon.AddDays(-200).AddMinutes(20), Assert.Single(young).Start);
        Assert.Equal(Some.Noon.AddDays(-200), Assert.Single(await RowsAsync(store, Acme)).Start);
    }

    [SkippableFact]
    public async Task Who_follows_the_changes_misses_none_and_can_go_on_after_a_crash()
    {
        await using var store = await OpenAsync();
        await FillAsync(store, 12);
        await store.Deliveries.ApplyAsync([Some.Event(DeliveryEventKind.Delivered, tenant: "zeta")], default);

        var first = await store.Attempts.ChangesAsync("acme", null, 5, default);
        var seen = new HashSet<AttemptChange>(first.Changes);
        await store.Attempts.FoldAsync(default);
        var cursor = await FollowAsync(store, "acme", first.Next, seen);
        var all = seen.ToHashSet();
        seen.Clear();
        _time.Advance(TimeSpan.FromMinutes(20));
        cursor = await FollowAsync(store, "acme", cursor, seen);
        cursor = await FollowAsync(store, "acme", cursor, seen);
        seen.Clear();
        await store.Deliveries.ApplyAsync([Some.Delivered("m9", at: Some.Noon.AddDays(-30))], default);
        _time.Advance(TimeSpan.FromHours(1));
        await store.Attempts.FoldAsync(default);
        await FollowAsync(store, "acme", cursor, seen);

        Assert.InRange(first.Changes.Count, 1, 5);
        Assert.Equal(Enumerable.Range(0, 12).Select(number => new AttemptChange("acme", Some.Noon.AddMinutes(5 * number))).ToHashSet(), all);
        Assert.Contains(new("acme", Some.Noon.AddDays(-30)), seen);
        Assert.Contains((await store.Attempts.ChangesAsync(null, null, 1000, default)).Changes, change => change.TenantId == "zeta");
        Assert.DoesNotContain(seen, change => change.TenantId == "zeta");
    }

    [SkippableFact]
    public async Task Times_to_deliver_are_counted_by_the_quarter_hour_of_acceptance()
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync(
            [
                Some.Accepted(at: Some.Noon.AddMinutes(-20)), Some.Delivered(at: Some.Noon), Some.Delivered("alone"),
                Some.Accepted("m3"), Some.Delivered("m3", at: Some.Noon.AddSeconds(2)), Some.HardBounce("m3", at: Some.Noon.AddHours(1)),
            ],
            default);

        var row = Assert.Single(await TimesAsync(store));
        Assert.Equal((Some.Noon.AddMinutes(-30), "example.org", "Gmail", 1L), (row.Start, row.Domain, row.Provider, row.Deliveries));
        Assert.InRange(TimeBins.Seconds(row.Bin), 1200 * 0.98, 1200 * 1.02);

        _time.Advance(TimeSpan.FromDays(93));
        await store.Attempts.FoldAsync(default);
        Assert.Equal(Some.Noon.AddHours(-12), Assert.Single(await TimesAsync(store)).Start);
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
    }

    [SkippableFact]
    public async Task What_waits_is_told_with_its_reason_until_it_has_an_end()
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync(
            [
                Some.Accepted("m1", at: Some.Noon.AddHours(-1)), Some.Deferral("m1"), Some.Accepted("m2", sender: "Ann@Other.example"),
                Some.Accepted("m3"), Some.Delivered("m3"), Some.Accepted("m4", sender: ""),
            ],
            default);

        var waiting = await WaitingAsync(store, Acme);
        await store.Deliveries.ApplyAsync([Some.Delivered("m1", at: Some.Noon.AddMinutes(1))], default);

        Assert.Equal(
            [
                new("example.org", "Gmail", Some.Noon.AddHours(-1), Some.Noon, "mailbox_full"),
                new WaitingDelivery("other.example", "Gmail", Some.Noon, Some.Noon, null),
            ],
            waiting);
        Assert.Equal("other.example", Assert.Single(await WaitingAsync(store, Acme)).Domain);
        Assert.Equal("other.example", Assert.Single(await WaitingAsync(store, new("acme", "other.example"))).Domain);
        Assert.Empty(await WaitingAsync(store, new("acme", "example.org")));
        Assert.Empty(await WaitingAsync(store, new("zeta")));
    }

    [SkippableFact]
    public async Task Erasing_leaves_the_attempts_and_removal_by_age_too()
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync(
            [Some.Deferral("m1"), Some.Deferral("m2", "bob@gmail.test"), Some.Deferral("old", "bob@gmail.test", Some.Noon.AddDays(-100))], default);
        var before = await RowsAsync(store, Acme);

        await store.Erasures.EraseAsync("acme", "ann@example.net", default);
        await store.Retention.TrimAsync(Some.Noon.AddDays(-90), Some.Noon.AddDays(-700), default);
        await store.Deliveries.ApplyAsync([Some.Deferral("m1"), Some.Delivered("m1", at: Some.Noon.AddHours(1))], default);

        Assert.Equal(before, await RowsAsync(store, Acme));
        var report = await store.Verification.VerifyAsync(repair: false, default);
        Assert.True(report.Differences == 0, string.Join('\n', report.Examples));

        await store.Retention.TrimAsync(Some.Noon.AddDays(-90), Some.Noon.AddDays(-95), default);
        Assert.DoesNotContain(await RowsAsync(store, Acme), row => row.Start < Some.Noon.AddDays(-95));
        Assert.Equal(2, (await RowsAsync(store, Acme)).Sum(row => row.Attempts));
    }

    [SkippableFact]
    public async Task A_recount_finds_what_is_missing_and_adds_it()
    {
        await using var store = await OpenAsync();
        await FillAsync(store, 5);
        var before = await store.DumpAsync();
        await store.SpoilAsync();

        var found = await store.Verification.VerifyAsync(repair: true, default);

        Assert.Contains(found.Examples, example => example.StartsWith("tallies of tenant acme", StringComparison.Ordinal));
        Assert.Equal(before.Where(IsTally), (await store.DumpAsync()).Where(IsTally));
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
    }

    private static bool IsTally(string line) => line.StartsWith("tally", StringComparison.Ordinal);

    /// <summary>One deferral in each of the next five minutes, twelve an hour, each applied alone.</summary>
    private static async Task FillAsync(OpenedStores store, int attempts)
    {
        for (var number = 0; number < attempts; number++)
        {
            await store.Deliveries.ApplyAsync([Some.Deferral($"m{number}", at: Some.Noon.AddMinutes(5 * (number % 12)))], default);
        }
    }

    private static async Task<string> FollowAsync(OpenedStores store, string tenant, string cursor, HashSet<AttemptChange> seen)
    {
        for (var call = 0; call < 20; call++)
        {
            var changes = await store.Attempts.ChangesAsync(tenant, cursor, 5, default);
            seen.UnionWith(changes.Changes);
            cursor = changes.Next;
        }

        return cursor;
    }

    private static async Task<List<(DateTimeOffset Start, AttemptKey Key, long Attempts)>> RowsAsync(OpenedStores store, StatisticsScope scope)
    {
        var sums = new Dictionary<(DateTimeOffset Start, AttemptKey Key), long>();
        await store.Attempts.ReadAsync(scope, Always, row => sums[(row.Start, row.Key)] = sums.GetValueOrDefault((row.Start, row.Key)) + row.Attempts, default);

        return
        [
            .. sums.Where(sum => sum.Value != 0)
                .OrderBy(sum => sum.Key.Start).ThenBy(sum => sum.Key.Key.Outcome)
                .Select(sum => (sum.Key.Start, sum.Key.Key, sum.Value)),
        ];
    }

    private static async Task<List<TimesRow>> TimesAsync(OpenedStores store)
    {
        var rows = new List<TimesRow>();
        await store.Attempts.ReadTimesAsync(Acme, Always, rows.Add, default);

        return
        [
            .. rows.GroupBy(row => row with { Deliveries = 0 })
                .Select(group => group.Key with { Deliveries = group.Sum(row => row.Deliveries) })
                .Where(row => row.Deliveries != 0),
        ];
    }

    private static async Task<List<WaitingDelivery>> WaitingAsync(OpenedStores store, StatisticsScope scope)
    {
        var waiting = new List<WaitingDelivery>();
        await store.Attempts.ReadWaitingAsync(scope, waiting.Add, default);

        return [.. waiting.OrderBy(delivery => delivery.AcceptedAt)];
    }
}
