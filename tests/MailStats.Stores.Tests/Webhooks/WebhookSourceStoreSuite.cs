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

    private static WebhookSource Source(string id, string tenant) => new(id, tenant, "mailgun", "newsletter", "secret", null, Some.Noon);
}
