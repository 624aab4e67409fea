using MailStats.Contracts;
using MailStats.Stores.Collections;
using MailStats.Stores.Tests.Quotas;
using Microsoft.Extensions.Time.Testing;

namespace MailStats.Stores.Tests.Collections;

/// <summary>What every collection store promises.</summary>
public abstract class CollectionStoreSuite<TStores>
    where TStores : IStoresOpener
{
    private static readonly CollectionSettings _daily = new() { Enabled = true, IntervalHours = 24, Continuous = false };

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));

    private static Dictionary<string, CollectionSettings> NoHosts => [];

    private static Task<OpenedStores> OpenAsync(TimeProvider time) => TStores.OpenAsync(time: time);

    [SkippableFact]
    public async Task Settings_are_continuous_until_saved_and_each_tenants_own()
    {
        await using var store = await OpenAsync(_time);
        Assert.Equal(
            new CollectionSettings { Enabled = true, IntervalHours = 1, Continuous = true },
            (await store.Collections.SettingsAsync("acme", default)).Settings);

        await store.Collections.SaveSettingsAsync("acme", new(_daily, NoHosts), default);

        Assert.Equal(_daily, (await store.Collections.SettingsAsync("acme", default)).Settings);
        Assert.Equal(_daily, (await store.Collections.PendingAsync("acme", "mx1", default)).Settings);
        Assert.True((await store.Collections.SettingsAsync("other", default)).Settings.Enabled);
    }

    [SkippableFact]
    public async Task A_host_follows_its_own_setting_and_the_others_their_tenants()
    {
        await using var store = await OpenAsync(_time);
        var off = new CollectionSettings { Enabled = false, IntervalHours = 6, Continuous = false };
        var mine = new Dictionary<string, CollectionSettings> { ["mx1"] = off, ["mx2"] = new() };
        await store.Collections.SaveSettingsAsync("acme", new(_daily, mine), default);
        await store.Collections.SaveSettingsAsync("other", new(new(), NoHosts), default);

        Assert.Equal(mine, (await store.Collections.SettingsAsync("acme", default)).Hosts);
        Assert.Equal(off, (await store.Collections.PendingAsync("acme", "mx1", default)).Settings);
        Assert.Equal(new CollectionSettings(), (await store.Collections.PendingAsync("acme", "mx2", default)).Settings);
        Assert.Equal(_daily, (await store.Collections.PendingAsync("acme", "mx3", default)).Settings);
        Assert.Equal(new CollectionSettings(), (await store.Collections.PendingAsync("other", "mx1", default)).Settings);
        Assert.Empty((await store.Collections.SettingsAsync("other", default)).Hosts);
    }

    [SkippableFact]
    public async Task A_host_whose_setting_is_no_longer_among_those_saved_follows_its_tenants()
    {
        await using var store = await OpenAsync(_time);
        await store.Collections.SaveSettingsAsync(
            "acme", new(_daily, new Dictionary<string, CollectionSettings> { ["mx1"] = new(), ["mx2"] = new() }), default);

        await store.Collections.SaveSettingsAsync(
            "acme", new(_daily, new Dictionary<string, CollectionSettings> { ["mx2"] = new() { IntervalHours = 3 } }), default);

        Assert.Equal(_daily, (await store.Collections.PendingAsync("acme", "mx1", default)).Settings);
        Assert.Equal(3, (await store.Collections.PendingAsync("acme", "mx2", default)).Settings.IntervalHours);
        Assert.Equal("mx2", Assert.Single((await store.Collections.SettingsAsync("acme", default)).Hosts).Key);
    }

    [SkippableFact]
    public async Task What_was_asked_for_before_anything_was_saved_changes_no_setting()
    {
        await using var store = await OpenAsync(_time);
        await store.Collections.RequestAsync("acme", default);

        Assert.Equal(new CollectionSettings(), (await store.Collections.PendingAsync("acme", "mx1", default)).Settings);
        Assert.Empty((await store.Collections.SettingsAsync("acme", default)).Hosts);
    }

    [SkippableFact]
    public async Task A_request_waits_for_every_host_and_is_done_when_all_are()
    {
        await using var store = await OpenAsync(_time);
        await store.Collections.PendingAsync("acme", "mx1", default);
        await store.Collections.PendingAsync("acme", "mx2", default);
        await store.Collections.PendingAsync("other", "mx9", default);

        var run = await store.Collections.RequestAsync("acme", default);
        Assert.Equal((CollectionState.Waiting, "mx1 mx2"), (run.State, string.Join(' ', run.Hosts.Select(host => host.Host))));
        Assert.Equal(run.Id, (await store.Collections.PendingAsync("acme", "mx1", default)).CollectionId);
        Assert.Null((await store.Collections.PendingAsync("other", "mx9", default)).CollectionId);

        Assert.True(await store.Collections.ReportAsync("acme", run.Id, "mx1", new CollectionReport { State = CollectionState.Running, Lines = 5 }, default));
        Assert.Null((await store.Collections.PendingAsync("acme", "mx1", default)).CollectionId);
        Assert.Equal(CollectionState.Running, (await LatestAsync(store)).State);

        await store.Collections.ReportAsync("acme", run.Id, "mx1", new CollectionReport { State = CollectionState.Done, Lines = 50, Deliveries = 20 }, default);
        Assert.Equal(CollectionState.Running, (await LatestAsync(store)).State);
        await store.Collections.ReportAsync(
            "acme", run.Id, "mx2", new CollectionReport { State = CollectionState.Failed, Error = "mail.log: no such file" }, default);

        var ended = await LatestAsync(store);
        Assert.Equal(CollectionState.Failed, ended.State);
        Assert.Equal((50L, 20L, "mail.log: no such file"), (ended.Hosts[0].Lines, ended.Hosts[0].Deliveries, ended.Hosts[1].Error));
    }

    [SkippableFact]
    public async Task Asking_twice_before_anyone_began_asks_once()
    {
        await using var store = await OpenAsync(_time);
        await store.Collections.PendingAsync("acme", "mx1", default);

        var first = await store.Collections.RequestAsync("acme", default);
        Assert.Equal(first.Id, (await store.Collections.RequestAsync("acme", default)).Id);

        await store.Collections.ReportAsync("acme", first.Id, "mx1", new CollectionReport { State = CollectionState.Running }, default);
        Assert.NotEqual(first.Id, (await store.Collections.RequestAsync("acme", default)).Id);
    }

    [SkippableFact]
    public async Task Asked_for_by_several_at_the_same_time_it_is_one()
    {
        await using var store = await OpenAsync(_time);
        await using var other = store.Another();
        await store.Collections.PendingAsync("acme", "mx1", default);

        for (var round = 1; round <= 10; round++)
        {
            var asked = await Task.WhenAll(Enumerable.Range(0, 10).Select(index => (index % 2 == 0 ? store : other).Collections.RequestAsync("acme", default)));

            Assert.Single(asked.Select(run => run.Id).Distinct());
            Assert.Equal(round, (await store.Collections.ListAsync("acme", 100, default)).Count);
            await store.Collections.ReportAsync("acme", asked[0].Id, "mx1", new CollectionReport { State = CollectionState.Done }, default);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [SkippableFact]
    public async Task A_collection_ends_what_was_asked_for_before_it()
    {
        await using var store = await OpenAsync(_time);
        await store.Collections.PendingAsync("acme", "mx1", default);
        await store.Collections.PendingAsync("acme", "mx2", default);
        var older = await store.Collections.RequestAsync("acme", default);
        await store.Collections.ReportAsync("acme", older.Id, "mx2", new CollectionReport { State = CollectionState.Done }, default);
        _time.Advance(TimeSpan.FromSeconds(1));
        var newer = await store.Collections.RequestAsync("acme", default);
        Assert.NotEqual(older.Id, newer.Id);

        Assert.Equal(newer.Id, (await store.Collections.PendingAsync("acme", "mx1", default)).CollectionId);
        await store.Collections.ReportAsync("acme", newer.Id, "mx1", new CollectionReport { State = CollectionState.Done }, default);

        Assert.Null((await store.Collections.PendingAsync("acme", "mx1", default)).CollectionId);
        Assert.Equal(CollectionState.Done, (await store.Collections.ListAsync("acme", 10, default)).Single(run => run.Id == older.Id).State);
    }

    [SkippableFact]
    public async Task A_scheduled_collection_is_known_by_its_first_report_and_a_strange_one_is_not()
    {
        await using var store = await OpenAsync(_time);
        Assert.False(await store.Collections.ReportAsync("acme", "nobody-asked", "mx1", new CollectionReport { State = CollectionState.Done }, default));
        Assert.True(
            await store.Collections.ReportAsync(
                "acme", "by-the-hour", "mx1", new CollectionReport { State = CollectionState.Done, Lines = 3, Scheduled = true }, default));

        var run = await LatestAsync(store);
        Assert.Equal(("by-the-hour", true, CollectionState.Done), (run.Id, run.Scheduled, run.State));
    }

    [SkippableFact]
    public async Task A_host_not_heard_of_for_a_week_is_not_asked()
    {
        await using var store = await OpenAsync(_time);
        await store.Collections.PendingAsync("acme", "old", default);
        _time.Advance(TimeSpan.FromDays(8));
        await store.Collections.PendingAsync("acme", "new", default);

        Assert.Equal(["new"], (await store.Collections.RequestAsync("acme", default)).Hosts.Select(host => host.Host));
        Assert.Equal(2, (await store.Collections.HostsAsync("acme", default)).Count);
    }

    [SkippableFact]
    public async Task Old_collections_go()
    {
        await using var store = await OpenAsync(_time);
        for (var hour = 0; hour < 205; hour++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            await store.Collections.ReportAsync("acme", $"run-{hour}", "mx1", new CollectionReport { State = CollectionState.Done, Scheduled = true }, default);
        }

        var kept = await store.Collections.ListAsync("acme", 1_000, default);
        Assert.Equal((200, "run-204"), (kept.Count, kept[0].Id));
    }

    private static async Task<CollectionRun> LatestAsync(OpenedStores store) => (await store.Collections.ListAsync("acme", 1, default)).Single();
}
