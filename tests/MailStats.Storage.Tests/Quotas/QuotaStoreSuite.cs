using System.Text.Json;
using MailStats.Contracts;
using MailStats.Storage.Quotas;

namespace MailStats.Storage.Tests.Quotas;

/// <summary>What every quota store promises.</summary>
public abstract class QuotaStoreSuite
{
    private static readonly StatisticsScope Acme = new("acme");
    private static readonly StatisticsScope ShopDomain = new("acme", "shop.example");
    private static readonly StatisticsScope NewsMailbox = new("acme", "shop.example", "news@shop.example");

    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Opens the stores; again with the same folder, as another process would.</summary>
    internal abstract QuotaStores Open(TimeProvider time, QuotaOptions options, string? folder = null);

    [Fact]
    public async Task Messages_are_granted_until_one_does_not_fit_wholly()
    {
        await using var store = await OpenAsync(limit: 10);

        Assert.Equal(ReservationResult.Granted, (await ReserveAsync(store, "1", 3)).Result);
        Assert.Equal(ReservationResult.Granted, (await ReserveAsync(store, "2", 3)).Result);
        Assert.Equal(ReservationResult.Granted, (await ReserveAsync(store, "3", 3)).Result);

        var refused = await ReserveAsync(store, "4", 3);
        Assert.Equal((ReservationResult.Refused, 1, 9), (refused.Result, refused.Standing!.Remaining, refused.Standing.Reserved));
        Assert.Equal(ReservationResult.Granted, (await ReserveAsync(store, "5", 1)).Result);
        Assert.Equal(ReservationResult.Refused, (await ReserveAsync(store, "6", 1)).Result);
    }

    [Fact]
    public async Task The_same_key_is_charged_once_and_for_another_number_it_is_a_contradiction()
    {
        await using var store = await OpenAsync(limit: 10);

        Assert.Equal(ReservationResult.Granted, (await ReserveAsync(store, "1", 3)).Result);
        Assert.Equal(ReservationResult.Repeated, (await ReserveAsync(store, "1", 3)).Result);
        Assert.Equal(ReservationResult.Conflicting, (await ReserveAsync(store, "1", 4)).Result);
        Assert.Equal(3, (await StandingAsync(store)).Reserved);
    }

    [Fact]
    public async Task A_key_that_was_refused_is_looked_at_anew()
    {
        await using var store = await OpenAsync(limit: 2);
        Assert.Equal(ReservationResult.Refused, (await ReserveAsync(store, "1", 3)).Result);

        await store.Quotas.SaveLimitAsync(new(Acme, QuotaWindow.Month, 3), default);

        Assert.Equal(ReservationResult.Granted, (await ReserveAsync(store, "1", 3)).Result);
    }

    [Fact]
    public async Task Two_hundred_at_once_from_two_processes_get_exactly_the_limit()
    {
        await using var store = await OpenAsync(limit: 1000);
        await using var other = Open(_time, new(), store.Folder);

        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(session => Task.Run(async () =>
        {
            var granted = 0;

            for (var i = 0; i < 8; i++)
            {
                granted += (await ReserveAsync(session % 2 == 0 ? store : other, $"{session}-{i}", 1)).Allowed ? 1 : 0;
            }

            return granted;
        })));

