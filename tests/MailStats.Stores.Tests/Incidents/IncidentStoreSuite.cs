using MailStats.Contracts;
using MailStats.Stores.Incidents;
using Microsoft.Extensions.Time.Testing;

namespace MailStats.Stores.Tests.Incidents;

/// <summary>What every store promises about incidents.</summary>
public abstract class IncidentStoreSuite<TStores>
    where TStores : IStoresOpener
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Start);

    [SkippableFact]
    public async Task An_incident_is_saved_with_its_notice_and_both_once()
    {
        await using var store = await OpenAsync();
        var notice = new IncidentNotice(Guid.Parse("0197f3c2-a1b0-4d5e-8f60-718293a4b5c6"), nameof(IncidentOpened), "{}", Start);

        await SaveAsync(store, new([Stored("a", 0)], [], [notice]));
        await SaveAsync(store, new([Stored("a", 0) with { Told = true }], [], [notice]));

        Assert.True((await store.Incidents.FindAsync("acme", "a", default))!.Told);
        Assert.Null(await store.Incidents.FindAsync("zeta", "a", default));
        Assert.Single(await store.Outbox.ReadPendingAsync(10, default));
    }

    [SkippableFact]
    public async Task Pages_are_latest_first_and_end_where_the_next_begins()
    {
        await using var store = await OpenAsync();
        await SaveAsync(store, new([Stored("a", 0), Stored("b", 1), Stored("c", 1), Stored("d", 2)], ["d"], []));

        var first = await store.Incidents.ListAsync(new() { TenantId = "acme", Limit = 2 }, default);
        var last = first[^1].Incident;
        var second = await store.Incidents.ListAsync(new() { TenantId = "acme", Limit = 2, After = (last.OpenedAt, last.Id) }, default);

        Assert.Equal(["d", "c"], first.Select(stored => stored.Incident.Id));
        Assert.Equal(["b", "a"], second.Select(stored => stored.Incident.Id));
    }

    [SkippableFact]
    public async Task Filters_find_what_concerns_a_place_and_what_concerns_all()
    {
        await using var store = await OpenAsync();
        var closed = Stored("closed", 0, domain: "shop.example", provider: "Gmail");
        closed = closed with { Incident = closed.Incident with { ClosedAt = Start.AddMinutes(30) } };
        await SaveAsync(store, new([closed, Stored("all", 1), Stored("other", 2, domain: "news.example", provider: "Yahoo")], [], []));

        Assert.Equal(["all", "closed"], await IdsAsync(store, new() { TenantId = "acme", Domain = "shop.example", Limit = 9 }));
        Assert.Equal(["other", "all"], await IdsAsync(store, new() { TenantId = "acme", Provider = "Yahoo", Limit = 9 }));
        Assert.Equal(["other", "all"], await IdsAsync(store, new() { TenantId = "acme", Open = true, Limit = 9 }));
        Assert.Equal(["closed"], await IdsAsync(store, new() { TenantId = "acme", Open = false, Limit = 9 }));
        Assert.Equal([], await IdsAsync(store, new() { TenantId = "acme", Kind = IncidentKind.Content, Limit = 9 }));
        Assert.Equal(
            ["other", "all"],
            await IdsAsync(store, new() { TenantId = "acme", Range = new(Start.AddMinutes(45), Start.AddDays(1)), Limit = 9 }));
    }

    [SkippableFact]
    public async Task An_incident_that_opens_again_is_open()
    {
        await using var store = await OpenAsync();
        var stored = Stored("a", 0);
        await SaveAsync(store, new([stored with { Incident = stored.Incident with { ClosedAt = Start.AddHours(1) } }], [], []));
        await SaveAsync(store, new([stored], [], []));

        Assert.Equal(["a"], await IdsAsync(store, new() { TenantId = "acme", Open = true, Limit = 9 }));
    }

    [SkippableFact]
    public async Task The_first_acknowledgement_counts_and_outlives_what_is_found_later()
    {
        await using var store = await OpenAsync();
        await SaveAsync(store, new([Stored("a", 0)], [], []));

        Assert.True(await store.Incidents.AcknowledgeAsync("acme", "a", Start.AddMinutes(1), default));
        Assert.True(await store.Incidents.AcknowledgeAsync("acme", "a", Start.AddMinutes(2), default));
        Assert.False(await store.Incidents.AcknowledgeAsync("acme", "b", Start, default));
        await SaveAsync(store, new([Stored("a", 0)], [], []));

        Assert.Equal(Start.AddMinutes(1), (await store.Incidents.FindAsync("acme", "a", default))!.AcknowledgedAt);
    }

    [SkippableFact]
    public async Task A_mute_ends_and_a_new_one_of_the_same_place_takes_its_place()
    {
        await using var store = await OpenAsync();
        var mute = new IncidentMute("acme", IncidentKind.Rate, null, "Gmail", Start.AddHours(1));
        await store.Incidents.MuteAsync(mute, default);
        await store.Incidents.MuteAsync(mute with { Until = Start.AddHours(2) }, default);

        Assert.Equal([mute with { Until = Start.AddHours(2) }], await store.Incidents.MutesAsync("acme", Start.AddHours(1), default));
        Assert.Empty(await store.Incidents.MutesAsync("acme", Start.AddHours(2), default));
    }

    [SkippableFact]
    public async Task A_mute_is_ended_by_the_same_kind_and_place_alone()
    {
        await using var store = await OpenAsync();
        var mute = new IncidentMute("acme", null, null, "Gmail", Start.AddHours(1));
        await store.Incidents.MuteAsync(mute, default);

        Assert.False(await store.Incidents.UnmuteAsync("acme", null, null, null, default));
        Assert.False(await store.Incidents.UnmuteAsync("acme", IncidentKind.Rate, null, "Gmail", default));
        Assert.False(await store.Incidents.UnmuteAsync("other", null, null, "Gmail", default));
        Assert.Equal([mute], await store.Incidents.MutesAsync("acme", Start, default));

        Assert.True(await store.Incidents.UnmuteAsync("acme", null, null, "Gmail", default));
        Assert.False(await store.Incidents.UnmuteAsync("acme", null, null, "Gmail", default));
        Assert.Empty(await store.Incidents.MutesAsync("acme", Start, default));
    }

    [SkippableFact]
    public async Task One_replica_has_a_tenant_until_its_lease_ends()
    {
        await using var store = await OpenAsync();
        await using var other = store.Another();

        Assert.True(await store.Incidents.LeaseAsync("acme", "one", Start, Start.AddSeconds(30), default));
        Assert.False(await other.Incidents.LeaseAsync("acme", "two", Start.AddSeconds(29), Start.AddSeconds(60), default));
        Assert.True(await store.Incidents.LeaseAsync("acme", "one", Start.AddSeconds(15), Start.AddSeconds(45), default));
        Assert.False(await other.Incidents.LeaseAsync("acme", "two", Start.AddSeconds(44), Start.AddSeconds(80), default));
        Assert.True(await other.Incidents.LeaseAsync("acme", "two", Start.AddSeconds(45), Start.AddSeconds(80), default));
        Assert.False(await store.Incidents.LeaseAsync("acme", "one", Start.AddSeconds(46), Start.AddSeconds(90), default));
    }

    [SkippableFact]
    public async Task A_replica_that_lost_its_tenant_overwrites_nothing()
    {
        await using var store = await OpenAsync();
        await using var other = store.Another();
        await SaveAsync(store, new([Stored("a", 0)], [], []));
        Assert.True(await other.Incidents.LeaseAsync("acme", "two", Start.AddMinutes(5), Start.AddMinutes(6), default));
        var notice = new IncidentNotice(Guid.Parse("0197f3c2-a1b0-4d5e-8f60-718293a4b5c7"), nameof(IncidentOpened), "{}", Start);

        Assert.False(await store.Incidents.SaveAsync("acme", "one", new([Stored("b", 1)], ["a"], [notice]), default));

        Assert.Equal(["a"], await IdsAsync(store, new() { TenantId = "acme", Limit = 9 }));
        Assert.Empty(await store.Outbox.ReadPendingAsync(10, default));
        Assert.True(await other.Incidents.SaveAsync("acme", "two", new([Stored("b", 1)], ["a"], [notice]), default));
        Assert.Equal(["b"], await IdsAsync(store, new() { TenantId = "acme", Limit = 9 }));
    }

    [SkippableFact]
    public async Task Others_with_the_same_trouble_at_a_receiver_are_counted_once_each_and_only_while_it_lasts()
    {
        await using var store = await OpenAsync();
        var over = Stored("over", 0, provider: "Gmail");
        over = over with { Incident = over.Incident with { ClosedAt = Start.AddMinutes(10) } };

        foreach (var (tenant, incidents) in (((string, StoredIncident[])[])
            [
                ("acme", [Stored("own", 0, provider: "Gmail")]), ("beta", [Stored("b1", 0, provider: "Gmail"), Stored("b2", 5, provider: "Gmail")]),
                ("gamma", [over]), ("delta", [Stored("d", 0, provider: "Yahoo")]), ("eta", [Stored("e", 0)]),
            ]))
        {
            Assert.True(await store.Incidents.LeaseAsync(tenant, "one", Start, Start.AddMinutes(1), default));
            Assert.True(await store.Incidents.SaveAsync(tenant, "one", new(incidents, [], []), default));
        }

        Assert.Equal(2, await ElsewhereAsync(0));
        Assert.Equal(1, await ElsewhereAsync(20));

        Task<int> ElsewhereAsync(int minute) => store.Incidents.CountElsewhereAsync(
            "acme", IncidentKind.ReceiverOutage, "Gmail", Start.AddMinutes(minute), default);
    }

    private static async Task SaveAsync(OpenedStores store, IncidentChanges changes)
    {
        Assert.True(await store.Incidents.LeaseAsync("acme", "one", Start, Start.AddMinutes(1), default));
        Assert.True(await store.Incidents.SaveAsync("acme", "one", changes, default));
    }

    private Task<OpenedStores> OpenAsync() => TStores.OpenAsync(time: _time);

    private static async Task<IEnumerable<string>> IdsAsync(OpenedStores store, IncidentQuery query) =>
        (await store.Incidents.ListAsync(query, default)).Select(stored => stored.Incident.Id);

    private static StoredIncident Stored(string id, int minute, string? domain = null, string? provider = null) => new()
    {
        TenantId = "acme",
        Cause = "Receiver",
        Incident = new()
        {
            Id = id,
            Kind = IncidentKind.ReceiverOutage,
            Domain = domain,
            Provider = provider,
            StartedAt = Start.AddMinutes(minute),
            OpenedAt = Start.AddMinutes(minute),
            Failed = 30,
            Rate = 1,
            UsualRate = 0.01,
            Summary = "Mail fails.",
            Advice = "Wait.",
            Contrast = "Others get it.",
        },
    };
}
