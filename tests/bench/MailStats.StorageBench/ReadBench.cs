using System.Diagnostics;
using System.Globalization;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Search;
using MailStats.Mail.Statistics;
using MailStats.Stores.Administration;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Lists;
using MailStats.Stores.Statistics;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.StorageBench;

/// <summary>What the calls of the dashboard cost on a store that <c>apply</c> has filled, in a random zone's days each time.</summary>
internal static class ReadBench
{
    /// <summary>So many that what is measured is the compiled program, and most of what is read was read before.</summary>
    private const int Rounds = 2_000;

    private const int Trails = 2_000;

    private static readonly StatisticsScope Tenant = new(Traffic.Tenant);

    public static async Task<int> RunAsync(DirectoryInfo folder, CancellationToken cancellationToken)
    {
        using var host = StoreHost.Start(folder);
        var statistics = host.Services.GetRequiredService<IStatisticsStore>();
        var log = host.Services.GetRequiredService<IDeliveryLog>();
        var random = new Random(1);
        var all = await statistics.SumAsync(Tenant, Days(30, random), cancellationToken);

        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                    $"{Environment.ProcessorCount} cores, {all.Recipients:N0} recipients of 30 days, {Rounds} "
                    + $"rounds, milliseconds; processor: the mean, which other programs' work does not touch"));
        Console.WriteLine("                              p50      p99      max  processor    first");

        await MeasureAsync("overview, 30 days", async () =>
        {
            var range = Days(30, random);
            await statistics.SumAsync(Tenant, range, cancellationToken);
            await statistics.SumAsync(Tenant, new(range.From.AddDays(-30), range.From), cancellationToken);
        });
        await MeasureAsync("overview, a year", () => statistics.SumAsync(Tenant, Days(365, random), cancellationToken));
        await MeasureAsync("timeline, 30 days by hour", () => statistics.BucketsAsync(Tenant, Days(30, random), cancellationToken));
        await MeasureAsync(
            "… of a domain", () => statistics.BucketsAsync(new(Traffic.Tenant, RandomDomain(random)), Days(30, random), cancellationToken));
        await MeasureAsync("timeline, a year by day", () => statistics.IntervalsAsync(Tenant, Midnights(Days(1, random).To, 365), cancellationToken));
        await MeasureAsync("… three years", () => statistics.IntervalsAsync(Tenant, Midnights(Days(1, random).To, 3 * 365), cancellationToken));
        await MeasureAsync("one domain, 30 days", () => statistics.SumAsync(new(Traffic.Tenant, RandomDomain(random)), Days(30, random), cancellationToken));
        await MeasureAsync("all domains, 30 days", () => statistics.DomainsAsync(Traffic.Tenant, Days(30, random), cancellationToken));
        await MeasureAsync("mailboxes of a domain", () => statistics.MailboxesAsync(Traffic.Tenant, RandomDomain(random), Days(30, random), cancellationToken));
        await MeasureAsync("bounce reasons, 30 days", () => statistics.ReasonsAsync(Tenant, Days(30, random), 10, cancellationToken));
        await MeasureAsync("providers, 30 days", () => statistics.ProvidersAsync(Tenant, Days(30, random), cancellationToken));
        await MeasureAsync("last 10 activities", () => log.ActivitiesAsync(new() { Scope = Tenant, Limit = 10 }, cancellationToken));
        await MeasureAsync("… of a mailbox", () => log.ActivitiesAsync(
            new() { Scope = RandomDomain(random) is var domain ? new(Traffic.Tenant, domain, "news@" + domain) : default, Limit = 10 }, cancellationToken));
        await MeasureAsync("last 50 error events", () => log.ErrorEventsAsync(new() { Scope = Tenant, Limit = 50 }, cancellationToken));
        await MeasureAsync(
            "… of a domain", () => log.ErrorEventsAsync(new() { Scope = new(Traffic.Tenant, RandomDomain(random)), Limit = 50 }, cancellationToken));
        await MeasureAsync(
            "a page of a vain search",
            () => log.ActivitiesAsync(new() { Scope = Tenant, Limit = 10, Search = SearchQuery.Parse("nobody@nowhere.test", out _)! }, cancellationToken),
            10);

        var trails = host.Services.GetRequiredService<ITrailStore>();
        var ids = await SomeIdsAsync(log, random, cancellationToken);
        await MeasureAsync("the trail of a delivery", () => trails.FindAsync(Traffic.Tenant, ids[random.Next(ids.Count)], cancellationToken), ids.Count);
        await MeasureAsync("… that is not there", () => trails.FindAsync(Traffic.Tenant, new((UInt128)random.NextInt64() << 64), cancellationToken));

        return 0;
    }

    /// <summary>Deliveries out of random quarter hours of all that is stored.</summary>
    private static async Task<List<DeliveryId>> SomeIdsAsync(IDeliveryLog log, Random random, CancellationToken cancellationToken)
    {
        var ids = new List<DeliveryId>();

        for (var round = 0; round < Trails; round++)
        {
            var from = StoreHost.Start30DaysAgo.AddMinutes(15 * random.Next(0, 30 * 96));
            var page = await log.ActivitiesAsync(new() { Scope = Tenant, Range = new(from, from.AddMinutes(15)), Limit = 50 }, cancellationToken);

            if (page.Items.Count > 0)
            {
                ids.Add(page.Items[random.Next(page.Items.Count)].Id);
            }
        }

        return ids;
    }

    /// <summary>Some days that end on the last full day of the traffic, cut at the midnight of a random offset.</summary>
    private static TimeRange Days(int days, Random random)
    {
        var end = StoreHost.Start30DaysAgo.AddDays(30).AddMinutes(-15 * random.Next(0, 96));

        return new(end.AddDays(-days), end);
    }

    /// <summary>The midnights of some days that end then.</summary>
    public static DateTimeOffset[] Midnights(DateTimeOffset end, int days) => [.. Enumerable.Range(0, days + 1).Select(day => end.AddDays(day - days))];

    private static string RandomDomain(Random random) => Traffic.DomainName(random.Next(1000));

    private static async Task MeasureAsync(string what, Func<Task> read, int rounds = Rounds)
    {
        var times = new List<double>(rounds);
        var first = Stopwatch.GetTimestamp();
        await read();
        var cold = Stopwatch.GetElapsedTime(first).TotalMilliseconds;
        using var process = Process.GetCurrentProcess();
        var processorBefore = process.TotalProcessorTime;

        for (var round = 0; round < rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            await read();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        process.Refresh();
        var processor = (process.TotalProcessorTime - processorBefore).TotalMilliseconds / rounds;
        times.Sort();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what,-26}  {times[rounds / 2],7:F2}  {times[rounds * 99 / 100],7:F2}  {times[^1],7:F2}  {processor,9:F2}  {cold,7:F2}"));
    }
}
