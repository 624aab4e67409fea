using MailStats.Contracts;
using MailStats.Mail.Statistics;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Sqlite.Database;
using MailStats.TestSupport;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace MailStats.Stores.Tests.Sqlite;

/// <summary>What is damaged is named, and does not stop what is not.</summary>
public sealed class SqliteDamageTests
{
    private static readonly TimeRange Day = new(Some.Noon.AddHours(-12), Some.Noon.AddHours(12));

    [Fact]
    public async Task A_damaged_delivery_is_named_and_set_aside_by_a_repair()
    {
        await using var store = new TemporaryStore();
        await store.Deliveries.ApplyAsync([Some.Delivered("m1"), Some.Delivered("m2"), Some.HardBounce("m3")], default);
        await ChangeAsync(store.Files.Statistics, "UPDATE deliveries SET state = x'02ff' WHERE id = (SELECT min(id) FROM deliveries WHERE reason IS NULL)");
        await ChangeAsync(store.Files.Statistics, "UPDATE deliveries SET state = x'' WHERE reason IS NOT NULL");

        var found = await store.Verification.VerifyAsync(repair: false, default);
        Assert.Equal(2, found.Examples.Count(example => example.Contains("of tenant acme: its state cannot be read", StringComparison.Ordinal)));
        Assert.True(found.Differences >= 2);

        Assert.True((await store.Verification.VerifyAsync(repair: true, default)).Repaired);

        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
        Assert.Equal(1, (await store.Statistics.SumAsync(new("acme"), Day, default)).Recipients);
        Assert.Equal(2L, Scalar(store.Files.Statistics.File, "SELECT count(DISTINCT key) FROM damaged_deliveries"));
        Assert.Equal(1L, Scalar(store.Files.Statistics.File, "SELECT count(*) FROM delivery_keys"));

        // What comes next of a delivery that was set aside begins it anew.
        await store.Deliveries.ApplyAsync([Some.Delivered("m1"), Some.Delivered("m2"), Some.HardBounce("m3")], default);
        Assert.Equal(3, (await store.Statistics.SumAsync(new("acme"), Day, default)).Recipients);
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
    }

    [Theory]
    [InlineData("x'ff'")]
    [InlineData("x'ffffffffffffffffffffff00'")]
    [InlineData("x'f2f2f20101'")]
    public async Task A_damaged_sheet_of_the_second_ledger_is_named_and_counted_again_by_a_repair(string bytes)
    {
        await using var store = new TemporaryStore();
        await store.Deliveries.ApplyAsync([Some.Delivered("m1"), Some.HardBounce("m2")], default);
        var before = await AttemptsAsync();
        await ChangeAsync(store.Files.Statistics, $"UPDATE tallies SET sheet = {bytes} WHERE id = (SELECT min(id) FROM tallies)");

        var found = await store.Verification.VerifyAsync(repair: false, default);
        Assert.Contains(found.Examples, example => example.EndsWith(" cannot be read", StringComparison.Ordinal)
            && example.StartsWith("tallies of tenant acme from ", StringComparison.Ordinal));

        Assert.True((await store.Verification.VerifyAsync(repair: true, default)).Repaired);

        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
        Assert.Equal(before, await AttemptsAsync());

        async Task<List<string>> AttemptsAsync()
        {
            var rows = new List<string>();
            await store.Attempts.ReadAsync(new("acme"), Day, row => rows.Add($"{row.Start:O} {row.Length} {row.Key} {row.Attempts} {row.First}"), default);

            return [.. rows.Order(StringComparer.Ordinal)];
        }
    }

    [Fact]
    public async Task A_damaged_row_of_the_journal_is_named_and_the_others_are_replayed()
    {
        await using var store = new TemporaryStore();
        var batches = Enumerable.Range(0, 3).Select(_ => new DeliveriesReported { BatchId = Guid.NewGuid(), ReceivedAt = Some.Noon, Deliveries = [] }).ToList();
        await store.Journal.AppendAsync(batches, default);
        await ChangeAsync(store.Files.Intake, "UPDATE batches SET content = x'7b22' WHERE id = 2");

        var found = await store.Journal.VerifyAsync(repair: false, default);
        Assert.Equal((2, 1), (found.Batches, found.DamagedCount));
        Assert.StartsWith(
            $"intake journal: batch {Convert.ToHexString(batches[1].BatchId.ToByteArray())}, row 2: ", Assert.Single(found.Damaged), StringComparison.Ordinal);
        Assert.Empty(await store.Journal.QuarantinedAsync(default));

        Assert.Equal([batches[0].BatchId, batches[2].BatchId], await store.Journal.ReadAllAsync(default).Select(batch => batch.BatchId).ToListAsync());

        Assert.StartsWith("The row is damaged", Assert.Single(await store.Journal.QuarantinedAsync(default)).Reason, StringComparison.Ordinal);
        Assert.Equal(0, (await store.Journal.VerifyAsync(repair: false, default)).DamagedCount);
    }

