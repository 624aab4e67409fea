using MailStats.Mail.Statistics;

namespace MailStats.Stores.Tests.Sqlite;

public sealed class SqliteFilesTests
{
    private static readonly TimeRange Day = new(Some.Noon.AddHours(-12), Some.Noon.AddHours(12));

    [SkippableFact]
    public async Task What_holds_addresses_is_made_for_its_owner_alone()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no such modes.");
        await using var store = new TemporaryStore();

        await store.Deliveries.ApplyAsync([Some.Delivered()], default);
        await store.Journal.RemoveAsync([Guid.Empty], default);

        var files = Directory.GetFiles(store.Folder);
        Assert.Contains(files, file => file.EndsWith("statistics.db-wal", StringComparison.Ordinal));
        Assert.Contains(files, file => file.EndsWith("intake.db", StringComparison.Ordinal));
        Assert.All(
            files,
            file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task Batches_of_every_size_around_that_of_a_statement_are_written_whole()
    {
        await using var store = new TemporaryStore();
        var expected = 0;

        foreach (var size in new[] { 1, 31, 32, 33, 64, 100 })
        {
            var events = Enumerable.Range(0, size)
                .Select(number => Some.Delivered($"m{size}-{number}", sender: $"shop{number}@shop{number % 40}.example"))
                .ToList();

            var applied = await store.Deliveries.ApplyAsync(events, default);
            var again = await store.Deliveries.ApplyAsync(events, default);

            expected += size;
            Assert.Equal((size, 0), (applied.Changed, again.Changed));
            Assert.Equal(expected, (await store.Statistics.SumAsync(new("acme"), Day, default)).Delivered);
        }

        Assert.Equal(
            (expected, 0L),
            await store.Verification.VerifyAsync(repair: false, default) is var report ? (report.Deliveries, report.Differences) : default);
    }

    [Fact]
    public async Task Texts_too_long_for_the_common_buffer_are_kept_whole()
    {
        await using var store = new TemporaryStore();
        var subject = new string('ö', 40_000);
        var events = Enumerable.Range(0, 40)
            .Select(number => Some.Event(Contracts.DeliveryEventKind.Delivered, $"m{number}", with: reported => reported with { Subject = subject + number }))
            .ToList();

        await store.Deliveries.ApplyAsync(events, default);

        var kept = (await store.Log.ActivitiesAsync(new() { Scope = new("acme"), Limit = 100 }, default)).Items.Select(item => item.Subject);
        Assert.Equal(events.Select(delivery => delivery.Event.Subject).Order(), kept.Order());
    }

    [Fact]
    public async Task Verification_mends_the_list_of_earlier_activities()
    {
        await using var store = new TemporaryStore();
        await store.Deliveries.ApplyAsync([Some.Delivered("m1"), Some.HardBounce("m1", at: Some.Noon.AddMinutes(5)), Some.Delivered("m2")], default);
        await store.Files.Statistics.WriteAsync(
            session =>
            {
                session.Execute("DELETE FROM earlier_activities");
                session.Execute(
                    "INSERT INTO earlier_activities (delivery, status, tenant, at) SELECT max(id), 6, tenant, at FROM deliveries");

                return true;
            },
            default);

        var spoilt = await store.Verification.VerifyAsync(repair: false, default);
        var mended = await store.Verification.VerifyAsync(repair: true, default);

        Assert.Equal(2, spoilt.Differences);
        Assert.True(mended.Repaired);
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
        Assert.Equal(3, (await store.Log.ActivitiesAsync(new() { Scope = new("acme"), Limit = 10 }, default)).Items.Count);
    }
}
