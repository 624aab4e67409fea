namespace MailStats.Stores.Tests.Webhooks;

/// <summary>What every store promises about tokens that prove posts.</summary>
public abstract class WebhookTokenStoreSuite<TStores>
    where TStores : IStoresOpener
{
    private static readonly Guid First = new("11111111-1111-1111-1111-111111111111");
    private static readonly Guid Second = new("22222222-2222-2222-2222-222222222222");

    private static Task<OpenedStores> OpenAsync() => TStores.OpenAsync();

    [SkippableFact]
    public async Task A_token_proves_the_first_content_and_repetitions_of_it()
    {
        await using var store = await OpenAsync();

        Assert.True(await Use(store, First, First));
        Assert.True(await Use(store, First, First));
        Assert.False(await Use(store, First, Second));
        Assert.True(await Use(store, Second, Second));
    }

    [SkippableFact]
    public async Task Another_process_knows_it_too()
    {
        await using var store = await OpenAsync();
        Assert.True(await Use(store, First, First));
        await using var another = store.Another(null);

        Assert.False(await Use(another, First, Second));
        Assert.True(await Use(another, First, First));
    }

    [SkippableFact]
    public async Task Of_many_at_once_one_content_wins()
    {
        await using var store = await OpenAsync();
        var contents = Enumerable.Range(0, 16).Select(_ => Guid.NewGuid()).ToList();

        var won = await Task.WhenAll(contents.Select(content => Task.Run(() => Use(store, First, content))));

        Assert.Single(won, used => used);
        Assert.True(await Use(store, First, contents[Array.IndexOf(won, true)]));
    }

    [SkippableFact]
    public async Task What_has_not_expired_is_not_forgotten_however_many_have()
    {
        await using var store = await OpenAsync();
        Assert.True(await store.WebhookTokens.UseAsync(First, First, Some.Noon, Some.Noon.AddHours(24), default));

        for (var number = 0; number < 50; number++)
        {
            await store.WebhookTokens.UseAsync(Guid.NewGuid(), First, Some.Noon, Some.Noon.AddHours(-1), default);
        }

        Assert.False(await store.WebhookTokens.UseAsync(First, Second, Some.Noon.AddHours(23), Some.Noon.AddHours(47), default));
    }

    private static Task<bool> Use(OpenedStores store, Guid token, Guid content) =>
        store.WebhookTokens.UseAsync(token, content, Some.Noon, Some.Noon.AddHours(24), default);
}
