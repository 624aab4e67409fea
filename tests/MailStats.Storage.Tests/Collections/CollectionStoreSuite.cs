using MailStats.Contracts;
using MailStats.Storage.Collections;
using MailStats.Storage.Tests.Quotas;

namespace MailStats.Storage.Tests.Collections;

/// <summary>What every collection store promises.</summary>
public abstract class CollectionStoreSuite : IAsyncLifetime
{
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
    private ICollectionStore _store = null!;
    private IAsyncDisposable _owner = null!;

    internal abstract (ICollectionStore Store, IAsyncDisposable Owner) Open(TimeProvider time);

    public Task InitializeAsync()
    {
        (_store, _owner) = Open(_time);

        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _owner.DisposeAsync();

    [Fact]
    public async Task Settings_are_continuous_until_saved_and_each_tenants_own()
    {
        Assert.Equal(new CollectionSettings { Enabled = true, IntervalHours = 1, Continuous = true }, await _store.SettingsAsync("acme", default));

        await _store.SaveSettingsAsync("acme", new CollectionSettings { Enabled = false, IntervalHours = 6, Continuous = false }, default);

        Assert.Equal(new CollectionSettings { Enabled = false, IntervalHours = 6, Continuous = false }, await _store.SettingsAsync("acme", default));
        Assert.True((await _store.SettingsAsync("other", default)).Enabled);
    }

    [Fact]
    public async Task A_request_waits_for_every_host_and_is_done_when_all_are()
    {
        await _store.PendingAsync("acme", "mx1", default);
        await _store.PendingAsync("acme", "mx2", default);
        await _store.PendingAsync("other", "mx9", default);

        var run = await _store.RequestAsync("acme", default);
        Assert.Equal((CollectionState.Waiting, "mx1 mx2"), (run.State, string.Join(' ', run.Hosts.Select(host => host.Host))));
        Assert.Equal(run.Id, (await _store.PendingAsync("acme", "mx1", default)).CollectionId);
        Assert.Null((await _store.PendingAsync("other", "mx9", default)).CollectionId);

        Assert.True(await _store.ReportAsync("acme", run.Id, "mx1", new CollectionReport { State = CollectionState.Running, Lines = 5 }, default));
        Assert.Null((await _store.PendingAsync("acme", "mx1", default)).CollectionId);
        Assert.Equal(CollectionState.Running, (await LatestAsync()).State);

        await _store.ReportAsync("acme", run.Id, "mx1", new CollectionReport { State = CollectionState.Done, Lines = 50, Deliveries = 20 }, default);
        Assert.Equal(CollectionState.Running, (await LatestAsync()).State);
        await _store.ReportAsync("acme", run.Id, "mx2", new CollectionReport { State = CollectionState.Failed, Error = "mail.log: no such file" }, default);

        var ended = await LatestAsync();
        Assert.Equal(CollectionState.Failed, ended.State);
        Assert.Equal((50L, 20L, "mail.log: no such file"), (ended.Hosts[0].Lines, ended.Hosts[0].Deliveries, ended.Hosts[1].Error));
    }

    [Fact]
    public async Task Asking_twice_before_anyone_began_asks_once()
    {
        await _store.PendingAsync("acme", "mx1", default);

        var first = await _store.RequestAsync("acme", default);
        Assert.Equal(first.Id, (await _store.RequestAsync("acme", default)).Id);

        await _store.ReportAsync("acme", first.Id, "mx1", new CollectionReport { State = CollectionState.Running }, default);
        Assert.NotEqual(first.Id, (await _store.RequestAsync("acme", default)).Id);
    }

    [Fact]
    public async Task A_collection_ends_what_was_asked_for_before_it()
    {
        await _store.PendingAsync("acme", "mx1", default);
        await _store.PendingAsync("acme", "mx2", default);
        var older = await _store.RequestAsync("acme", default);
        await _store.ReportAsync("acme", older.Id, "mx2", new CollectionReport { State = CollectionState.Done }, default);
        _time.Now += TimeSpan.FromSeconds(1);
        var newer = await _store.RequestAsync("acme", default);
        Assert.NotEqual(older.Id, newer.Id);

        Assert.Equal(newer.Id, (await _store.PendingAsync("acme", "mx1", default)).CollectionId);
        await _store.ReportAsync("acme", newer.Id, "mx1", new CollectionReport { State = CollectionState.Done }, default);

        Assert.Null((await _store.PendingAsync("acme", "mx1", default)).CollectionId);
        Assert.Equal(CollectionState.Done, (await _store.ListAsync("acme", 10, default)).Single(run => run.Id == older.Id).State);
    }

    [Fact]
    public async Task A_scheduled_collection_is_known_by_its_first_report_and_a_strange_one_is_not()
    {
        Assert.False(await _store.ReportAsync("acme", "nobody-asked", "mx1", new CollectionReport { State = CollectionState.Done }, default));
        Assert.True(await _store.ReportAsync("acme", "by-the-hour", "mx1", new CollectionReport { State = CollectionState.Done, Lines = 3, Scheduled = true }, default));

        var run = await LatestAsync();
        Assert.Equal(("by-the-hour", true, CollectionState.Done), (run.Id, run.Scheduled, run.State));
    }

    [Fact]
    public async Task A_host_not_heard_of_for_a_week_is_not_asked()
    {
        await _store.PendingAsync("acme", "old", default);
        _time.Now += TimeSpan.FromDays(8);
        await _store.PendingAsync("acme", "new", default);

        Assert.Equal(["new"], (await _store.RequestAsync("acme", default)).Hosts.Select(host => host.Host));
        Assert.Equal(2, (await _store.HostsAsync("acme", default)).Count);
    }

    [Fact]
    public async Task Old_collections_go()
    {
        for (var hour = 0; hour < 205; hour++)
        {
            _time.Now += TimeSpan.FromHours(1);
            await _store.ReportAsync("acme", $"run-{hour}", "mx1", new CollectionReport { State = CollectionState.Done, Scheduled = true }, default);
        }

        var kept = await _store.ListAsync("acme", 1_000, default);
        Assert.Equal((200, "run-204"), (kept.Count, kept[0].Id));
    }

    private async Task<CollectionRun> LatestAsync() => (await _store.ListAsync("acme", 1, default)).Single();
}
