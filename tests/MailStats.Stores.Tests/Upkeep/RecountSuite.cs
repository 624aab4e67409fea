namespace MailStats.Stores.Tests.Upkeep;

/// <summary>What every store promises about figures that an upgrade newly counts.</summary>
public abstract class RecountSuite<TStores>
    where TStores : IStoresOpener
{
    [SkippableFact]
    public async Task A_new_store_has_nothing_to_count_again()
    {
        await using var store = await TStores.OpenAsync(null);
        await store.Deliveries.ApplyAsync([Some.Delivered("m1")], default);

        Assert.False(await store.Verification.IsRecountDueAsync(default));
    }

    [SkippableFact]
    public async Task What_an_older_release_has_filled_is_counted_again_once()
    {
        await using var older = await TStores.OpenAsync(null);
        await older.Deliveries.ApplyAsync([Some.Delivered("m1")], default);
        var right = await FiguresAsync(older);
        await older.SpoilAsync();
        await older.MarkOlderAsync();
        await using var store = older.Another();

        Assert.True(await store.Verification.IsRecountDueAsync(default));
        await store.Verification.VerifyAsync(repair: false, default);
        Assert.True(await store.Verification.IsRecountDueAsync(default));
        Assert.True((await store.Verification.VerifyAsync(repair: true, default)).Repaired);

        Assert.False(await store.Verification.IsRecountDueAsync(default));
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
        Assert.Equal(right, await FiguresAsync(store));
    }

    /// <summary>All but the quota counters, which have a verification of their own.</summary>
    private static async Task<IReadOnlyList<string>> FiguresAsync(OpenedStores store) =>
        [.. (await store.DumpAsync()).Where(line => !line.StartsWith("quota|", StringComparison.Ordinal))];
}
