using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace MailStats.ApiBench;

/// <summary>One call through the gateway and directly, in turns, so that whatever else the machine does meets both.</summary>
internal static class Reads
{
    private const int Turns = 4;

    public static async Task<int> RunAsync(int seconds, int connections, int deliveries, int domains, string path, CancellationToken cancellationToken)
    {
        using var data = new TemporaryFolder();
        var key = await Mail.FillAsync(data.Path, deliveries, domains, bouncedOf: 10, cancellationToken);
        await using var services = await Services.StartAsync(data.Path);

        Console.WriteLine(
            $"GET {path}: {deliveries:N0} deliveries over {domains:N0} domains, {connections} at once, {seconds} s each, "
            + $"{Environment.ProcessorCount} cores shared with this program");
        await AskAsync(services.Query.Address, path, key, connections, 3, cancellationToken);
        await AskAsync(services.Gateway.Address, path, key, connections, 3, cancellationToken);

        var (direct, through) = (new Figures("directly"), new Figures("through the gateway"));

        for (var turn = 0; turn < Turns; turn++)
        {
            var (address, figures) = turn % 2 == 0 ? (services.Query.Address, direct) : (services.Gateway.Address, through);
            var before = services.Used();
            figures.Latencies.AddRange(await AskAsync(address, path, key, connections, seconds * 2.0 / Turns, cancellationToken));
            var after = services.Used();
            figures.Used += after.Query - before.Query + (after.Gateway - before.Gateway);
        }

        direct.Tell(seconds);
        through.Tell(seconds);

        return 0;
    }

    private static async Task<List<double>> AskAsync(Uri address, string path, string key, int connections, double seconds, CancellationToken cancellationToken)
    {
        using var client = Services.Client(address, key, connections);
        var target = new Uri(path, UriKind.Relative);
        var start = Stopwatch.GetTimestamp();
        var all = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(
            async () =>
            {
                var latencies = new List<double>();

                while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
                {
                    var asked = Stopwatch.GetTimestamp();
                    using var response = await client.GetAsync(target, cancellationToken);
                    await response.Content.ReadAsByteArrayAsync(cancellationToken);

                    if (response.StatusCode != HttpStatusCode.OK)
                    {
                        throw new InvalidOperationException($"{address} answered {(int)response.StatusCode}.");
                    }

                    latencies.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
                }

                return latencies;
            },
            cancellationToken)));

        return [.. all.SelectMany(latencies => latencies)];
    }

    private sealed record Figures(string How)
    {
        public List<double> Latencies { get; } = [];

        public TimeSpan Used { get; set; }

        public void Tell(double seconds)
        {
            Latencies.Sort();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{How,-20} {Latencies.Count / seconds,8:N0} requests/s   p50 {At(0.5),7:N2} ms   p95 {At(0.95),7:N2} ms   p99 {At(0.99),7:N2} ms   "
                + $"{Used.TotalMicroseconds / Latencies.Count,6:N0} µs of processor a request"));

            double At(double share) => Latencies[(int)((Latencies.Count - 1) * share)];
        }
    }
}
