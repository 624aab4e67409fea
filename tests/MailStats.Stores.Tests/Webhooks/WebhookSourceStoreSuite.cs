using MailStats.Stores.Webhooks;

namespace MailStats.Stores.Tests.Webhooks;

/// <summary>What every store promises about the sources of webhooks.</summary>
public abstract class WebhookSourceStoreSuite<TStores>
    where TStores : IStoresOpener
{
    private static Task<OpenedStores> OpenAsync() => TStores.OpenAsync();

    [SkippableFact]
    public async Task A_source_is_found_by_its_id_alone_and_comes_back_as_it_was()
    {
        await using var store = await OpenAsync();
        var mailgun = Source("a1", "acme") with { Secret = "ключ\n\"", Sender = "news@acme.example" };
        await store.WebhookSources.AddAsync(mailgun, default);
        await store.WebhookSources.AddAsync(Source("b2", "zeta"), default);

        Assert.Equal(mailgun, await store.WebhookSources.FindAsync("a1", default));
        Assert.Equal(Source("b2", "zeta"), await store.WebhookSources.FindAsync("b2", default));
        Assert.Null(await store.WebhookSources.FindAsync("c3", default));
        Assert.Null(await store.WebhookSources.FindAsync("A1", default));
    }

    [SkippableFact]
    public async Task A_tenants_sources_are_listed_oldest_first()
    {
        await using var store = await OpenAsync();

        foreach (var (id, hours) in new[] { ("a", 2), ("c", 1), ("b", 1) })
        {
            await store.WebhookSources.AddAsync(Source(id, "acme") with { CreatedAt = Some.Noon.AddHours(hours) }, default);
        }

        await store.WebhookSources.AddAsync(Source("other", "zeta"), default);

        Assert.Equal(["b", "c", "a"], (await store.WebhookSources.ListAsync("acme", default)).Select(source => source.Id));
    }

    [SkippableFact]
    public async Task Only_its_tenant_removes_a_source_and_only_once()
    {
        await using var store = await OpenAsync();
        await store.WebhookSources.AddAsync(Source("a1", "acme"), default);

        Assert.False(await store.WebhookSources.RemoveAsync("zeta", "a1", default));
        Assert.NotNull(await store.WebhookSources.FindAsync("a1", default));
        Assert.True(await store.WebhookSources.RemoveAsync("acme", "a1", default));
        Assert.False(await store.WebhookSources.RemoveAsync("acme", "a1", default));
        Assert.Null(await store.WebhookSources.FindAsync("a1", default));
    }

    [SkippableFact]
    public async Task A_source_is_renamed_and_its_secret_changed_by_its_tenant_alone()
    {
        await using var store = await OpenAsync();
        await store.WebhookSources.AddAsync(Source("a1", "acme") with { Sender = "news@acme.example" }, default);
        var saved = Source("a1", "acme") with { Name = "other", Secret = "new", EarlierSecret = "secret", EarlierUntil = Some.Noon.AddDays(1) };

        Assert.False(await store.WebhookSources.SaveAsync(saved with { TenantId = "zeta" }, default));
        Assert.True(await store.WebhookSources.SaveAsync(saved, default));
        Assert.Equal(saved, await store.WebhookSources.FindAsync("a1", default));
        Assert.True(await store.WebhookSources.SaveAsync(saved with { EarlierSecret = null, EarlierUntil = null }, default));
        Assert.Equal(saved with { EarlierSecret = null, EarlierUntil = null }, await store.WebhookSources.FindAsync("a1", default));
    }

    [SkippableFact]
    public async Task Traffic_adds_up_by_day_outcome_and_cause_and_days_gone_by_are_dropped()
    {
        await using var store = await OpenAsync();
        var today = DateOnly.FromDateTime(Some.Noon.UtcDateTime);
        var count = new WebhookCount("a1", today, WebhookOutcome.Rejected, "recipient", 2, Some.Noon);

        await store.WebhookTraffic.AddAsync([count, count with { SourceId = "b2" }, count with { Day = today.AddDays(-30) }], [], today.AddDays(-30), default);
        var more = count with { Count = 3, LastAt = Some.Noon.AddHours(-1) };
        await store.WebhookTraffic.AddAsync([more, count with { Outcome = WebhookOutcome.Accepted, Cause = "" }], [], today.AddDays(-29), default);

        Assert.Equal(
            [count with { Outcome = WebhookOutcome.Accepted, Cause = "" }, count with { Count = 5 }],
            (await store.WebhookTraffic.FindAsync("a1", default)).Counts);
    }

    [SkippableFact]
    public async Task The_last_ten_refusals_are_kept_the_latest_first_and_go_with_their_source()
    {
        await using var store = await OpenAsync();
        await store.WebhookSources.AddAsync(Source("a1", "acme"), default);
        var refusals = Enumerable.Range(0, IWebhookTrafficStore.Refusals + 1)
            .Select(minute => new WebhookRefusal("a1", Some.Noon.AddMinutes(minute), WebhookOutcome.Refused, "signature", $"{minute}")).ToList();

        await store.WebhookTraffic.AddAsync([], refusals[..6], DateOnly.MinValue, default);
        await store.WebhookTraffic.AddAsync([], refusals[6..], DateOnly.MinValue, default);

        Assert.Equal(refusals[1..].AsEnumerable().Reverse(), (await store.WebhookTraffic.FindAsync("a1", default)).Refusals);
        Assert.True(await store.WebhookSources.RemoveAsync("acme", "a1", default));
        Assert.Empty((await store.WebhookTraffic.FindAsync("a1", default)).Refusals);
    }

    private static WebhookSource Source(string id, string tenant) => new(id, tenant, "mailgun", "newsletter", "secret", null, Some.Noon);
}
