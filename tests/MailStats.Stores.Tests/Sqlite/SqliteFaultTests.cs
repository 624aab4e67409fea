using System.Diagnostics;
using MailStats.Contracts;
using MailStats.Mail.Statistics;
using MailStats.Stores.Sqlite.Database;
using MailStats.TestSupport;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MailStats.Stores.Tests.Sqlite;

public sealed class SqliteFaultTests
{
    private static readonly TimeRange Day = new(Some.Noon.AddHours(-12), Some.Noon.AddHours(12));

    [Fact]
    public async Task A_store_of_an_older_schema_is_upgraded_when_it_is_opened()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "statistics.db");
        var all = SqliteSchema.Statistics;

        await using (var old = new SqliteDatabase(file, all.UpTo(1), writerCacheKilobytes: 1024))
        {
            await old.WriteAsync(
                session =>
                {
                    session.Execute("INSERT INTO tenants (id, name, time_zone, created_at) VALUES ('acme', 'Acme', 'Etc/UTC', 0)");
                    return true;
                },
                default);
        }

        await using var store = new TemporaryStore(folder: folder.Path);
        await store.Deliveries.ApplyAsync([Some.Delivered()], default);

        Assert.True(all.Version > 1);
        Assert.Equal("Acme", (await store.Tenants.FindAsync("acme", default))!.Name);
        Assert.Equal(1, (await store.Statistics.SumAsync(new("acme"), Day, default)).Delivered);
    }

    [Fact]
    public async Task A_store_of_a_newer_schema_is_refused_and_left_alone()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "statistics.db");
        Execute(file, "PRAGMA journal_mode = WAL; PRAGMA user_version = 1000");
        var before = await File.ReadAllBytesAsync(file);
        await using var store = new TemporaryStore(folder: folder.Path);

        var refusal = Assert.Throws<InvalidOperationException>(store.Files.Statistics.EnsureReady);
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.Deliveries.ApplyAsync([Some.Delivered()], default));

        Assert.Contains("newer MailStats (schema 1000)", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task A_store_of_a_newer_schema_that_only_added_is_worked_on_as_it_is()
    {
        using var folder = new TemporaryFolder();
        await using (var store = new TemporaryStore(folder: folder.Path))
        {
            await store.Deliveries.ApplyAsync([Some.Delivered(recipient: "ann@example.net")], default);
            await store.Journal.AppendAsync([new() { BatchId = Guid.NewGuid(), ReceivedAt = Some.Noon, Deliveries = [] }], default);
        }

        var files = new[] { "statistics.db", "intake.db" }.Select(name => Path.Combine(folder.Path, name)).ToList();
        Execute(files[0], "ALTER TABLE deliveries ADD COLUMN of_tomorrow TEXT; CREATE TABLE of_tomorrow (id INTEGER PRIMARY KEY); PRAGMA user_version = 1000");
        Execute(files[1], "CREATE TABLE of_tomorrow (id INTEGER PRIMARY KEY); PRAGMA user_version = 1000");

        await using var old = new TemporaryStore(folder: folder.Path);
        await old.Deliveries.ApplyAsync([Some.Delivered(recipient: "ben@example.net")], default);
        await old.Journal.AppendAsync([new() { BatchId = Guid.NewGuid(), ReceivedAt = Some.Noon, Deliveries = [] }], default);

        Assert.Equal(2, (await old.Statistics.SumAsync(new("acme"), Day, default)).Delivered);
        Assert.All(files, file => Assert.Equal(1000, Number(file, "PRAGMA user_version")));
    }

    [Fact]
    public async Task A_store_that_a_newer_schema_closed_to_older_ones_is_refused()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "statistics.db");
        var known = SqliteSchema.Statistics.Version;
        await using (var store = new TemporaryStore(folder: folder.Path))
        {
            await store.Deliveries.ApplyAsync([Some.Delivered()], default);
        }

        Execute(file, $"UPDATE compatibility SET oldest = {known + 1}; PRAGMA user_version = {known + 2}");
        await using var old = new TemporaryStore(folder: folder.Path);

        var refusal = Assert.Throws<InvalidOperationException>(old.Files.Statistics.EnsureReady);

        Assert.Equal(
            $"{file} was written by a newer MailStats (schema {known + 2}); this one knows schema {known}. Run "
                + "the newer version, or restore a backup from before the upgrade.",
            refusal.Message);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_told_apart()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "statistics.db"), new string('x', 5000));
        await using var store = new TemporaryStore(folder: folder.Path);

        var error = await Assert.ThrowsAsync<StorageUnavailableException>(() => store.Deliveries.ApplyAsync([Some.Delivered()], default));

        Assert.Contains("damaged or no SQLite database", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_used_as_soon_as_it_can()
    {
        using var folder = new TemporaryFolder();
        var inTheWay = Path.Combine(folder.Path, "data");
        await File.WriteAllTextAsync(inTheWay, "");
        await using var store = new TemporaryStore(folder: inTheWay);
        var health = new SqliteHealthCheck(store.Files, TimeProvider.System);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => store.Deliveries.ApplyAsync([Some.Delivered()], default));
        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync(new(), default)).Status);

        File.Delete(inTheWay);

        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(new(), default)).Status);
        await store.Deliveries.ApplyAsync([Some.Delivered()], default);
    }

    [SkippableFact]
    public async Task A_full_disk_is_told_loses_nothing_and_is_recovered_from_without_a_restart()
    {
        using var folder = new TemporaryFolder();
        Skip.IfNot(
            OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder.Path),
            "Needs the right to mount a small file system.");

        try
        {
            await using var store = new TemporaryStore(folder: folder.Path);
            var health = new SqliteHealthCheck(store.Files, TimeProvider.System);
            var applied = 0;

            var error = await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
            {
                while (true)
                {
                    await store.Deliveries.ApplyAsync(Batch(applied), default);
                    applied++;
                }
            });

            Assert.Contains("No space is left", error.Message, StringComparison.Ordinal);
            Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync(new(), default)).Status);
            Assert.True(Run("mount", "-o", "remount,size=64m", folder.Path));
            Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(new(), default)).Status);
            await store.Deliveries.ApplyAsync(Batch(applied), default);
            Assert.Equal(200 * (applied + 1), (await store.Statistics.SumAsync(new("acme"), Day, default)).Delivered);
            Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
        }
        finally
        {
            Run("umount", folder.Path);
        }

        static List<ClassifiedDelivery> Batch(int number) => [.. Enumerable.Range(0, 200).Select(index => Some.Delivered($"m{number}-{index}"))];
    }

    [Fact]
    public async Task One_callers_fault_takes_nobody_else_down()
    {
        await using var store = new TemporaryStore();
        var file = store.Files.Statistics;
        await store.Deliveries.ApplyAsync([Some.Delivered("m0")], default);
        using var begun = new ManualResetEventSlim();
        using var held = new ManualResetEventSlim();

        // All of these wait behind the first, and so share a transaction.
        var first = file.WriteAsync(_ => { begun.Set(); held.Wait(); return true; }, default);
        begun.Wait();
        var good = store.Deliveries.ApplyAsync([Some.Delivered("m1")], default);
        var bad = file.WriteAsync<bool>(_ => throw new FormatException("a caller's own fault"), default);
        var goodToo = store.Deliveries.ApplyAsync([Some.Delivered("m2")], default);
        held.Set();

        await Assert.ThrowsAsync<FormatException>(() => bad);
        Assert.True(await first);
        Assert.Equal((1, 1), ((await good).Changed, (await goodToo).Changed));
        Assert.Equal(3, (await store.Statistics.SumAsync(new("acme"), Day, default)).Delivered);
    }

    [Fact]
    public async Task A_cancelled_caller_that_still_waits_changes_nothing()
    {
        await using var store = new TemporaryStore();
        using var begun = new ManualResetEventSlim();
        using var held = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();

        var first = store.Files.Statistics.WriteAsync(_ => { begun.Set(); held.Wait(); return true; }, default);
        begun.Wait();
        var waiting = store.Deliveries.ApplyAsync([Some.Delivered()], cancellation.Token);
        await cancellation.CancelAsync();
        held.Set();

        await first;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(default, await store.Statistics.SumAsync(new("acme"), Day, default));
    }

    [Fact]
    public async Task A_backup_made_while_mail_is_counted_is_whole()
    {
        await using var store = new TemporaryStore();
        using var folder = new TemporaryFolder();
        var copy = Path.Combine(folder.Path, "statistics.db");
        await store.Deliveries.ApplyAsync([.. Enumerable.Range(0, 500).Select(number => Some.Delivered($"m{number}"))], default);

        var more = Task.WhenAll(Enumerable.Range(0, 20).Select(number => store.Deliveries.ApplyAsync([Some.Delivered($"n{number}")], default)));
        Execute(store.Files.Statistics.File, $"VACUUM INTO '{copy}'");
        await more;

        await using var restored = new TemporaryStore(folder: folder.Path);
        Assert.Equal(0, (await restored.Verification.VerifyAsync(repair: false, default)).Differences);
        Assert.InRange((await restored.Statistics.SumAsync(new("acme"), Day, default)).Delivered, 500, 520);
    }

    private static void Execute(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static long Number(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;

        return (long)command.ExecuteScalar()!;
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();

        return process.ExitCode == 0;
    }
}
