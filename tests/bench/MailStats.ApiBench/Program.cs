using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using MailStats.Contracts;
using MailStats.Pipeline.Tests.Processes;
using MailStats.ServiceDefaults;
using MailStats.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 10, Description = "How long each of the two is asked." };
var connections = new Option<int>("--connections") { DefaultValueFactory = _ => 8, Description = "Requests at once." };
var deliveries = new Option<int>("--deliveries") { DefaultValueFactory = _ => 100_000, Description = "Deliveries in the store, over 30 days." };
var domains = new Option<int>("--domains") { DefaultValueFactory = _ => 1_000, Description = "Sending domains they belong to." };
var path = new Option<string>("--path") { DefaultValueFactory = _ => "/v1/overview?period=last-30-days", Description = "What is asked." };
var root = new RootCommand("Reads through the gateway and directly, side by side in one run: requests/s and latency.") { seconds, connections, deliveries, domains, path };
root.SetAction((parsed, cancellationToken) => MailStats.ApiBench.Bench.RunAsync(
    parsed.GetValue(seconds), parsed.GetValue(connections), parsed.GetValue(deliveries), parsed.GetValue(domains), parsed.GetValue(path)!, cancellationToken));

return await root.Parse(args).InvokeAsync();

namespace MailStats.ApiBench
{
    internal static class Bench
    {
        private const int BatchSize = 500;

        public static async Task<int> RunAsync(int seconds, int connections, int deliveries, int domains, string path, CancellationToken cancellationToken)
        {
            using var data = new TemporaryFolder();
            var key = await FillAsync(data.Path, deliveries, domains, cancellationToken);
            (string, string)[] noLimits = [("Edge__RequestsPerSecond", "1000000"), ("Edge__Burst", "1000000")];
            await using var query = await ServiceProcess.StartAsync("services/Query", null, [], [("Storage__Path", data.Path)]);
            await using var gateway = await ServiceProcess.StartAsync(
                "gateway", null, [], [.. noLimits, ("ReverseProxy__Clusters__query__Destinations__1__Address", query.Address.ToString())]);

            Console.WriteLine($"GET {path}: {deliveries:N0} deliveries over {domains:N0} domains, {connections} at once, {seconds} s each, {Environment.ProcessorCount} cores shared with this program");
            await AskAsync(query.Address, path, key, connections, 3, cancellationToken);
            await AskAsync(gateway.Address, path, key, connections, 3, cancellationToken);

            // In turns, so that whatever else the machine does meets both.
            var direct = new List<double>();
            var through = new List<double>();

            for (var turn = 0; turn < 4; turn++)
            {
                var (address, latencies) = turn % 2 == 0 ? (query.Address, direct) : (gateway.Address, through);
                latencies.AddRange(await AskAsync(address, path, key, connections, seconds / 2.0, cancellationToken));
            }

            Tell("directly", direct, seconds);
            Tell("through the gateway", through, seconds);
            await gateway.StopAsync();
            await query.StopAsync();

            return 0;
        }

        private static void Tell(string how, List<double> latencies, double seconds)
        {
            latencies.Sort();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{how,-20} {latencies.Count / seconds,8:N0} requests/s   p50 {At(0.5),7:N2} ms   p95 {At(0.95),7:N2} ms   p99 {At(0.99),7:N2} ms"));

            double At(double share) => latencies[(int)((latencies.Count - 1) * share)];
        }

        private static async Task<List<double>> AskAsync(Uri address, string path, string key, int connections, double seconds, CancellationToken cancellationToken)
        {
            using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections }) { BaseAddress = address };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
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

        /// <summary>Deliveries spread evenly over the last 30 days and the domains; nine of ten delivered, the rest bounced.</summary>
        private static async Task<string> FillAsync(string folder, int count, int domains, CancellationToken cancellationToken)
        {
            var builder = Host.CreateApplicationBuilder();
            builder.Configuration.AddInMemoryCollection([new("Storage:Path", folder)]);
            builder.AddStorage();
            using var host = builder.Build();
            var now = TimeProvider.System.GetUtcNow();
            await host.Services.GetRequiredService<ITenantStore>().SaveAsync(new Tenant("bench", "Bench", "Etc/UTC", now), cancellationToken);
            var store = host.Services.GetRequiredService<IDeliveryStore>();
            var step = TimeSpan.FromDays(30) / count;

            foreach (var batch in Enumerable.Range(0, count).Chunk(BatchSize))
            {
                await store.ApplyAsync([.. batch.Select(i => Make(i, now - (step * (count - i)), i % domains))], cancellationToken);
            }

            return (await host.Services.GetRequiredService<IApiKeyStore>().CreateAsync("bench", "bench", Scopes.All, null, cancellationToken)).Key;
        }

        private static ClassifiedDelivery Make(int number, DateTimeOffset at, int domain) => new()
        {
            Event = new DeliveryEvent
            {
                EventId = Guid.CreateVersion7(at),
                TenantId = "bench",
                MessageKey = $"m{number}",
                Recipient = $"r{number}@example.net",
                Kind = number % 10 == 0 ? DeliveryEventKind.Bounced : DeliveryEventKind.Delivered,
                OccurredAt = at,
                Sender = $"news@d{domain}.example",
            },
            Provider = "example.net",
            Classification = number % 10 != 0 ? null : new Classification
            {
                Reason = "recipient_unknown", Hard = true, Permanent = true, Unknown = false, Actor = "recipient", Advice = "Remove the address.",
            },
        };
    }
}
