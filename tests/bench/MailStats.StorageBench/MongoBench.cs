using System.Globalization;
using MailStats.Mail.Statistics;
using MailStats.MongoStandIn;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Lists;
using MailStats.Stores.MongoDb.Search;
using MailStats.Stores.MongoDb.Statistics;
using MailStats.Stores.Statistics;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.StorageBench;

/// <summary>
/// On the stand-in for MongoDB, whose times say nothing: what a delivery takes there by part, and for each read of the dashboard the rows
/// that the server looks at and the bytes that come over.
/// </summary>
internal static class MongoBench
{
    private const string Database = "bench";
    private const int Domains = 1_000;

    private static readonly StatisticsScope Tenant = new(Traffic.Tenant);

    public static async Task<int> RunAsync(long deliveries, int days, CancellationToken cancellationToken)
    {
        var time = new AdvancedTime();
        await using var server = StandIn.Start(new(), TimeProvider.System);
        using var host = StoreHost.StartOnMongoDb(server.ConnectionString, Database, time);
        var store = host.Services.GetRequiredService<IDeliveryStore>();

        foreach (var batch in new Traffic(deliveries, Domains, StoreHost.Start30DaysAgo, days: days).Batches(2_000))
        {
            await store.ApplyAsync(batch, cancellationToken);
        }

        await IndexAsync(host.Services.GetRequiredService<MongoSearchIndexer>(), time, cancellationToken);
        await FoldAsync(host.Services.GetRequiredService<MongoRollupFolding>(), time, cancellationToken);

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{deliveries:N0} deliveries of {days} days, bytes a delivery before compression"));
        Console.WriteLine("                               rows  documents  indexes");
        var (documents, indexes) = (0L, 0L);

        foreach (var collection in server.Collections.Where(name => server.Rows(name) > 0))
        {
            var bytes = server.Bytes(collection);
            (documents, indexes) = (documents + bytes.Documents, indexes + bytes.Indexes);
            Print(collection[(Database.Length + 1)..], server.Rows(collection), bytes.Documents, bytes.Indexes);
        }

        Print("in all", 0, documents, indexes);
        await ReadAsync(server, host.Services, cancellationToken);

        return 0;

        void Print(string what, long rows, long documents, long indexes) => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{what,-22} {rows,12:N0} {(double)documents / deliveries,10:F1} {(double)indexes / deliveries,8:F1}"));
    }

    /// <summary>Brings the search index up, and removes the parts that were merged into others, as upkeep does ten minutes later.</summary>
    private static async Task IndexAsync(MongoSearchIndexer indexer, AdvancedTime time, CancellationToken cancellationToken)
    {
        while (await indexer.StepAsync(cancellationToken) > 0)
        {
        }

        time.Ahead = TimeSpan.FromMinutes(11);
        await indexer.TidyAsync(cancellationToken);
    }

    /// <summary>Puts rows of writers together, as upkeep does when a day is over.</summary>
    private static async Task FoldAsync(MongoRollupFolding folding, AdvancedTime time, CancellationToken cancellationToken)
    {
        time.Ahead += TimeSpan.FromDays(1);

        while (await folding.FoldAsync(cancellationToken) > 0)
        {
        }
    }

    private static async Task ReadAsync(StandIn server, IServiceProvider services, CancellationToken cancellationToken)
    {
        var statistics = services.GetRequiredService<IStatisticsStore>();
        var log = services.GetRequiredService<IDeliveryLog>();
        // Days of +05:45.
        var end = StoreHost.Start30DaysAgo.AddDays(29).AddMinutes(15 * 73);
        var month = new TimeRange(end.AddDays(-30), end);
        Console.WriteLine("                                rows read        bytes");

        await MeasureAsync("overview, 30 days", () => statistics.SumAsync(Tenant, month, cancellationToken));
        await MeasureAsync("timeline, 30 days by hour", () => statistics.BucketsAsync(Tenant, month, cancellationToken));
        await MeasureAsync("timeline, 3 years by day", () => statistics.IntervalsAsync(Tenant, ReadBench.Midnights(end, 3 * 365), cancellationToken));
        await MeasureAsync("all domains, 30 days", () => statistics.DomainsAsync(Traffic.Tenant, month, cancellationToken));
        await MeasureAsync("providers, 30 days", () => statistics.ProvidersAsync(Tenant, month, cancellationToken));
        await MeasureAsync("bounce reasons, 30 days", () => statistics.ReasonsAsync(Tenant, month, 10, cancellationToken));
        await MeasureAsync("last 10 activities", () => log.ActivitiesAsync(new() { Scope = Tenant, Limit = 10 }, cancellationToken));
        await MeasureAsync("last 50 error events", () => log.ErrorEventsAsync(new() { Scope = Tenant, Limit = 50 }, cancellationToken));

        async Task MeasureAsync(string what, Func<Task> read)
        {
            await read();
            var (rows, bytes) = (long.MaxValue, long.MaxValue);

            // The least of some: upkeep reads beside.
            for (var turn = 0; turn < 3; turn++)
            {
                var before = server.Read;
                await read();
                var after = server.Read;
                (rows, bytes) = (Math.Min(rows, after.Rows - before.Rows), Math.Min(bytes, after.Bytes - before.Bytes));
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-28} {rows,12:N0} {bytes,12:N0}"));
        }
    }

    private sealed class AdvancedTime : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }
}
