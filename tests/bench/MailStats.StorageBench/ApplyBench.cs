using System.Diagnostics;
using System.Globalization;
using MailStats.Contracts;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Sqlite.Search;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.StorageBench;

internal static class ApplyBench
{
    private const long Step = 1_000_000;

    public static async Task<int> RunAsync(
        DirectoryInfo folder, long deliveries, int days, int batch, bool apart, bool indexed, CancellationToken cancellationToken)
    {
        using var host = StoreHost.Start(folder, indexed: indexed);
        var store = host.Services.GetRequiredService<IDeliveryStore>();
        var process = Process.GetCurrentProcess();
        var watch = new Stopwatch();
        var events = 0L;
        var (stepEvents, stepTime, stepCpu) = (0L, TimeSpan.Zero, process.TotalProcessorTime);

        Console.WriteLine(FormattableString.Invariant($"{Environment.ProcessorCount} cores, batches of {batch} events, 2 events a delivery"));
        Console.WriteLine("deliveries  events/s  processor s per 1M events  file MB  resident MB");

        foreach (var some in new Traffic(deliveries, 1000, StoreHost.Start30DaysAgo, days: days).Batches(batch))
        {
            var batches = apart
                ? some.GroupBy(delivery => delivery.Event.Kind == DeliveryEventKind.Accepted).Select(group => group.ToList()).ToList()
                : [some];
            // Only the store's time counts, not the making of the mail.
            watch.Start();

            foreach (var one in batches)
            {
                await store.ApplyAsync(one, cancellationToken);
            }

            watch.Stop();
            events += some.Count;

            if (events / 2 / Step > (events - some.Count) / 2 / Step || events == deliveries * 2)
            {
                process.Refresh();
                var rate = (events - stepEvents) / (watch.Elapsed - stepTime).TotalSeconds;
                var cpu = (process.TotalProcessorTime - stepCpu).TotalSeconds / (events - stepEvents) * 1_000_000;
                var size = folder.EnumerateFiles("statistics.db*").Sum(file => file.Length) / 1_000_000;
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{events / 2,10:N0}  {rate,8:N0}  {cpu,25:F1}  {size,7:N0}  {process.WorkingSet64 / 1_000_000,11:N0}"));
                (stepEvents, stepTime, stepCpu) = (events, watch.Elapsed, process.TotalProcessorTime);
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"in all: {events / watch.Elapsed.TotalSeconds:N0} events/s"));

        if (indexed)
        {
            var rest = Stopwatch.StartNew();
            await host.Services.GetRequiredService<SqliteSearchIndexer>().CatchUpAsync(cancellationToken);
            process.Refresh();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"the index was {rest.Elapsed.TotalSeconds:F1} s behind; "
                + $"processor in all {process.TotalProcessorTime.TotalSeconds / events * 1_000_000:F1} s per 1M events"));
        }

        SearchBench.PrintBytes(host, deliveries);

        return 0;
    }
}
