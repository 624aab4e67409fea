using MailStats.Mail.Quotas;

namespace MailStats.Stores.Tests.Quotas;

/// <summary>Who is told what, and how often.</summary>
public abstract partial class QuotaStoreSuite<TStores>
    where TStores : IStoresOpener
{
    [SkippableFact]
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

    [SkippableFact]
    public async Task Reservations_reach_thresholds_too_since_mail_is_blocked_by_them()
    {
        await using var store = await OpenAsync(limit: 10);

        await ReserveAsync(store, "1", 10);

        Assert.Equal(["80", "90", "100 blocked"], await NoticesAsync(store));
    }

    [SkippableFact]
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

    [SkippableFact]
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

    [SkippableFact]
    public async Task A_new_period_restores_what_was_blocked_once()
    {
        await using var store = await OpenAsync(limit: 10);
        await using var other = store.Another();
        await UseAsync(store, 10);
        _time.SetUtcNow(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(-1));
        await store.Quotas.AdvanceAsync(default);
        Assert.Equal(["80", "90", "100 blocked"], await NoticesAsync(store));

        _time.SetUtcNow(_time.GetUtcNow().AddTicks(1));
        await Task.WhenAll(store.Quotas.AdvanceAsync(default), other.Quotas.AdvanceAsync(default));
        await store.Quotas.AdvanceAsync(default);

        Assert.Equal(["80", "90", "100 blocked", "restored"], await NoticesAsync(store));
        Assert.Equal(ReservationResult.Granted, (await ReserveAsync(store, "new", 10)).Result);
        Assert.Equal([(10L, (long?)10)], (await store.Quotas.HistoryAsync("acme", default)).Select(past => (past.Used, past.Limit)));
    }
}
