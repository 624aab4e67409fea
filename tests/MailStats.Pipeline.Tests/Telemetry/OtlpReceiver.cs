using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MailStats.Pipeline.Tests.Telemetry;

/// <summary>A finished span.</summary>
internal sealed record ReceivedSpan(
    string Service, string TraceId, string SpanId, string ParentId, string Name, IReadOnlyDictionary<string, string> Attributes);

/// <summary>A metric of ours, with the unit that was told.</summary>
internal sealed record ReceivedMetric(string Name, string Unit);

/// <summary>Takes OTLP over HTTP as a collector does. Field numbers are those of opentelemetry-proto 1.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private const string ServiceName = "service.name";

    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    public ConcurrentBag<ReceivedSpan> Spans { get; } = [];

    public ConcurrentDictionary<ReceivedMetric, bool> Metrics { get; } = new();

    /// <summary>Environment variables that make a process send here, soon and over HTTP.</summary>
    public (string Name, string Value)[] Settings =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", _app.Urls.First()),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_BSP_SCHEDULE_DELAY", "200"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
    ];

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            receiver.Take(signal, new ProtobufMessage(body.ToArray()));
        });
        await receiver._app.StartAsync();

        return receiver;
    }

    /// <summary>Spans of one trace so far.</summary>
    public IReadOnlyList<ReceivedSpan> SpansOf(string trace) => [.. Spans.Where(span => span.TraceId == trace)];

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    // A value that is neither a text nor a number is of no interest here.
    private static Dictionary<string, string> Attributes(ProtobufMessage span) => span.Messages(9).ToDictionary(
        attribute => attribute.Text(1),
        attribute => attribute.Messages(2).First() is var value && value.Text(1) is { Length: > 0 } text
            ? text
            : value.Number(3)?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "");

    private void Take(string signal, ProtobufMessage request)
    {
        foreach (var resource in request.Messages(1))
        {
            var service = resource.Messages(1).SelectMany(attributes => attributes.Messages(1))
                .First(attribute => attribute.Text(1) == ServiceName).Messages(2).First().Text(1);

            foreach (var item in resource.Messages(2).SelectMany(scope => scope.Messages(2)))
            {
                switch (signal)
                {
                    case "traces":
                        Spans.Add(new(service, item.Hex(1), item.Hex(2), item.Hex(4), item.Text(5), Attributes(item)));
                        break;
                    case "metrics" when item.Text(1).StartsWith("mailstats.", StringComparison.Ordinal):
                        Metrics[new(item.Text(1), item.Text(3))] = true;
                        break;
                    default:
                        break;
                }
            }
        }
    }
}
