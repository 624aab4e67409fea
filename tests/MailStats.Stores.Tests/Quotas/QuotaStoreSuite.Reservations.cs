using MailStats.Contracts;
using MailStats.Mail.Quotas;

namespace MailStats.Stores.Tests.Quotas;

/// <summary>What becomes of reservations.</summary>
public abstract partial class QuotaStoreSuite<TStores>
    where TStores : IStoresOpener
{
    [SkippableFact]
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

    [SkippableFact]
    public async Task The_same_key_is_charged_once_and_for_another_number_it_is_a_contradiction()
    {
        await using var store = await OpenAsync(limit: 10);

        Assert.Equal(ReservationResult.Granted, (await ReserveAsync(store, "1", 3)).Result);
        Assert.Equal(ReservationResult.Repeated, (await ReserveAsync(store, "1", 3)).Result);
        Assert.Equal(ReservationResult.Conflicting, (await ReserveAsync(store, "1", 4)).Result);
        Assert.Equal(3, (await StandingAsync(store)).Reserved);
    }

    [SkippableFact]
    public async Task A_key_that_was_refused_is_looked_at_anew()
    {
        await using var store = await OpenAsync(limit: 2);
        Assert.Equal(ReservationResult.Refused, (await ReserveAsync(store, "1", 3)).Result);

        await store.Quotas.SaveLimitAsync(new(Acme, QuotaWindow.Month, 3), default);

        Assert.Equal(ReservationResult.Granted, (await ReserveAsync(store, "1", 3)).Result);
    }

    [SkippableFact]
    public async Task Two_hundred_at_once_from_three_processes_get_exactly_the_limit()
    {
        await using var store = await OpenAsync(limit: 1000);
        await using var second = store.Another();
        await using var third = store.Another();
        OpenedStores[] processes = [store, second, third];
        await store.Quotas.SaveLimitAsync(new(NewsMailbox, QuotaWindow.Day, 1100), default);

        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(session => Task.Run(async () =>
        {
            var granted = 0;

            for (var i = 0; i < 8; i++)
            {
                granted += (await ReserveAsync(processes[session % 3], $"{session}-{i}", 1)).Allowed ? 1 : 0;
            }

            return granted;
        })));

        Assert.Equal(1000, results.Sum());
        var standing = await StandingAsync(third);
        Assert.Equal((1000, 0L, true), (standing.Taken, standing.Remaining, standing.Blocked));
        Assert.Equal(["100 blocked", "80", "80", "90", "90"], (await NoticesAsync(store)).Order(StringComparer.Ordinal));
        Assert.Empty(await store.Quotas.VerifyAsync(repair: false, default));
    }

    [SkippableFact]
    public async Task Reserving_while_logs_come_in_and_limits_are_set_stays_exact()
    {
        await using var store = await OpenAsync(limit: 300);
        await using var other = store.Another();
        var granted = 0;

        // Of each message whose three recipients are granted, the log tells while others still ask.
        async Task SendAsync(int message)
        {
            var process = message % 2 == 0 ? store : other;

            if ((await ReserveAsync(process, $"{message}", 3, queueId: $"Q{message}")).Allowed)
            {
                Interlocked.Add(ref granted, 3);
                await process.Deliveries.ApplyAsync(
                    [.. Enumerable.Range(0, 3).Select(i => Event($"m{message}", $"r{i}@x.example", queueId: $"Q{message}"))], default);
            }
        }

        await Task.WhenAll(
            [
                .. Enumerable.Range(0, 120).Select(message => Task.Run(() => SendAsync(message))),
                Task.Run(() => other.Quotas.SaveLimitAsync(new(NewsMailbox, QuotaWindow.Month, 1000), default)),
                Task.Run(() => store.Quotas.AdvanceAsync(default)),
            ]);

        Assert.Equal(300, granted);
        Assert.Equal((300, 0), await UsedAndReservedAsync(store));
        Assert.Equal(
            [(300L, 0L), (300, 0)],
            (await other.Quotas.StandingsAsync(NewsMailbox, default)).Select(standing => (standing.Used, standing.Unreserved)));
        Assert.Empty(await other.Quotas.VerifyAsync(repair: false, default));
    }

    [SkippableFact]
    public async Task A_limit_that_is_set_while_a_reservation_is_taken_knows_of_it()
    {
        await using var store = await OpenAsync(limit: 1000);
        await using var other = store.Another();

        for (var i = 0; i < 25; i++)
        {
            var mailbox = $"m{i}@shop.example";
            await Task.WhenAll(
                Task.Run(() => ReserveAsync(store, $"{i}", 2, mailbox: mailbox)),
                Task.Run(() => other.Quotas.SaveLimitAsync(new(new("acme", "shop.example", mailbox), QuotaWindow.Month, 100), default)));
        }

        Assert.Empty(await store.Quotas.VerifyAsync(repair: false, default));
        Assert.All((await store.Quotas.LimitsAsync("acme", 1, 100, default)).Select(standing => standing.Reserved), reserved => Assert.Equal(2, reserved));
    }

    [SkippableFact]
    public async Task Deliveries_of_the_queue_id_turn_reserved_into_used()
    {
        await using var store = await OpenAsync(limit: 10);
        await ReserveAsync(store, "1", 3, queueId: "4F9D");

        await store.Deliveries.ApplyAsync(
            [Event("m1", "a@x.example", queueId: "4F9D"), Event("m1", "b@x.example", DeliveryEventKind.Deferred, queueId: "4F9D")], default);
        Assert.Equal((2, 1), await UsedAndReservedAsync(store));

        await store.Deliveries.ApplyAsync([Event("m1", "b@x.example", queueId: "4F9D"), Event("m1", "c@x.example", queueId: "4F9D")], default);
        Assert.Equal((3, 0), await UsedAndReservedAsync(store));

        // More deliveries than were reserved (an alias): used grows, nothing goes below zero.
        await store.Deliveries.ApplyAsync([Event("m1", "d@x.example", queueId: "4F9D")], default);
        Assert.Equal((4, 0), await UsedAndReservedAsync(store));
    }

    [SkippableFact]
    public async Task A_message_that_stays_on_the_host_or_is_refused_after_all_frees_its_reservation()
    {
        await using var store = await OpenAsync(limit: 10);
        await ReserveAsync(store, "1", 2, queueId: "4F9D");

        await store.Deliveries.ApplyAsync(
            [Event("m1", "a@x.example", local: true, queueId: "4F9D"), Event("m1", "b@x.example", DeliveryEventKind.Rejected, queueId: "4F9D")],
            default);

        Assert.Equal((0, 0), await UsedAndReservedAsync(store));
    }

    [SkippableFact]
    public async Task Of_reused_queue_ids_the_reservation_nearest_in_time_is_meant()
    {
        await using var store = await OpenAsync(limit: 100);
        await ReserveAsync(store, "1", 5, queueId: "4F9D");
        var first = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromHours(6));
        await ReserveAsync(store, "2", 7, queueId: "4F9D");

        await store.Deliveries.ApplyAsync([.. Enumerable.Range(0, 7).Select(i => Event("m2", $"r{i}@x.example", queueId: "4F9D"))], default);
        Assert.Equal((7, 5), await UsedAndReservedAsync(store));

        await store.Deliveries.ApplyAsync([Event("m1", "a@x.example", at: first, queueId: "4F9D")], default);
        Assert.Equal((8, 4), await UsedAndReservedAsync(store));
    }

    [SkippableFact]
    public async Task A_reservation_waits_for_the_log_however_late_it_is_collected()
    {
        await using var store = await OpenAsync(limit: 10);
        await ReserveAsync(store, "1", 10, queueId: "4F9D");
        _time.Advance(TimeSpan.FromHours(24));

        await store.Quotas.AdvanceAsync(default);
        Assert.Equal(ReservationResult.Refused, (await ReserveAsync(store, "2", 1)).Result);

        // The day's log comes in: first what was before the message, then the message.
        await store.Deliveries.ApplyAsync([Event("m0", "z@x.example", at: _time.GetUtcNow().AddHours(-25), host: "mx1")], default);
        await store.Quotas.AdvanceAsync(default);
        Assert.Equal((1, 10), await UsedAndReservedAsync(store));
        await store.Deliveries.ApplyAsync(
            [.. Enumerable.Range(0, 10).Select(i => Event("m1", $"r{i}@x.example", at: _time.GetUtcNow().AddHours(-24), queueId: "4F9D", host: "mx1"))],
            default);
        Assert.Equal((11, 0), await UsedAndReservedAsync(store));
    }

    [SkippableFact]
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
            _time.Advance(span);
            await store.Deliveries.ApplyAsync([Event($"later-{_time.GetUtcNow():O}", "z@x.example", host: host)], default);
            await store.Quotas.AdvanceAsync(default);
        }
    }

    [SkippableFact]
    public async Task A_reservation_expires_at_the_end_of_its_life_and_returns_to_the_quota()
    {
        await using var store = await OpenAsync(limit: 3, new QuotaOptions { ReservationLifetime = TimeSpan.FromHours(30) });
        await ReserveAsync(store, "1", 3);
        Assert.Equal(ReservationResult.Refused, (await ReserveAsync(store, "2", 1)).Result);

        _time.Advance(TimeSpan.FromHours(29));
        Assert.Equal(ReservationResult.Refused, (await ReserveAsync(store, "2", 1)).Result);

        // Whoever asks next finds the room, even before the clock's round.
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(ReservationResult.Granted, (await ReserveAsync(store, "2", 1)).Result);
        Assert.Equal((0, 1), await UsedAndReservedAsync(store));
    }

    [SkippableFact]
    public async Task What_is_released_can_be_taken_again_by_the_same_key_too()
    {
        await using var store = await OpenAsync(limit: 3);
        await ReserveAsync(store, "1", 3);

        Assert.True(await store.Quotas.ReleaseAsync("acme", "1", default));
        Assert.False(await store.Quotas.ReleaseAsync("acme", "1", default));
        Assert.False(await store.Quotas.ReleaseAsync("other", "1", default));
        Assert.Equal(ReservationResult.Granted, (await ReserveAsync(store, "1", 3)).Result);
    }
}
