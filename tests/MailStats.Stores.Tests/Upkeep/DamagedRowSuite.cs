using MailStats.Contracts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Mail.Statistics;
using MailStats.Mail.Suppression;
using MailStats.Stores.Incidents;
using MailStats.Stores.Replies;
using MailStats.Stores.Suppression;
using Microsoft.Extensions.Time.Testing;

namespace MailStats.Stores.Tests.Upkeep;

/// <summary>One damaged row hides itself, and no other; verify names it, and a repair sets it aside.</summary>
public abstract class DamagedRowSuite<TStores>
    where TStores : IStoresOpener
{
    private readonly FakeTimeProvider _time = new(Some.Noon.AddHours(1));

    [SkippableFact]
    public async Task A_damaged_entry_of_the_suppression_list_keeps_its_address_on_the_list()
    {
        await using var store = await OpenAsync();
        await store.Suppressions.AddAsync("acme", [Entry("ann@example.net", SuppressionCause.Import)], tell: false, default);
        _time.Advance(TimeSpan.FromMinutes(1));
        await store.Suppressions.AddAsync("acme", [Entry("bob@example.net", SuppressionCause.Manual)], tell: false, default);

        await store.DamageFirstAsync(PackedRow.Suppression);

        Assert.Equal(["bob@example.net", "ann@example.net"], await ListedAsync(store));
        Assert.Equal(SuppressionCause.Import, (await store.Suppressions.FindAsync("acme", null, "ann@example.net", default)).Entry?.Cause);
        Assert.Single(await store.Suppressions.CheckAsync("acme", null, ["ann@example.net"], default));
        Assert.Equal(0, (await store.Suppressions.EffectAsync("acme", Some.Noon, Some.Noon.AddDays(1), default)).Recipients);

        await AssertNamedAndMendedAsync(store, "suppressions ");
        Assert.Equal(["bob@example.net", "ann@example.net"], await ListedAsync(store));

        // What is told of its address is applied, with all that comes beside it.
        await store.DamageFirstAsync(PackedRow.Suppression);
        await store.Deliveries.ApplyAsync([Some.Delivered("m1"), Some.HardBounce("m2")], default);
        Assert.Contains("ann@example.net", await ListedAsync(store));
        Assert.Equal(2, (await store.Statistics.SumAsync(new("acme"), new(Some.Noon.AddDays(-1), Some.Noon.AddDays(1)), default)).Recipients);

        Assert.True(await store.Suppressions.RemoveAsync("acme", null, "ann@example.net", default));
        Assert.DoesNotContain("ann@example.net", await ListedAsync(store));
    }

    [SkippableFact]
    public async Task A_damaged_incident_is_left_out_of_its_list_and_of_no_other_page()
    {
        await using var store = await OpenAsync();
        await store.Incidents.LeaseAsync("acme", "one", Some.Noon, Some.Noon.AddMinutes(1), default);
        await store.Incidents.SaveAsync("acme", "one", new([Incident("a", 2), Incident("b", 1), Incident("c", 0)], [], []), default);

        await store.DamageFirstAsync(PackedRow.Incident);

        var page = await store.Incidents.ListAsync(new() { TenantId = "acme", Limit = 2 }, default);
        Assert.Equal(["b", "c"], page.Select(stored => stored.Incident.Id));
        Assert.Null(await store.Incidents.FindAsync("acme", "a", default));

        await AssertNamedAndMendedAsync(store, "incidents ");
        Assert.Equal(2, (await store.Incidents.ListAsync(new() { TenantId = "acme", Limit = 9 }, default)).Count);
    }

    [SkippableFact]
    public async Task A_damaged_rule_of_a_tenants_own_stops_no_other()
    {
        await using var store = await OpenAsync();
        await store.ReplyRules.SaveAsync(Rule("one"), default);
        await store.ReplyRules.SaveAsync(Rule("two"), default);

        await store.DamageFirstAsync(PackedRow.ReplyRule);

        Assert.Equal(["two"], (await store.ReplyRules.FindAsync("acme", default)).Rules.Select(rule => rule.Id));
        await AssertNamedAndMendedAsync(store, "reply_rules ");
        Assert.Equal(["two"], (await store.ReplyRules.FindAsync("acme", default)).Rules.Select(rule => rule.Id));
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_damaged_delivery_is_left_out_of_lists_and_holds_up_no_retention(bool isIndexed)
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync([Some.HardBounce("m1")], default);
        await store.Deliveries.ApplyAsync([Some.HardBounce("m2"), Some.Delivered("m3")], default);

        if (isIndexed)
        {
            await store.IndexAsync(all: true);
        }

        await store.DamageFirstAsync(PackedRow.Delivery);

        var all = await store.Log.DeliveriesAsync(new() { Scope = new("acme"), Limit = 10 }, default);
        Assert.Equal(2, all.Items.Count);
        var page = await store.Log.ErrorEventsAsync(new() { Scope = new("acme"), Limit = 10 }, default);
        Assert.Single(page.Items);
        Assert.Single((await store.ReplyHistory.FailuresAsync(new() { TenantId = "acme", Limit = 10 }, default)).Items);

        var trimmed = await store.Retention.TrimAsync(Some.Noon.AddDays(1), Some.Noon.AddDays(-700), default);

        Assert.Equal(3, trimmed.Deliveries);
        Assert.Equal(3, (await store.Statistics.SumAsync(new("acme"), new(Some.Noon.AddDays(-1), Some.Noon.AddDays(1)), default)).Recipients);
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
    }

    private static async Task AssertNamedAndMendedAsync(OpenedStores store, string name)
    {
        var found = await store.Verification.VerifyAsync(repair: false, default);
        Assert.Equal(1, found.Differences);
        var named = Assert.Single(found.Examples, example => example.StartsWith(name, StringComparison.Ordinal));
        Assert.Contains(" of tenant acme: its ", named, StringComparison.Ordinal);

        Assert.True((await store.Verification.VerifyAsync(repair: true, default)).Repaired);

        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
    }

    private static async Task<List<string>> ListedAsync(OpenedStores store) =>
        [.. (await store.Suppressions.ListAsync(new("acme", null, null, null, 100), default)).Items.Select(entry => entry.Address)];

    private static SuppressionAddition Entry(string address, SuppressionCause cause) => new(address, null, cause, "asked", null);

    private static StoredIncident Incident(string id, int minute) => new()
    {
        TenantId = "acme",
        Cause = "Receiver",
        Incident = new()
        {
            Id = id,
            Kind = IncidentKind.ReceiverOutage,
            StartedAt = Some.Noon.AddMinutes(minute),
            OpenedAt = Some.Noon.AddMinutes(minute),
            Failed = 30,
            Rate = 1,
            UsualRate = 0.01,
            Summary = "Mail fails.",
            Advice = "Wait.",
            Contrast = "Others get it.",
        },
    };

    private static ReplyRule Rule(string id) => new()
    {
        TenantId = "acme", Id = id, Reason = "mailbox_full", Phrases = ["over the top"], CreatedAt = Some.Noon,
    };

    private Task<OpenedStores> OpenAsync() => TStores.OpenAsync(time: _time);
}
