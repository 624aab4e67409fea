using System.Text.Json;
using MailStats.Contracts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;
using MailStats.Mail.Tests.Deliveries;
using MailStats.Stores.Sqlite.Database;
using MailStats.TestSupport;

namespace MailStats.Stores.Tests.Sqlite;

/// <summary>A file of the last schema that kept states in layout 1.</summary>
public sealed class SqliteMoveTests
{
    private const int Copies = 7_000;

    private static readonly TimeRange Day = new(Some.Noon.AddHours(-12), Some.Noon.AddHours(12));

    [Fact]
    public async Task Deliveries_of_an_older_file_are_moved_when_it_is_opened()
    {
        using var folder = new TemporaryFolder();
        await FillAsync(folder);
        await using var store = new TemporaryStore(folder: folder.Path);

        var mended = await store.Verification.VerifyAsync(repair: true, default);
        var report = await store.Verification.VerifyAsync(repair: false, default);
        var shown = await store.Log.ErrorEventsAsync(new() { Scope = new("acme"), Limit = 10 }, default);

        // More than are moved at once. Nothing was counted in that file: all that differs is mended.
        Assert.Equal((2 * Copies, 2 * Copies, 0L), (mended.Deliveries, report.Deliveries, report.Differences));
        var counted = await store.Statistics.SumAsync(new("acme"), Day, default);
        Assert.Equal((2 * Copies, Copies, Copies), (counted.Recipients, counted.Delivered, counted.HardBounces));
        Assert.All(shown.Items, item => Assert.Equal(("user_unknown", 3, true), (item.Reason, item.Attempts, item.Hard)));
        Assert.Contains("no such user", shown.Items[0].Detail, StringComparison.Ordinal);
        Assert.Equal(0, store.Files.Statistics.Read(session => Count(session, "sqlite_schema WHERE name = 'deliveries_before'")));
    }

    [Fact]
    public async Task An_event_of_a_moved_delivery_finds_it()
    {
        using var folder = new TemporaryFolder();
        await FillAsync(folder);
        await using var store = new TemporaryStore(folder: folder.Path);
        var before = await store.Verification.VerifyAsync(repair: true, default);

        await store.Deliveries.ApplyAsync([Some.Delivered("tried-3", at: Some.Noon.AddHours(3))], default);

        Assert.Equal(before.Deliveries, (await store.Verification.VerifyAsync(repair: false, default)).Deliveries);
        Assert.Equal(Copies + 1, (await store.Statistics.SumAsync(new("acme"), Day, default)).Delivered);
    }

    [Fact]
    public async Task What_is_damaged_is_set_aside_and_the_rest_is_moved()
    {
        using var folder = new TemporaryFolder();
        await FillAsync(folder, "UPDATE deliveries SET state = x'01ff' WHERE id <= 10000 OR id = (SELECT max(id) FROM deliveries)");
        await using var store = new TemporaryStore(folder: folder.Path);

        Assert.Equal((2 * Copies) - 10_001, (await store.Verification.VerifyAsync(repair: true, default)).Deliveries);
        Assert.Equal(10_001, store.Files.Statistics.Read(session => Count(session, "damaged_deliveries WHERE message_key IS NOT NULL AND state = x'01ff'")));
        Assert.Equal(0, store.Files.Statistics.Read(session => Count(session, "sqlite_schema WHERE name = 'deliveries_before'")));
    }

    /// <summary>As a start that was killed between two steps leaves it.</summary>
    [Fact]
    public async Task A_move_that_was_cut_off_goes_on()
    {
        using var folder = new TemporaryFolder();
        await FillAsync(folder);

        await using (var half = new SqliteDatabase(FileIn(folder), Scripts(SqliteSchema.Statistics.Version), writerCacheKilobytes: 1024))
        {
            await half.WriteAsync(session => SqliteMove.Move(session), default);
            Assert.Equal(10_000, half.Read(session => Count(session, "deliveries")));
        }

        await using var store = new TemporaryStore(folder: folder.Path);

        Assert.Equal(2 * Copies, (await store.Verification.VerifyAsync(repair: true, default)).Deliveries);
        Assert.Equal(2 * Copies, store.Files.Statistics.Read(session => Count(session, "delivery_keys")));
    }

    private static string FileIn(TemporaryFolder folder) => Path.Combine(folder.Path, "statistics.db");

    private static SqliteSchema Scripts(int version) => SqliteSchema.Statistics.UpTo(version);

    private static async Task FillAsync(TemporaryFolder folder, string? change = null)
    {
        await using var old = new SqliteDatabase(FileIn(folder), Scripts(14), writerCacheKilobytes: 1024);
        await old.WriteAsync(
            session =>
            {
                foreach (var (id, cause) in new[] { (1, Some.MailboxFull), (2, Some.UserUnknown) })
                {
                    session.Prepare("INSERT INTO classifications (id, content) VALUES (?1, ?2)")
                        .Bind(1, id).Bind(2, JsonSerializer.Serialize(cause, ClassificationJson.Default.Classification))
                        .Execute();
                }

                var tenant = session.Names.TenantOf("acme");

                for (var number = 0; number < Copies; number++)
                {
                    Add(session, tenant, $"tried-{number}", OldStates.Tried);
                    Add(session, tenant, $"turned-{number}", OldStates.Turned);
                }

                if (change is not null)
                {
                    session.Execute(change);
                }

                return true;
            },
            default);
    }

    private static void Add(SqliteSession session, long tenant, string key, string state) =>
        session.Prepare("INSERT INTO deliveries (tenant, message_key, recipient, at, status, state) VALUES (?1, ?2, 'ann@example.net', 0, 0, ?3)")
            .Bind(1, tenant).Bind(2, key).Bind(3, Convert.FromHexString(state))
            .Execute();

    private static int Count(SqliteSession session, string table)
    {
        var row = session.Prepare($"SELECT count(*) FROM {table}");
        row.Step();
        var count = row.Int(0);
        row.Reset();

        return count;
    }
}
