using System.Diagnostics;
using System.Globalization;
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

    [Fact]
    public async Task A_served_request_says_method_route_and_status_and_names_nobody()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var app = await StandaloneApp.StartAsync(receiver.Settings);

        Assert.True(await app.Client.IsReadyAsync());
        await app.Client.IngestAsync(Some.Deliveries(0, 10));
        await Eventually.IsAsync(() => app.Client.TotalsAsync(), totals => totals.Recipients > 0, "counted deliveries");
        await app.Client.GetAsync("/v1/activities?search=ann@example.net");
        await app.Client.GetAsync("/v1/domains/shop1.example/mailboxes");

        var span = await Eventually.IsAsync(
            () => Task.FromResult(receiver.Spans.FirstOrDefault(span => span.Name == "GET /v1/domains/{domain}/mailboxes")),
            span => span is not null,
            "the request's span");

        Assert.Equal("GET", span!.Attributes["http.request.method"]);
        Assert.Equal("/v1/domains/{domain}/mailboxes", span.Attributes["http.route"]);
        Assert.Equal("200", span.Attributes["http.response.status_code"]);
        // The probe came before both.
        Assert.DoesNotContain(receiver.Spans, other => other.Name.Contains("health", StringComparison.Ordinal));
        Assert.DoesNotContain(
            receiver.Spans.SelectMany(other => other.Attributes.Values.Append(other.Name)),
            value => value.Contains("example", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_threshold_belongs_to_the_trace_of_the_request_that_passed_it()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var app = await StandaloneApp.StartAsync(receiver.Settings);
        await app.Client.LimitAsync(10);
        var trace = ActivityTraceId.CreateRandom().ToString();
        // None bounces: of an address that is suppressed a notice tells too.
        using var answer = await app.Client.PostAsync([.. Enumerable.Range(0, 10).Select(number => Some.Delivery(number, "delivered"))], trace);

        var spans = await Eventually.IsAsync(
            () => Task.FromResult(receiver.SpansOf(trace)),
            spans => spans.Any(span => span.Name.Contains("quota-threshold-reached", StringComparison.Ordinal)) && Orphans(spans).Count == 1,
            "the notice's way to its consumers");

        // 80, 90 and 100 percent.
        Assert.Equal(3, spans.Count(span => span.Name == "notice.publish"));
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
    public async Task Prometheus_finds_the_metrics_that_rules_and_panels_ask_for_on_a_port_of_its_own()
    {
        var port = FreePort();
        await using var app = await StandaloneApp.StartAsync(("Telemetry__MetricsPort", port.ToString(CultureInfo.InvariantCulture)));
        using var prometheus = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await app.Client.IngestAsync([.. Some.Deliveries(0, 5), Some.Delivery(6, "delivered") with { Recipient = "nobody" }]);
        using var reserved = await app.Client.PostAsync("/v1/quota/reservations", new { recipients = 1, idempotencyKey = "one", domain = "shop1.example" });

        // Those of failures appear with the first one.
        var asked = AskedMetrics().Where(name => !name.Contains("errors", StringComparison.Ordinal) && !name.Contains("retries", StringComparison.Ordinal));
        var served = await Eventually.IsAsync(
            () => prometheus.GetStringAsync(new Uri("/metrics", UriKind.Relative)),
            metrics => asked.All(name => metrics.Contains($"\n{name}{{", StringComparison.Ordinal)),
            $"all of {string.Join(", ", asked)}");

        Assert.DoesNotContain("example", served, StringComparison.Ordinal);
        Assert.DoesNotContain("messaging_masstransit_destination", served, StringComparison.Ordinal);

        using var elsewhere = await prometheus.GetAsync(new Uri("/v1/overview", UriKind.Relative));
        using var here = await prometheus.GetAsync(new Uri(app.Process.Address, "/metrics"));
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (elsewhere.StatusCode, here.StatusCode));
    }

    [Fact]
    public async Task Lines_of_the_log_say_when_and_are_json_by_one_setting()
    {
        await using var plain = await StandaloneApp.StartAsync();
        await using var json = await StandaloneApp.StartAsync(("Logging__Console__FormatterName", "json"));

        Assert.Matches(Stamped(), plain.Process.Output);
        Assert.Contains(
            json.Process.Output.Split('\n').Where(line => line.StartsWith('{')).Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!),
            line => line["Timestamp"]!.GetValue<string>().StartsWith("20", StringComparison.Ordinal)
                && line["Message"]!.GetValue<string>().StartsWith("Now listening on", StringComparison.Ordinal));
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

    private static List<string> AskedMetrics() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "deploy", "monitoring"), "*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith("alerts.yml", StringComparison.Ordinal) || file.EndsWith("mailstats.json", StringComparison.Ordinal))
            .SelectMany(file => AskedMetric().Matches(File.ReadAllText(file)))
            .Select(match => match.Value)
            .Where(name => !name.EndsWith("_type", StringComparison.Ordinal))
            .Distinct(),
    ];

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info: ", RegexOptions.Multiline)]
    private static partial Regex Stamped();

    [GeneratedRegex(@"\b(mailstats|messaging|http_server|dotnet)_\w+(?=[\[{)])")]
    private static partial Regex AskedMetric();

    [GeneratedRegex(@"^\| `(mailstats\.[\w.]+)` \| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
