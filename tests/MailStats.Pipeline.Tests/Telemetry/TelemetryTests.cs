using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using MailStats.Pipeline.Tests.Processes;

namespace MailStats.Pipeline.Tests.Telemetry;

/// <summary>What real processes tell an OTLP receiver, by the standard variables alone.</summary>
[Collection(SharedBroker.Name)]
public sealed partial class TelemetryTests(Broker broker)
{
    [Fact]
    public async Task One_trace_goes_from_the_request_to_the_store()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var app = await StandaloneApp.StartAsync(receiver.Settings);

        var spans = await TraceAsync(receiver, app.Client);

        Assert.Contains(spans, span => span.Name == "intake.keep");
        AssertIsOneTree(spans);
    }

    [SkippableFact]
    public async Task One_trace_goes_through_every_process_and_the_broker()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var app = await DistributedApp.StartAsync(broker.Require(), receiver.Settings);

        var spans = await TraceAsync(receiver, app.Client);

        Assert.Equal(
            ["MailStats.Aggregator", "MailStats.Classifier", "MailStats.Gateway", "MailStats.Ingest"],
            spans.Select(span => span.Service).Distinct().Where(service => service != "MailStats.Query").Order(StringComparer.Ordinal));
        AssertIsOneTree(spans);
    }

    [Fact]
    public async Task The_metrics_that_are_documented_are_those_that_are_sent()
    {
        var document = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "telemetry.md"));
        var documented = Row().Matches(document).Select(row => new ReceivedMetric(row.Groups[1].Value, row.Groups[2].Value)).ToHashSet();
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var app = await StandaloneApp.StartAsync(receiver.Settings);

        // Of every kind one: a counter that never counted is not sent.
        await app.Client.IngestAsync([.. Some.Deliveries(0, 5), Some.Delivery(6, "delivered") with { Recipient = "nobody" }]);
        using var reserved = await app.Client.PostAsync("/v1/quota/reservations", new { recipients = 1, idempotencyKey = "one", domain = "shop1.example" });

        await Eventually.IsAsync(() => Task.FromResult(receiver.Metrics.Count), count => count >= documented.Count, "all documented metrics");
        Assert.Equal(documented.Order(ByName), receiver.Metrics.Keys.Order(ByName));
    }

    [Fact]
    public async Task Logs_name_the_trace_and_nobody()
    {
        await using var app = await StandaloneApp.StartAsync(("Logging__LogLevel__MailStats", "Trace"));
        var trace = ActivityTraceId.CreateRandom().ToString();
        using var answer = await app.Client.PostAsync(Some.Deliveries(0, 10), trace);
        await app.Client.GetAsync("/v1/activities?search=r1@example.net");

        await Eventually.IsAsync(
            () => Task.FromResult(app.Process.Output),
            output => output.Contains($"TraceId:{trace}", StringComparison.Ordinal),
            "a line of the trace");
        Assert.Equal(0, await app.Process.StopAsync());

        foreach (var person in (string[])["@example.net", "news@", "Hello", "email account"])
        {
            Assert.DoesNotContain(person, app.Process.Output, StringComparison.Ordinal);
        }
    }

    private static Comparer<ReceivedMetric> ByName => Comparer<ReceivedMetric>.Create((one, other) => string.CompareOrdinal(one.Name, other.Name));

    /// <summary>Posts events in a trace of its own and waits until the store has told its part.</summary>
    private static async Task<IReadOnlyList<ReceivedSpan>> TraceAsync(OtlpReceiver receiver, MailStatsClient client)
    {
        var trace = ActivityTraceId.CreateRandom().ToString();
        using var answer = await client.PostAsync(Some.Deliveries(0, 10), trace);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);

        // Spans are sent when they end: the consumer's, which holds the store's, comes last.
        return await Eventually.IsAsync(
            () => Task.FromResult(receiver.SpansOf(trace)),
            spans => spans.Any(span => span.Name == "store.apply") && Orphans(spans).Count == 1,
            "a span of the store with all that led to it");
    }

    /// <summary>Each span's parent is there too, but for the first: its parent is the caller's.</summary>
    private static void AssertIsOneTree(IReadOnlyList<ReceivedSpan> spans) => Assert.Equal(MailStatsClient.CallersSpan, Assert.Single(Orphans(spans)).ParentId);

    private static List<ReceivedSpan> Orphans(IReadOnlyList<ReceivedSpan> spans)
    {
        var ids = spans.Select(span => span.SpanId).ToHashSet();

        return [.. spans.Where(span => !ids.Contains(span.ParentId))];
    }

    [GeneratedRegex(@"^\| `(mailstats\.[\w.]+)` \| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
