using MailStats.Contracts;
using MailStats.Mail.Brake;
using MailStats.Mail.Lists;
using MailStats.Stores.Brake;
using Microsoft.Extensions.Time.Testing;

namespace MailStats.Stores.Tests.Brake;

/// <summary>What every store promises about stopped mailboxes.</summary>
public abstract class BrakeStoreSuite<TStores>
    where TStores : IStoresOpener
{
    private const string Ann = "ann@shop.example";

    private readonly FakeTimeProvider _time = new(Some.Noon);

    [SkippableFact]
    public async Task A_stop_holds_for_every_process_and_is_told_once()
    {
        await using var store = await TStores.OpenAsync(time: _time);
        await using var other = store.Another();

        Assert.True(await store.Brakes.StopAsync(Stop("1"), tell: true, default));
        Assert.False(await other.Brakes.StopAsync(Stop("2", since: Some.Noon.AddHours(-1)), tell: true, default));

        Assert.Equal(Stop("1"), (await other.Brakes.StandingAsync("acme", Ann, default)).Open);
        Assert.Null((await other.Brakes.StandingAsync("acme", "bob@shop.example", default)).Open);
        Assert.Null((await other.Brakes.StandingAsync("zeta", Ann, default)).Open);
        Assert.Equal(["MailboxStopped"], (await store.Outbox.ReadPendingAsync(10, default)).Select(message => message.Type));
    }

    [SkippableFact]
    public async Task Released_it_may_send_and_be_stopped_again()
    {
        await using var store = await TStores.OpenAsync(time: _time);
        await store.Brakes.StopAsync(Stop("1"), tell: false, default);
        Assert.Null(await store.Brakes.ReleaseAsync("zeta", "1", default));

        var released = await store.Brakes.ReleaseAsync("acme", "1", default);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(released, await store.Brakes.ReleaseAsync("acme", "1", default));

        Assert.Equal(Some.Noon, released!.ReleasedAt);
        var standing = await store.Brakes.StandingAsync("acme", Ann, default);
        Assert.Equal((null, Some.Noon), (standing.Open, standing.ReleasedAt));
        Assert.Equal(["MailboxReleased"], (await store.Outbox.ReadPendingAsync(10, default)).Select(message => message.Type));
        Assert.True(await store.Brakes.StopAsync(Stop("2", since: Some.Noon.AddHours(1)), tell: false, default));
    }

    [SkippableFact]
    public async Task A_stop_opens_an_incident_that_its_release_ends()
    {
        await using var store = await TStores.OpenAsync(time: _time);
        await store.Brakes.StopAsync(Stop("8f0c2a1b04d5e8f607182937"), tell: true, default);

        var opened = Assert.Single(await ListAsync(store, open: true));
        Assert.Equal(("8f0c2a1b04d5e8f607182937", IncidentKind.Rate, "shop.example", Ann), (opened.Id, opened.Kind, opened.Domain, opened.Mailbox));
        Assert.Equal((Some.Noon, Some.Noon, null), (opened.StartedAt, opened.OpenedAt, opened.ClosedAt));

        _time.Advance(TimeSpan.FromHours(1));
        await store.Brakes.ReleaseAsync("acme", opened.Id, default);
        await store.Brakes.ReleaseAsync("acme", opened.Id, default);

        Assert.Empty(await ListAsync(store, open: true));
        Assert.Equal(Some.Noon.AddHours(1), Assert.Single(await ListAsync(store, open: false)).ClosedAt);
        Assert.DoesNotContain(await store.Outbox.ReadPendingAsync(10, default), message => message.Type.StartsWith("Incident", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task What_is_only_observed_or_is_history_opens_none()
    {
        await using var store = await TStores.OpenAsync(time: _time);

        await store.Brakes.StopAsync(Stop("1") with { Mode = BrakeMode.Observe }, tell: true, default);
        await store.Brakes.ReplaceAsync("acme", Ann, Some.Noon.AddDays(-40), [Past("a", -30) with { Mode = BrakeMode.Enforce }], default);

        Assert.Empty(await ListAsync(store, open: null));
    }

    [SkippableFact]
    public async Task One_stop_is_found_by_its_id_and_its_tenant()
    {
        await using var store = await TStores.OpenAsync(time: _time);
        await store.Brakes.StopAsync(Stop("1"), tell: false, default);

        Assert.Equal(Stop("1"), await store.Brakes.FindAsync("acme", "1", default));
        Assert.Null(await store.Brakes.FindAsync("zeta", "1", default));
        Assert.Null(await store.Brakes.FindAsync("acme", "2", default));
    }

    [SkippableFact]
    public async Task Networks_of_a_mailbox_are_kept_for_every_process()
    {
        await using var store = await TStores.OpenAsync(time: _time);
        await using var other = store.Another();
        Assert.Equal(0, (await store.Brakes.NetworksAsync("acme", Ann, default)).Count);

        await Task.WhenAll(Enumerable.Range(1, 8).Select(network =>
            (network % 2 == 0 ? store : other).Brakes.NoteNetworkAsync("acme", Ann, (ulong)network, 20_000, default)));
        await store.Brakes.NoteNetworkAsync("acme", Ann, 1, 20_000, default);

        var known = await other.Brakes.NetworksAsync("acme", Ann, default);
        Assert.Equal(8, known.Count);
        Assert.True(known.IsNew(9, 20_010, null));
        Assert.False(known.IsNew(8, 20_010, null));
        Assert.Equal(0, (await other.Brakes.NetworksAsync("zeta", Ann, default)).Count);
    }

    private static async Task<IReadOnlyList<Incident>> ListAsync(OpenedStores store, bool? open) =>
        [.. (await store.Incidents.ListAsync(new() { TenantId = "acme", Open = open, Limit = 10 }, default)).Select(stored => stored.Incident)];

    [SkippableFact]
    public async Task What_history_says_is_put_in_place_of_what_it_said_before()
    {
        await using var store = await TStores.OpenAsync(time: _time);
        await store.Brakes.StopAsync(Stop("live", since: Some.Noon.AddDays(-1)), tell: false, default);
        StoredBrake[] first = [Past("a", -30), Past("b", -20)], second = [Past("c", -20), Past("near", -1)];
        await store.Brakes.ReplaceAsync("acme", Ann, Some.Noon.AddDays(-40), first, default);

        await store.Brakes.ReplaceAsync("acme", Ann, Some.Noon.AddDays(-25), second, default);
        await store.Brakes.ReplaceAsync("acme", Ann, Some.Noon.AddDays(-25), second, default);

        Assert.Equal(["live", "c", "a"], (await store.Brakes.ListAsync("acme", null, 10, default)).Items.Select(brake => brake.Id));
        await store.Brakes.ReplaceAsync("acme", Ann, Some.Noon.AddDays(-25), [], default);
        Assert.Equal(["live", "a"], (await store.Brakes.ListAsync("acme", null, 10, default)).Items.Select(brake => brake.Id));
        Assert.Empty(await store.Outbox.ReadPendingAsync(10, default));
    }

    [SkippableFact]
    public async Task Pages_hold_each_once_and_settings_are_kept()
    {
        await using var store = await TStores.OpenAsync(time: _time);
        await store.Brakes.ReplaceAsync("acme", Ann, Some.Noon.AddDays(-100), [.. Enumerable.Range(0, 5).Select(i => Past($"{i}", -10 - (2 * i)))], default);
        Assert.Equal(new BrakeSettings(), await store.Brakes.SettingsAsync("acme", default));
        await store.Brakes.SaveSettingsAsync("acme", new() { Mode = BrakeMode.Enforce, PerHour = 300 }, default);
        await store.Brakes.SaveSettingsAsync("acme", new() { Mode = BrakeMode.Enforce }, default);

        var page = await store.Brakes.ListAsync("acme", null, 2, default);
        var next = await store.Brakes.ListAsync("acme", page.Next, 2, default);
        var last = await store.Brakes.ListAsync("acme", next.Next, 2, default);

        Assert.Equal(["0", "1", "2", "3", "4"], page.Items.Concat(next.Items).Concat(last.Items).Select(brake => brake.Id));
        Assert.Null(last.Next);
        Assert.Equal(new() { Mode = BrakeMode.Enforce }, await store.Brakes.SettingsAsync("acme", default));
        await Assert.ThrowsAsync<InvalidCursorException>(() => store.Brakes.ListAsync("acme", "?", 2, default));
    }

    private static StoredBrake Stop(string id, DateTimeOffset? since = null) =>
        new(id, "acme", Ann, "ann", since ?? Some.Noon, BrakeMode.Enforce, BrakeCause.Hour, 51, 1, null, IsLive: true);

    private static StoredBrake Past(string id, int days) =>
        new(id, "acme", Ann, null, Some.Noon.AddDays(days), BrakeMode.Observe, BrakeCause.Day, 101, 400, null, IsLive: false);
}
