using MailStats.Contracts;
using MailStats.Mail.Quotas;

namespace MailStats.Stores.Tests.Quotas;

/// <summary>What counts, for which limit and in which period.</summary>
public abstract partial class QuotaStoreSuite<TStores>
    where TStores : IStoresOpener
{
    [SkippableFact]
    public async Task Used_is_what_was_accepted_in_the_period_and_nothing_else()
    {
        await using var store = await OpenAsync(limit: 10);

        await store.Deliveries.ApplyAsync(
            [
                Event("m1", "a@x.example"),
                Event("m1", "b@x.example", DeliveryEventKind.Bounced),
                Event("m1", "b@x.example", DeliveryEventKind.Bounced), // repeated
                Event("m2", "a@x.example", DeliveryEventKind.Rejected),
                Event("m3", "a@x.example", sender: ""),
                Event("m4", "a@x.example", local: true),
                Event("m5", "a@x.example", at: _time.GetUtcNow().AddMonths(-1)),
                Event("m6", "a@x.example", tenant: "other"),
            ],
            default);

        var standing = await StandingAsync(store);
        Assert.Equal((2, 0, 8L), (standing.Used, standing.Reserved, standing.Remaining));
        Assert.Equal([(1L, (long?)null)], (await store.Quotas.HistoryAsync("acme", default)).Select(past => (past.Used, past.Limit)));
    }

    [SkippableFact]
    public async Task Every_limit_that_applies_must_have_room()
    {
        await using var store = await OpenAsync(limit: 100);
        await store.Quotas.SaveLimitAsync(new(Acme, QuotaWindow.Day, 50, Temporary: true), default);
        await store.Quotas.SaveLimitAsync(new(ShopDomain, QuotaWindow.Month, 20), default);
        await store.Quotas.SaveLimitAsync(new(NewsMailbox, QuotaWindow.Month, 5), default);

        Assert.Equal(NewsMailbox, (await ReserveAsync(store, "1", 6)).Standing!.Scope);
        Assert.True((await ReserveAsync(store, "2", 5)).Allowed);
        Assert.Equal(ShopDomain, (await ReserveAsync(store, "3", 16, mailbox: "shop@shop.example")).Standing!.Scope);
        Assert.True((await ReserveAsync(store, "4", 15, mailbox: "shop@shop.example")).Allowed);
        var day = (await ReserveAsync(store, "5", 31, mailbox: "a@other.example", domain: "other.example")).Standing!;
        Assert.Equal((QuotaWindow.Day, true), (day.Window, day.Temporary));
        Assert.True((await ReserveAsync(store, "6", 30, mailbox: "a@other.example", domain: "other.example")).Allowed);

        var standings = await store.Quotas.StandingsAsync(NewsMailbox, default);
        Assert.Equal([(100L, 50L), (50, 50), (20, 20), (5, 5)], standings.Select(standing => (standing.Limit!.Value, standing.Taken)));
        Assert.Equal(4, (await store.Quotas.LimitsAsync("acme", 0, 10, default)).Count);
        Assert.Single(await store.Quotas.LimitsAsync("acme", 3, 10, default));
    }

    [SkippableFact]
    public async Task A_limit_set_in_the_middle_of_the_month_knows_what_was_used_and_reserved_before()
    {
        await using var store = await OpenAsync(limit: 1000);
        await ReserveAsync(store, "1", 4);
        await store.Deliveries.ApplyAsync([Event("m1", "a@x.example"), Event("m2", "a@x.example")], default);

        await store.Quotas.SaveLimitAsync(new(NewsMailbox, QuotaWindow.Month, 7), default);

        Assert.Equal(ReservationResult.Refused, (await ReserveAsync(store, "2", 2)).Result);
        Assert.Equal(ReservationResult.Granted, (await ReserveAsync(store, "3", 1)).Result);
        Assert.True(await store.Quotas.RemoveLimitAsync(NewsMailbox, QuotaWindow.Month, default));
        Assert.False(await store.Quotas.RemoveLimitAsync(NewsMailbox, QuotaWindow.Month, default));
        Assert.Equal(ReservationResult.Granted, (await ReserveAsync(store, "2", 2)).Result);
        await store.Quotas.SaveLimitAsync(new(NewsMailbox, QuotaWindow.Month, 9), default);
        Assert.Equal(9, (await store.Quotas.StandingsAsync(NewsMailbox, default))[^1].Taken);
    }

    [SkippableFact]
    public async Task Without_any_limit_everything_passes_and_nothing_is_kept()
    {
        await using var store = await OpenAsync(_time, new());

        var outcome = await ReserveAsync(store, "1", 1_000_000);

        Assert.Equal((ReservationResult.Granted, null), (outcome.Result, outcome.Standing));
        Assert.Equal((0, 0), await UsedAndReservedAsync(store));
        Assert.Null((await StandingAsync(store)).Limit);
    }

    [SkippableFact]
    public async Task The_period_rolls_over_at_local_midnight_across_a_change_of_clocks()
    {
        _time.AdjustTime(new DateTimeOffset(2026, 11, 1, 3, 59, 59, TimeSpan.Zero)); // 23:59:59 on 31 October in New York, summer time
        await using var store = await OpenAsync(_time, new());
        await store.Tenants.SaveAsync(new("acme", "Acme", "America/New_York", _time.GetUtcNow()), default);
        await store.Quotas.SaveLimitAsync(new(Acme, QuotaWindow.Month, 1), default);
        await store.Quotas.SaveLimitAsync(new(Acme, QuotaWindow.Day, 1), default);
        Assert.True((await ReserveAsync(store, "october", 1)).Allowed);
        Assert.False((await ReserveAsync(store, "october-2", 1)).Allowed);

        _time.SetUtcNow(_time.GetUtcNow().AddSeconds(1));
        Assert.True((await ReserveAsync(store, "november", 1)).Allowed);
        Assert.False((await ReserveAsync(store, "november-2", 1)).Allowed);

        var standings = await store.Quotas.StandingsAsync(Acme, default);
        Assert.Equal(new DateTimeOffset(2026, 12, 1, 5, 0, 0, TimeSpan.Zero), standings[0].Period.End);
        Assert.Equal(TimeSpan.FromHours(25), standings[1].Period.End - standings[1].Period.Start);
    }

    [SkippableFact]
    public async Task Another_billing_day_counts_the_period_anew()
    {
        await using var store = await OpenAsync(limit: 10);
        await store.Deliveries.ApplyAsync([Event("m1", "a@x.example", at: _time.GetUtcNow().AddDays(-10))], default);
        await UseAsync(store, 10);
        Assert.True((await StandingAsync(store)).Blocked);

        await store.Quotas.SaveSettingsAsync(new() { TenantId = "acme", AnchorDay = 20, TimeZone = "Asia/Kathmandu", Thresholds = [50, 100] }, default);
        Assert.Equal(
            (10, new DateTimeOffset(2026, 11, 19, 18, 15, 0, TimeSpan.Zero)),
            ((await StandingAsync(store)).Used, (await StandingAsync(store)).Period.Start));

        await store.Quotas.SaveSettingsAsync(new() { TenantId = "acme", AnchorDay = 21 }, default);
        Assert.Equal(11, (await StandingAsync(store)).Used);
        Assert.Equal(21, (await store.Quotas.SettingsAsync("acme", default)).AnchorDay);
        await UseAsync(store, 1);
        Assert.Equal(12, (await StandingAsync(store)).Used);
    }

    [SkippableFact]
    public async Task Counters_equal_a_recount_whatever_comes_in_whatever_order()
    {
        await using var store = await OpenAsync(limit: 100_000);
        await store.Quotas.SaveLimitAsync(new(ShopDomain, QuotaWindow.Day, 50_000), default);
        await store.Quotas.SaveLimitAsync(new(NewsMailbox, QuotaWindow.Month, 50_000), default);
        var random = new Random(6);
        var events = new List<ClassifiedDelivery>();

        for (var i = 0; i < 300; i++)
        {
            var queueId = $"Q{i % 40}";
            await ReserveAsync(store, $"{i}", random.Next(1, 6), queueId: queueId);
            events.Add(
                Event(
                    $"m{i % 90}",
                    $"r{i % 7}@x.example",
                    (DeliveryEventKind)random.Next(1, 7),
                    _time.GetUtcNow().AddHours(-random.Next(0, 1200)),
                    queueId: queueId,
                    host: "mx1"));
            events.Add(events[random.Next(events.Count)]);
        }

        foreach (var batch in events.OrderBy(_ => random.Next()).Chunk(17))
        {
            await store.Deliveries.ApplyAsync(batch, default);
        }

        Assert.Empty(await store.Quotas.VerifyAsync(repair: false, default));
    }

    [SkippableFact]
    public async Task What_the_log_tells_of_without_a_reservation_is_shown_apart()
    {
        await using var store = await OpenAsync(_time, new());
        await UseAsync(store, 5);
        Assert.Equal(0, (await StandingAsync(store)).Unreserved);
        await store.Quotas.SaveLimitAsync(new(Acme, QuotaWindow.Month, 100), default);
        await store.Quotas.SaveLimitAsync(new(ShopDomain, QuotaWindow.Day, 50), default);
        await ReserveAsync(store, "1", 2, queueId: "4F9D");

        // Of three recipients two were reserved; one of another message was not; one is delivered on the host and does not count.
        var message = Enumerable.Range(0, 3).Select(i => Event("m1", $"r{i}@x.example", queueId: "4F9D"));
        await store.Deliveries.ApplyAsync([.. message, Event("m2", "a@x.example"), Event("m3", "b@x.example", local: true, queueId: "77AA")], default);
        Assert.Equal((9, 2), ((await StandingAsync(store)).Used, (await StandingAsync(store)).Unreserved));
        Assert.Equal([2L, 2L], (await store.Quotas.LimitsAsync("acme", 0, 10, default)).Select(standing => standing.Unreserved));

        // It is no more that month's when the message turns out to be older, and changes with nothing else.
        await store.Deliveries.ApplyAsync([.. message, Event("m2", "a@x.example", at: _time.GetUtcNow().AddMonths(-1)), Event("m1", "r0@x.example", DeliveryEventKind.Bounced, queueId: "4F9D")], default);
        Assert.Equal((8, 1), ((await StandingAsync(store)).Used, (await StandingAsync(store)).Unreserved));
        Assert.Equal(1, await store.Quotas.UnreservedAsync(default));
    }

    [SkippableFact]
    public async Task However_events_are_told_and_by_however_many_the_counters_are_the_same()
    {
        var random = new Random(3);
        var events = Enumerable.Range(0, 120).Select(i => Event(
            $"m{i % 50}", $"r{i % 5}@x.example", (DeliveryEventKind)random.Next(1, 7), _time.GetUtcNow().AddHours(-random.Next(0, 1200)), queueId: $"Q{i % 20}")).ToList();
        var seen = new List<string>();

        for (var turn = 0; turn < 3; turn++)
        {
            await using var store = await OpenAsync(limit: 100);
            await using var other = store.Another();
            await store.Quotas.SaveLimitAsync(new(NewsMailbox, QuotaWindow.Month, 80), default);

            for (var message = 0; message < 20; message++)
            {
                await ReserveAsync(store, $"{message}", 2, queueId: $"Q{message}");
            }

            var retold = events.Concat(events.Take(40 * turn)).OrderBy(_ => turn == 0 ? 0 : random.Next()).Chunk(turn == 0 ? 1000 : 13);
            await Task.WhenAll(retold.Select((batch, index) => (index % 2 == 0 ? store : other).Deliveries.ApplyAsync(batch, default)));

            var standings = await store.Quotas.StandingsAsync(NewsMailbox, default);
            var history = await store.Quotas.HistoryAsync("acme", default);
            Assert.Empty(await other.Quotas.VerifyAsync(repair: false, default));
            seen.Add(string.Join(' ', standings.Select(standing => (standing.Used, standing.Reserved, standing.Unreserved))) + string.Join(' ', history.Select(past => past.Used)));
        }

        Assert.Equal(seen[0], seen[1]);
        Assert.Equal(seen[0], seen[2]);
    }

    [SkippableFact]
    public async Task A_counter_that_a_bug_made_wrong_is_found_and_mended()
    {
        await using var store = await OpenAsync(limit: 10);
        await ReserveAsync(store, "1", 2);
        await UseAsync(store, 3);
        await store.SpoilAsync();

        var found = Assert.Single(await store.Quotas.VerifyAsync(repair: false, default));
        Assert.Equal((4, 2, 3, 2), (found.Used, found.Reserved, found.TrueUsed, found.TrueReserved));
        Assert.Single(await store.Quotas.VerifyAsync(repair: true, default));

        Assert.Empty(await store.Quotas.VerifyAsync(repair: false, default));
        Assert.Equal((3, 2), await UsedAndReservedAsync(store));
    }
}
