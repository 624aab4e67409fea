using MailStats.TestSupport;

namespace MailStats.Stores.Tests.Sqlite;

/// <summary>A file of the last schema without a second ledger.</summary>
public sealed class SqliteTallyMoveTests
{
    private const string NothingCounted = "DELETE FROM tallies";

    [Fact]
    public async Task Deliveries_of_an_older_file_are_counted_when_it_is_opened()
    {
        using var folder = new TemporaryFolder();
        var before = await FillAsync(folder, NothingCounted, "CREATE TABLE tallied (upto INTEGER NOT NULL)", "INSERT INTO tallied VALUES (0)");

        await using var store = new TemporaryStore(folder: folder.Path);

        Assert.Equal(before, await store.DumpAsync());
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
    }

    [Fact]
    public async Task A_start_that_was_killed_goes_on_where_it_was()
    {
        using var folder = new TemporaryFolder();
        var before = await FillAsync(
            folder,
            "DELETE FROM tallies WHERE id > 1",
            "CREATE TABLE tallied (upto INTEGER NOT NULL)",
            "INSERT INTO tallied SELECT 10001");

        await using var store = new TemporaryStore(folder: folder.Path);

        Assert.Equal(before, await store.DumpAsync());
    }

    [Fact]
    public async Task A_damaged_delivery_is_left_for_verification()
    {
        using var folder = new TemporaryFolder();
        await FillAsync(
            folder,
            NothingCounted,
            "UPDATE deliveries SET state = x'01ff' WHERE id = 5",
            "CREATE TABLE tallied (upto INTEGER NOT NULL)",
            "INSERT INTO tallied VALUES (0)");

        await using var store = new TemporaryStore(folder: folder.Path);
        var mended = await store.Verification.VerifyAsync(repair: true, default);

        Assert.True(mended.Repaired);
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
    }

    /// <summary>One more than are counted at once, and then some.</summary>
    private static async Task<IReadOnlyList<string>> FillAsync(TemporaryFolder folder, params string[] statements)
    {
        await using var store = new TemporaryStore(folder: folder.Path);
        await store.Deliveries.ApplyAsync([.. Enumerable.Range(0, 10_001).Select(number => Some.Deferral($"m{number}"))], default);
        await store.Deliveries.ApplyAsync([Some.Accepted("late"), Some.Delivered("late", at: Some.Noon.AddSeconds(3))], default);
        var dump = await store.DumpAsync();
        await store.Files.Statistics.WriteAsync(
            session =>
            {
                Array.ForEach(statements, session.Execute);
                return true;
            },
            default);

        return dump;
    }
}