        Assert.Equal(1000, results.Sum());
        var standing = await StandingAsync(other);
        Assert.Equal((1000, 0L, true), (standing.Taken, standing.Remaining, standing.Blocked));
    }

    [Fact]
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
                Event("m5", "a@x.example", at: _time.Now.AddMonths(-1)),
                Event("m6", "a@x.example", tenant: "other"),
            ],
            default);

        var standing = await StandingAsync(store);
        Assert.Equal((2, 0, 8L), (standing.Used, standing.Reserved, standing.Remaining));
        Assert.Equal([(1L, (long?)null)], (await store.Quotas.HistoryAsync("acme", default)).Select(past => (past.Used, past.Limit)));
    }

    [Fact]
    public async Task Deliveries_of_the_queue_id_turn_reserved_into_used()
    {
        await using var store = await OpenAsync(limit: 10);
        await ReserveAsync(store, "1", 3, queueId: "4F9D");

        await store.Deliveries.ApplyAsync([Event("m1", "a@x.example", queueId: "4F9D"), Event("m1", "b@x.example", DeliveryEventKind.Deferred, queueId: "4F9D")], default);
        Assert.Equal((2, 1), await UsedAndReservedAsync(store));

        await store.Deliveries.ApplyAsync([Event("m1", "b@x.example", queueId: "4F9D"), Event("m1", "c@x.example", queueId: "4F9D")], default);
        Assert.Equal((3, 0), await UsedAndReservedAsync(store));

        // More deliveries than were reserved (an alias): used grows, nothing goes below zero.
        await store.Deliveries.ApplyAsync([Event("m1", "d@x.example", queueId: "4F9D")], default);
        Assert.Equal((4, 0), await UsedAndReservedAsync(store));
    }

    [Fact]
    public async Task A_message_that_stays_on_the_host_or_is_refused_after_all_frees_its_reservation()
    {
        await using var store = await OpenAsync(limit: 10);
        await ReserveAsync(store, "1", 2, queueId: "4F9D");

        await store.Deliveries.ApplyAsync(
            [Event("m1", "a@x.example", local: true, queueId: "4F9D"), Event("m1", "b@x.example", DeliveryEventKind.Rejected, queueId: "4F9D")],
            default);

        Assert.Equal((0, 0), await UsedAndReservedAsync(store));
    }

    [Fact]
    public async Task Of_reused_queue_ids_the_reservation_nearest_in_time_is_meant()
    {
        await using var store = await OpenAsync(limit: 100);
        await ReserveAsync(store, "1", 5, queueId: "4F9D");
        var first = _time.Now;
        _time.Now += TimeSpan.FromHours(6);
        await ReserveAsync(store, "2", 7, queueId: "4F9D");

        await store.Deliveries.ApplyAsync([.. Enumerable.Range(0, 7).Select(i => Event("m2", $"r{i}@x.example", queueId: "4F9D"))], default);
        Assert.Equal((7, 5), await UsedAndReservedAsync(store));

        await store.Deliveries.ApplyAsync([Event("m1", "a@x.example", at: first, queueId: "4F9D")], default);
        Assert.Equal((8, 4), await UsedAndReservedAsync(store));
    }

    [Fact]
    public async Task A_reservation_waits_for_the_log_however_late_it_is_collected()
    {
        await using var store = await OpenAsync(limit: 10);
        await ReserveAsync(store, "1", 10, queueId: "4F9D");
        _time.Now += TimeSpan.FromHours(24);

        await store.Quotas.AdvanceAsync(default);
        Assert.Equal(ReservationResult.Refused, (await ReserveAsync(store, "2", 1)).Result);

        // The day's log comes in: first what was before the message, then the message.
        await store.Deliveries.ApplyAsync([Event("m0", "z@x.example", at: _time.Now.AddHours(-25), host: "mx1")], default);
        await store.Quotas.AdvanceAsync(default);
        Assert.Equal((1, 10), await UsedAndReservedAsync(store));
        await store.Deliveries.ApplyAsync([.. Enumerable.Range(0, 10).Select(i => Event("m1", $"r{i}@x.example", at: _time.Now.AddHours(-24), queueId: "4F9D", host: "mx1"))], default);
        Assert.Equal((11, 0), await UsedAndReservedAsync(store));
    }

    [Fact]
    public async Task A_reservation_expires_when_every_log_is_known_past_it_and_the_message_is_in_none()
    {
        await using var store = await OpenAsync(limit: 10);
        await store.Deliveries.ApplyAsync([Event("m0", "z@x.example", host: "mx1"), Event("m0", "y@x.example", host: "mx2")], default);
        await ReserveAsync(store, "1", 8, queueId: "4F9D");

        await PassAsync(TimeSpan.FromHours(1), "mx1");
        Assert.Equal((3, 8), await UsedAndReservedAsync(store));
        Assert.Equal(ReservationResult.Refused, (await ReserveAsync(store, "2", 1)).Result);

        await PassAsync(TimeSpan.FromHours(1), "mx2");
        await PassAsync(TimeSpan.FromHours(1), "mx2");
        await PassAsync(TimeSpan.FromHours(1), "mx1");
        await store.Quotas.AdvanceAsync(default);

        Assert.Equal((6, 0), await UsedAndReservedAsync(store));
        Assert.Equal(ReservationResult.Granted, (await ReserveAsync(store, "3", 4)).Result);

        async Task PassAsync(TimeSpan span, string host)
        {
            _time.Now += span;
            await store.Deliveries.ApplyAsync([Event($"later-{_time.Now:O}", "z@x.example", host: host)], default);
            await store.Quotas.AdvanceAsync(default);
        }
    }

    [Fact]
    public async Task A_reservation_expires_at_the_end_of_its_life_and_returns_to_the_quota()
    {
        await using var store = await OpenAsync(limit: 3, new QuotaOptions { ReservationLifetime = TimeSpan.FromHours(30) });
        await ReserveAsync(store, "1", 3);
        Assert.Equal(ReservationResult.Refused, (await ReserveAsync(store, "2", 1)).Result);

        _time.Now += TimeSpan.FromHours(29);
        Assert.Equal(ReservationResult.Refused, (await ReserveAsync(store, "2", 1)).Result);

        // Whoever asks next finds the room, even before the clock's round.
        _time.Now += TimeSpan.FromHours(2);
        Assert.Equal(ReservationResult.Granted, (await ReserveAsync(store, "2", 1)).Result);
        Assert.Equal((0, 1), await UsedAndReservedAsync(store));
    }

    [Fact]
    public async Task What_is_released_can_be_taken_again_by_the_same_key_too()
    {
        await using var store = await OpenAsync(limit: 3);
        await ReserveAsync(store, "1", 3);

        Assert.True(await store.Quotas.ReleaseAsync("acme", "1", default));
        Assert.False(await store.Quotas.ReleaseAsync("acme", "1", default));
        Assert.False(await store.Quotas.ReleaseAsync("other", "1", default));
        Assert.Equal(ReservationResult.Granted, (await ReserveAsync(store, "1", 3)).Result);
    }

    [Fact]
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

    [Fact]
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

    [Fact]
    public async Task Without_any_limit_everything_passes_and_nothing_is_kept()
    {
        await using var store = Open(_time, new());

        var outcome = await ReserveAsync(store, "1", 1_000_000);

        Assert.Equal((ReservationResult.Granted, null), (outcome.Result, outcome.Standing));
        Assert.Equal((0, 0), await UsedAndReservedAsync(store));
        Assert.Null((await StandingAsync(store)).Limit);
    }

    [Fact]
    public async Task Each_threshold_is_told_once_in_a_period()
    {
        await using var store = await OpenAsync(limit: 100);

        await UseAsync(store, 80);
        Assert.Empty(await NoticesAsync(store));

        await UseAsync(store, 1);
        Assert.Equal(["80"], await NoticesAsync(store));

        await UseAsync(store, 8);
        await UseAsync(store, 1);
        Assert.Equal(["80", "90"], await NoticesAsync(store));

        await UseAsync(store, 30);
        await UseAsync(store, 30);
        Assert.Equal(["80", "90", "100 blocked"], await NoticesAsync(store));
    }

    [Fact]
    public async Task Reservations_reach_thresholds_too_since_mail_is_blocked_by_them()
    {
        await using var store = await OpenAsync(limit: 10);

        await ReserveAsync(store, "1", 10);

        Assert.Equal(["80", "90", "100 blocked"], await NoticesAsync(store));
    }

    [Fact]
    public async Task A_raised_limit_lets_mail_through_at_once_says_so_and_tells_its_thresholds_anew()
    {
        await using var store = await OpenAsync(limit: 10);
        await ReserveAsync(store, "1", 10);

        await store.Quotas.SaveLimitAsync(new(Acme, QuotaWindow.Month, 20), default);
        Assert.Equal(ReservationResult.Granted, (await ReserveAsync(store, "2", 6)).Result);
        Assert.Equal(["80", "90", "100 blocked", "restored"], await NoticesAsync(store));

        await ReserveAsync(store, "3", 1);
        await ReserveAsync(store, "4", 3);
        Assert.Equal(["80", "90", "100 blocked", "restored", "80", "90", "100 blocked"], await NoticesAsync(store));
    }

    [Fact]
    public async Task A_limit_raised_a_little_does_not_tell_again_what_is_still_so()
    {
        await using var store = await OpenAsync(limit: 100);
        await UseAsync(store, 120);

        await store.Quotas.SaveLimitAsync(new(Acme, QuotaWindow.Month, 110), default);
        await store.Quotas.SaveLimitAsync(new(Acme, QuotaWindow.Month, 125), default);
        Assert.Equal(["80", "90", "100 blocked", "restored"], await NoticesAsync(store));

        await store.Quotas.SaveLimitAsync(new(Acme, QuotaWindow.Month, 90), default);
        Assert.Equal(["80", "90", "100 blocked", "restored", "100 blocked"], await NoticesAsync(store));
    }

    [Fact]
    public async Task A_new_period_restores_what_was_blocked_once()
    {
        await using var store = await OpenAsync(limit: 10);
        await using var other = Open(_time, new(), store.Folder);
        await UseAsync(store, 10);
        _time.Now = new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(-1);
        await store.Quotas.AdvanceAsync(default);
        Assert.Equal(["80", "90", "100 blocked"], await NoticesAsync(store));

        _time.Now = _time.Now.AddTicks(1);
        await Task.WhenAll(store.Quotas.AdvanceAsync(default), other.Quotas.AdvanceAsync(default));
        await store.Quotas.AdvanceAsync(default);

        Assert.Equal(["80", "90", "100 blocked", "restored"], await NoticesAsync(store));
        Assert.Equal(ReservationResult.Granted, (await ReserveAsync(store, "new", 10)).Result);
        Assert.Equal([(10L, (long?)10)], (await store.Quotas.HistoryAsync("acme", default)).Select(past => (past.Used, past.Limit)));
    }

    [Fact]
    public async Task The_period_rolls_over_at_local_midnight_across_a_change_of_clocks()
    {
        _time.Now = new DateTimeOffset(2026, 11, 1, 3, 59, 59, TimeSpan.Zero); // 23:59:59 on 31 October in New York, summer time
        await using var store = Open(_time, new());
        await store.Tenants.SaveAsync(new("acme", "Acme", "America/New_York", _time.Now), default);
        await store.Quotas.SaveLimitAsync(new(Acme, QuotaWindow.Month, 1), default);
        await store.Quotas.SaveLimitAsync(new(Acme, QuotaWindow.Day, 1), default);
        Assert.True((await ReserveAsync(store, "october", 1)).Allowed);
        Assert.False((await ReserveAsync(store, "october-2", 1)).Allowed);

        _time.Now = _time.Now.AddSeconds(1);
        Assert.True((await ReserveAsync(store, "november", 1)).Allowed);
        Assert.False((await ReserveAsync(store, "november-2", 1)).Allowed);

        var standings = await store.Quotas.StandingsAsync(Acme, default);
        Assert.Equal(new DateTimeOffset(2026, 12, 1, 5, 0, 0, TimeSpan.Zero), standings[0].Period.End);
        Assert.Equal(TimeSpan.FromHours(25), standings[1].Period.End - standings[1].Period.Start);
    }

    [Fact]
    public async Task Another_billing_day_counts_the_period_anew()
    {
        await using var store = await OpenAsync(limit: 10);
        await store.Deliveries.ApplyAsync([Event("m1", "a@x.example", at: _time.Now.AddDays(-10))], default);
        await UseAsync(store, 10);
        Assert.True((await StandingAsync(store)).Blocked);

        await store.Quotas.SaveSettingsAsync(new() { TenantId = "acme", AnchorDay = 20, TimeZone = "Asia/Kathmandu", Thresholds = [50, 100] }, default);
        Assert.Equal((10, new DateTimeOffset(2026, 11, 19, 18, 15, 0, TimeSpan.Zero)), ((await StandingAsync(store)).Used, (await StandingAsync(store)).Period.Start));

        await store.Quotas.SaveSettingsAsync(new() { TenantId = "acme", AnchorDay = 21 }, default);
        Assert.Equal(11, (await StandingAsync(store)).Used);
        Assert.Equal(21, (await store.Quotas.SettingsAsync("acme", default)).AnchorDay);
        await UseAsync(store, 1);
        Assert.Equal(12, (await StandingAsync(store)).Used);
    }

    [Fact]
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
            events.Add(Event($"m{i % 90}", $"r{i % 7}@x.example", (DeliveryEventKind)random.Next(1, 7), _time.Now.AddHours(-random.Next(0, 1200)), queueId: queueId, host: "mx1"));
            events.Add(events[random.Next(events.Count)]);
        }

        foreach (var batch in events.OrderBy(_ => random.Next()).Chunk(17))
        {
            await store.Deliveries.ApplyAsync(batch, default);
        }

        Assert.Empty(await store.Quotas.VerifyAsync(repair: false, default));
    }

    private async Task<QuotaStores> OpenAsync(long limit, QuotaOptions? options = null)
    {
        var store = Open(_time, options ?? new());
        await store.Quotas.SaveLimitAsync(new(Acme, QuotaWindow.Month, limit), default);

        return store;
    }

    private static Task<ReservationOutcome> ReserveAsync(
        QuotaStores store, string key, int recipients, string? queueId = null, string mailbox = "news@shop.example", string domain = "shop.example") =>
        store.Quotas.ReserveAsync(
            new() { TenantId = "acme", Key = key, Recipients = recipients, Domain = domain, Mailbox = mailbox, QueueId = queueId },
            default);

    private static async Task<QuotaStanding> StandingAsync(QuotaStores store) => (await store.Quotas.StandingsAsync(Acme, default))[0];

    private static async Task<(long Used, long Reserved)> UsedAndReservedAsync(QuotaStores store)
    {
        var standing = await StandingAsync(store);

        return (standing.Used, standing.Reserved);
    }

    private async Task UseAsync(QuotaStores store, int recipients) =>
        await store.Deliveries.ApplyAsync([.. Enumerable.Range(0, recipients).Select(_ => Event(Guid.NewGuid().ToString(), "a@x.example"))], default);

    private static async Task<List<string>> NoticesAsync(QuotaStores store)
    {
        var notices = new List<string>();

        foreach (var message in await store.Outbox.ReadPendingAsync(1000, default))
        {
            using var content = JsonDocument.Parse(message.Content);
            notices.Add(message.Type == nameof(QuotaRestored)
                ? "restored"
                : $"{content.RootElement.GetProperty("thresholdPercent")}{(content.RootElement.GetProperty("blocked").GetBoolean() && content.RootElement.GetProperty("thresholdPercent").GetInt32() == 100 ? " blocked" : "")}");
        }

        return notices;
    }

    private ClassifiedDelivery Event(
        string message,
        string recipient,
        DeliveryEventKind kind = DeliveryEventKind.Delivered,
        DateTimeOffset? at = null,
        string sender = "news@shop.example",
        string tenant = "acme",
        bool local = false,
        string? queueId = null,
        string? host = null) =>
        Some.Event(kind, message, recipient, at ?? _time.Now, sender, tenant: tenant, with: reported => reported with { Local = local, QueueId = queueId, ReportingHost = host });
}

/// <summary>Stores that share their data.</summary>
internal sealed class QuotaStores(
    IQuotaStore quotas, IDeliveryStore deliveries, ITenantStore tenants, IOutbox outbox, string folder, IAsyncDisposable owner) : IAsyncDisposable
{
    public IQuotaStore Quotas => quotas;

    public IDeliveryStore Deliveries => deliveries;

    public ITenantStore Tenants => tenants;

    public IOutbox Outbox => outbox;

    /// <summary>Opened again, the same data.</summary>
    public string Folder => folder;

    public ValueTask DisposeAsync() => owner.DisposeAsync();
}
