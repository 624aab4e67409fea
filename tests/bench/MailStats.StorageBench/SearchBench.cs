using System.Diagnostics;
using System.Globalization;
using MailStats.Mail.Lists;
using MailStats.Mail.Search;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Lists;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Search;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MailStats.StorageBench;

/// <summary>What a search costs: found once, never, often, by common words, by a phrase, by ids.</summary>
internal static class SearchBench
{
    private const int Rounds = 200;
    private const int Limit = 50;
    private const int Domains = 1_000;

    public static async Task<int> RunAsync(DirectoryInfo folder, long deliveries, CancellationToken cancellationToken)
    {
        using var host = StoreHost.Start(folder);
        var indexer = host.Services.GetRequiredService<SqliteSearchIndexer>();
        var log = host.Services.GetRequiredService<IDeliveryLog>();
        var traffic = new Traffic(deliveries, Domains, StoreHost.Start30DaysAgo, searched: true);

        if (indexer.LastDelivery() == 0)
        {
            var store = host.Services.GetRequiredService<IDeliveryStore>();

            foreach (var batch in traffic.Batches(5_000))
            {
                await store.ApplyAsync(batch, cancellationToken);
            }
        }

        await indexer.CatchUpAsync(cancellationToken);
        PrintBytes(host, deliveries);
        var random = new Random(1);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores, {deliveries:N0} deliveries, pages of {Limit}, {Rounds} rounds, milliseconds"));
        Console.WriteLine("                                            found      p50      p99      max");

        long Any() => random.NextInt64(deliveries);

        await MeasureAsync("an address that stands once or so", () => traffic.Batch(Any(), 1)[0].Event.Recipient);
        await MeasureAsync("an address that never stands", () => $"nobody{Any()}@company8.test");
        await MeasureAsync("an address that stands 10,000 times", () => Traffic.Busy);
        await MeasureAsync("a domain that has half of all", () => "@gmail.test");
        await MeasureAsync("two common words together", () => "order news");
        await MeasureAsync("two common words, never together", () => "from:news reply:billing");
        await MeasureAsync("two common words, of one delivery in 60", () => "from:billing reply:exist to:yahoo");
        await MeasureAsync("a word that never stands", () => $"zebra{Any()}");
        await MeasureAsync("a beginning of every recipient", () => "to:user");
        await MeasureAsync("a subject phrase", () => $"subject:\"order {Traffic.QueueId(Any())}\"");
        await MeasureAsync("a subject phrase of common words", () => "subject:\"your order\"");
        await MeasureAsync("a queue id", () => "queue:" + Traffic.QueueId(Any()));
        await MeasureAsync("a message id", () => "id:" + traffic.Batch(Any(), 1)[0].Event.MessageId);

        return 0;

        async Task MeasureAsync(string what, Func<string> search)
        {
            var times = new List<double>(Rounds);
            var found = 0;

            for (var round = -3; round < Rounds; round++)
            {
                var query = SearchQuery.Parse(search(), out var problem) ?? throw new InvalidOperationException(problem);
                var start = Stopwatch.GetTimestamp();
                found = (await log.DeliveriesAsync(new DeliveryQuery { Scope = new(Traffic.Tenant), Limit = Limit, Search = query }, cancellationToken)).Items.Count;

                if (round >= 0)
                {
                    times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
            }

            times.Sort();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{what,-42}  {found,5}  {times[Rounds / 2],7:F2}  {times[Rounds * 99 / 100],7:F2}  {times[^1],7:F2}"));
        }
    }

    /// <summary>Bytes of pages in use, by what they are used for.</summary>
    public static void PrintBytes(IHost host, long deliveries)
    {
        var files = host.Services.GetRequiredService<SqliteFiles>();
        var all = 0.0;

        foreach (var (database, name) in new[] { (files.Statistics, "statistics.db"), (files.Search, "search.db") })
        {
            foreach (var (part, bytes) in database.Read(Parts))
            {
                all += (double)bytes / deliveries;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-14} {part,-32} {(double)bytes / deliveries,8:F1} bytes a delivery"));
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"in all",-47} {all,8:F1} bytes a delivery"));
    }

    private static List<(string Part, long Bytes)> Parts(SqliteSession session)
    {
        var parts = new List<(string, long)>();
        var rows = session.Prepare("SELECT name, sum(pgsize) FROM dbstat GROUP BY name HAVING sum(pgsize) > 1000000 ORDER BY 2 DESC");

        while (rows.Step())
        {
            parts.Add((rows.Text(0), rows.Long(1)));
        }

        var free = session.Prepare("SELECT freelist_count * page_size FROM pragma_freelist_count(), pragma_page_size()");
        free.Step();
        parts.Add(("(free pages)", free.Long(0)));
        free.Reset();

        return parts;
    }
}
