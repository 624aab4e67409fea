using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using MailStats.Pipeline.Tests.Processes;

namespace MailStats.Pipeline.Tests.Subscribers;

/// <summary>
/// What subscribers are promised, with real processes over a real broker: each notice once, in the bytes that <c>asyncapi.yaml</c> describes.
/// </summary>
[Collection(SharedBroker.Name)]
public sealed class SubscriberTests(Broker broker)
{
    private const int Limit = 1000;

    private static readonly string CSharpSample = Path.Combine(
        Path.GetDirectoryName(Repository.Program("samples/csharp-subscriber"))!, "MailStats.Samples.CSharpSubscriber.dll");

    [SkippableFact]
    public async Task Each_threshold_is_told_once_to_subscribers_in_any_language_though_aggregators_are_killed()
    {
        var node = await NodeSampleAsync();
        await using var app = await DistributedApp.StartAsync(broker.Require());
        await using var wire = await Wire.ListenAsync(broker.Require());
        await app.Client.LimitAsync(Limit);
        await using var csharp = await SampleProcess.StartAsync("dotnet", [CSharpSample, broker.Uri!.ToString()]);
        await using var javascript = node is null ? null : await SampleProcess.StartAsync("node", [node, broker.Uri.ToString()]);

        for (var sent = 0; sent < 11; sent++)
        {
            await app.Client.IngestAsync(Some.Deliveries(sent * 100, 100));

            if (sent is 3 or 8)
            {
                await app.Aggregators[sent / 8].KillAsync();
                await app.StartAggregatorAsync();
            }
        }

        var full = await Eventually.IsAsync(
            () => app.Client.GetAsync("/v1/quota"), quota => quota.GetProperty("used").GetInt64() == 1100, "1,100 recipients used");
        Assert.Equal(("red", true), (full.GetProperty("level").GetString(), full.GetProperty("blocked").GetBoolean()));
        await Eventually.IsAsync(() => Task.FromResult(wire.Thresholds()), thresholds => thresholds.Count >= 3, "three thresholds");
        await app.Client.LimitAsync(2000);
        await Eventually.IsAsync(() => Task.FromResult(wire.Count("QuotaRestored")), count => count == 1, "that mail flows again");

        Assert.Equal([80, 90, 100], wire.Thresholds());
        var described = AsyncApi.Read();
        var problems = wire.Messages.SelectMany(message => described.Check(message.Exchange, message.Body)).Distinct().ToList();
        Assert.Empty(problems);
        Assert.All(wire.Messages, message => Assert.DoesNotContain(":null", Encoding.UTF8.GetString(message.Body), StringComparison.Ordinal));
        Assert.Equal(
            [
                "mailstats.deliveries-classified", "mailstats.deliveries-reported", AsyncApi.Events, "mailstats.quota-restored",
                "mailstats.quota-threshold-reached", "mailstats.recipient-suppressed", "mailstats.statistics-changed",
            ],
            wire.Messages.Select(message => message.Exchange).Distinct().Order(StringComparer.Ordinal));
        await Eventually.IsAsync(
            () => Task.FromResult(wire), heard => heard.EventIds.SequenceEqual(heard.NoticeIds), "the same notices as public events, with the same ids");

        await HeardAsync(csharp);

        if (javascript is not null)
        {
            await HeardAsync(javascript);
        }
    }

    private static async Task HeardAsync(SampleProcess sample)
    {
        await Eventually.IsAsync(() => Task.FromResult(sample.Lines.Count), count => count >= 5, "five lines");
        Assert.Equal(5, sample.Lines.Count);
        Assert.Single(sample.Lines, line => line.StartsWith("acme: 80 % (", StringComparison.Ordinal));
        Assert.Single(sample.Lines, line => line.StartsWith("acme: 90 % (", StringComparison.Ordinal));
        Assert.Single(sample.Lines, line => line.StartsWith("acme: 100 % (", StringComparison.Ordinal) && line.EndsWith(", blocked", StringComparison.Ordinal));
        Assert.Single(
            sample.Lines,
            line => line.StartsWith("acme: mail flows again (", StringComparison.Ordinal) && line.EndsWith("of 2000)", StringComparison.Ordinal));
    }

    /// <summary>The Node sample with its library beside it; null where Node or its registry cannot be had.</summary>
    private static async Task<string?> NodeSampleAsync()
    {
        var folder = Path.Combine(Repository.Root, "samples/node-subscriber");

        if (!Directory.Exists(Path.Combine(folder, "node_modules/amqplib")))
        {
            try
            {
                var install = new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"]) { WorkingDirectory = folder, RedirectStandardOutput = true };
                using var npm = Process.Start(install)!;
                await npm.StandardOutput.ReadToEndAsync();
                await npm.WaitForExitAsync();

                if (npm.ExitCode != 0)
                {
                    return null;
                }
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return null;
            }
        }

        return Path.Combine(folder, "subscriber.js");
    }

    /// <summary>A sample in a process of its own.</summary>
    private sealed class SampleProcess : IAsyncDisposable
    {
        private readonly Process _process;
        private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ConcurrentQueue<string> _lines = new();

        private SampleProcess(string program, string[] arguments)
        {
            _process = new Process { StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true }, EnableRaisingEvents = true };
            _process.OutputDataReceived += (_, line) => Read(line.Data);
            _process.Exited += (_, _) => _listening.TrySetException(new InvalidOperationException($"{program} ended: {string.Join('\n', _lines)}"));
            _process.Start();
            _process.BeginOutputReadLine();
        }

        /// <summary>What it has said, "listening" first.</summary>
        public IReadOnlyCollection<string> Lines => [.. _lines];

        public static async Task<SampleProcess> StartAsync(string program, string[] arguments)
        {
            var sample = new SampleProcess(program, arguments);
            await sample._listening.Task.WaitAsync(TimeSpan.FromSeconds(60));

            return sample;
        }

        public async ValueTask DisposeAsync()
        {
            if (!_process.HasExited)
            {
                _process.Kill();
                await _process.WaitForExitAsync();
            }

            _process.Dispose();
        }

        private void Read(string? line)
        {
            // MassTransit's own remarks begin with a level.
            if (line is null || line.Contains(": MassTransit", StringComparison.Ordinal) || line.StartsWith(' '))
            {
                return;
            }

            _lines.Enqueue(line);

            if (line == "listening")
            {
                _listening.TrySetResult();
            }
        }
    }
}