    [Fact]
    public async Task A_repair_sets_damaged_rows_of_the_journal_aside()
    {
        await using var store = new TemporaryStore();
        await store.Journal.AppendAsync([new() { BatchId = Guid.NewGuid(), ReceivedAt = Some.Noon, Deliveries = [] }], default);
        await ChangeAsync(store.Files.Intake, "UPDATE batches SET content = x'', batch = x'00'");

        Assert.Equal(1, (await store.Journal.VerifyAsync(repair: true, default)).DamagedCount);

        Assert.Single(await store.Journal.QuarantinedAsync(default));
        Assert.Equal(0, (await store.Journal.VerifyAsync(repair: false, default)).DamagedCount);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Statistics_that_are_gone_beside_a_journal_are_no_new_store(bool emptied)
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "statistics.db");

        await using (var store = new TemporaryStore(folder: folder.Path))
        {
            await store.Deliveries.ApplyAsync([Some.Delivered()], default);
            await store.Journal.RemoveAsync([Guid.Empty], default);
        }

        File.Delete(file);

        if (emptied)
        {
            await File.WriteAllBytesAsync(file, []);
        }

        await using var files = new SqliteFiles(Options.Create(new StorageOptions { Path = folder.Path }));
        var refusal = await Assert.ThrowsAsync<StorageUnavailableException>(() => files.StartAsync(default));

        Assert.Contains(emptied ? "is empty" : "is missing", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(emptied, File.Exists(file));
    }

    [Fact]
    public async Task A_folder_is_made_for_its_owner_alone()
    {
        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Path, "new", "data");
        await using var files = new SqliteFiles(Options.Create(new StorageOptions { Path = data }));

        await files.StartAsync(default);

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(data));
        }
    }

    [Fact]
    public async Task The_fault_of_one_change_fails_that_change_alone()
    {
        await using var store = new TemporaryStore();
        var database = store.Files.Statistics;
        using var held = new ManualResetEventSlim();
        var first = database.WriteAsync(
            _ =>
            {
                held.Wait();

                return true;
            },
            default);

        // All three wait for the writer and go into one transaction.
        var good = ChangeAsync(database, "INSERT INTO probe (id, at) VALUES (1, 1) ON CONFLICT DO NOTHING");
        var bad = ChangeAsync(database, "INSERT INTO no_such_table VALUES (1)");
        var alsoGood = ChangeAsync(database, "UPDATE probe SET at = 2");
        held.Set();

        await first;
        await good;
        await Assert.ThrowsAsync<SqliteException>(() => bad);
        await alsoGood;
        Assert.Equal(2L, Scalar(database.File, "SELECT at FROM probe"));
    }

    [Fact]
    public async Task A_look_up_that_was_under_way_does_not_bring_a_revoked_key_back()
    {
        await using var store = new TemporaryStore();

        for (var round = 0; round < 100; round++)
        {
            var made = await store.Keys.CreateAsync("acme", new("test", [Scopes.Read], [], null), default);
            using var start = new Barrier(3);
            var finding = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
            {
                start.SignalAndWait();

                for (var times = 0; times < 20; times++)
                {
                    await store.Keys.FindAsync(made.Key, default);
                }
            })).ToList();
            start.SignalAndWait();
            await store.Keys.RevokeAsync("acme", made.Stored.Id, default);
            await Task.WhenAll(finding);

            Assert.Null(await store.Keys.FindAsync(made.Key, default));
        }
    }

    private static Task<bool> ChangeAsync(SqliteDatabase database, string sql) => database.WriteAsync(
        session =>
        {
            session.Execute(sql);

            return true;
        },
        default);

    private static object? Scalar(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;

        return command.ExecuteScalar();
    }
}
