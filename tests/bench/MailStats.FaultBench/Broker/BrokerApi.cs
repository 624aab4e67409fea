using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace MailStats.FaultBench.Broker;

/// <summary>RabbitMQ's management API: looks at queues, closes connections, publishes what no service would.</summary>
internal sealed class BrokerApi : IDisposable
{
    private readonly HttpClient _http;

    public BrokerApi(int port)
    {
        _http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/api/")) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes("guest:guest")));
    }

    /// <summary>Messages in each queue, those that consumers hold included.</summary>
    public async Task<IReadOnlyDictionary<string, long>> QueuesAsync(CancellationToken cancellationToken)
    {
        var queues = await _http.GetFromJsonAsync<JsonArray>("queues/%2F?disable_stats=false", cancellationToken);

        return queues!.ToDictionary(queue => queue!["name"]!.GetValue<string>(), queue => queue!["messages"]?.GetValue<long>() ?? 0);
    }

    /// <summary>How many nodes of the cluster run, as this one sees it.</summary>
    public async Task<int> RunningNodesAsync(CancellationToken cancellationToken)
    {
        var nodes = await _http.GetFromJsonAsync<JsonArray>("nodes", cancellationToken);

        return nodes!.Count(node => node!["running"]?.GetValue<bool>() == true);
    }

    /// <summary>Closes every connection from the broker's side: all that is not acknowledged is delivered again.</summary>
    public async Task<int> CloseConnectionsAsync(CancellationToken cancellationToken)
    {
        var connections = await _http.GetFromJsonAsync<JsonArray>("connections", cancellationToken);
        var closed = 0;

        foreach (var name in connections!.Select(connection => connection!["name"]!.GetValue<string>()))
        {
            using var answer = await _http.DeleteAsync(new Uri($"connections/{Uri.EscapeDataString(name)}", UriKind.Relative), cancellationToken);
            closed += answer.IsSuccessStatusCode ? 1 : 0;
        }

        return closed;
    }

    public async Task PublishAsync(string exchange, string payload, CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsJsonAsync(
            new Uri($"exchanges/%2F/{exchange}/publish", UriKind.Relative),
            new
            {
                properties = new { content_type = "application/vnd.masstransit+json", delivery_mode = 2 },
                routing_key = "",
                payload,
                payload_encoding = "string",
            },
            cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Why the first message of an error queue is there; the message stays.</summary>
    public async Task<string?> FaultOfAsync(string queue, CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsJsonAsync(
            new Uri($"queues/%2F/{queue}/get", UriKind.Relative),
            new { count = 1, ackmode = "ack_requeue_true", encoding = "auto" },
            cancellationToken);
        var messages = await answer.Content.ReadFromJsonAsync<JsonArray>(cancellationToken);

        return messages is [{ } first, ..] ? first["properties"]?["headers"]?["MT-Fault-Message"]?.ToString() ?? "no reason given" : null;
    }

    public async Task PurgeAsync(string queue, CancellationToken cancellationToken)
    {
        using var answer = await _http.DeleteAsync(new Uri($"queues/%2F/{queue}/contents", UriKind.Relative), cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public void Dispose() => _http.Dispose();
}
