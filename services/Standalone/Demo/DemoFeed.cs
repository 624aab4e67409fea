using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using MailStats.Contracts;

namespace MailStats.Standalone.Demo;

/// <summary>
/// Posts the demo's traffic to a <c>/v1/events</c>: first the month, then every second what happens in it. What could not
/// be posted is tried again; who posts it to the same data once more repeats events, which count once.
/// </summary>
internal sealed partial class DemoFeed(DemoTraffic traffic, TimeProvider time, ILogger<DemoFeed> logger)
{
    private const int BatchSize = 1_000;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);
    private static readonly Uri Events = new("/v1/events", UriKind.Relative);

    /// <summary>Until cancelled.</summary>
    /// <param name="address">Of the gateway, or of a Standalone.</param>
    /// <param name="key">With the scope <c>ingest</c>.</param>
    /// <param name="lookAround">Called once a minute while the trickle flows.</param>
    /// <param name="stoppingToken">Ends the feed.</param>
    public async Task RunAsync(Uri address, string key, Func<CancellationToken, Task> lookAround, CancellationToken stoppingToken)
    {
        // The way is to this machine or to its neighbour: no proxy leads there.
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);

        await SendMonthAsync(client, stoppingToken);
        await TrickleAsync(client, lookAround, stoppingToken);
    }

    private async Task SendMonthAsync(HttpClient client, CancellationToken stoppingToken)
    {
        var events = 0;

        foreach (var batch in traffic.Month().Chunk(BatchSize))
        {
            while (!await TryPostAsync(client, batch, stoppingToken))
            {
                await Task.Delay(Tick, time, stoppingToken);
            }

            events += batch.Length;
        }

        LogMonthSent(logger, events);
    }

    // An event leaves `due` only when it was acknowledged. While a full batch waits no new messages are made, so that
    // neither the memory nor a request grows without end.
    private async Task TrickleAsync(HttpClient client, Func<CancellationToken, Task> lookAround, CancellationToken stoppingToken)
    {
        var upcoming = new PriorityQueue<SubmittedEvent, DateTimeOffset>();
        var due = new List<SubmittedEvent>();
        var nextLook = time.GetUtcNow() + LookEvery;
        using var ticks = new PeriodicTimer(Tick, time);

        while (await ticks.WaitForNextTickAsync(stoppingToken))
        {
            var now = time.GetUtcNow();

            if (due.Count < BatchSize)
            {
                upcoming.EnqueueRange(DemoTraffic.LiveAt(now).Select(submitted => (submitted, submitted.OccurredAt!.Value)));
            }

            while (due.Count < BatchSize && upcoming.TryPeek(out var next, out var at) && at <= now)
            {
                upcoming.Dequeue();
                due.Add(next);
            }

            if (due.Count > 0 && await TryPostAsync(client, due, stoppingToken))
            {
                due.Clear();
            }

            if (now >= nextLook)
            {
                nextLook = now + LookEvery;
                await lookAround(stoppingToken);
            }
        }
    }

    private async Task<bool> TryPostAsync(HttpClient client, IEnumerable<SubmittedEvent> events, CancellationToken stoppingToken)
    {
        var lines = string.Join('\n', events.Select(submitted => JsonSerializer.Serialize(submitted, SubmittedEventJson.Default.SubmittedEvent)));

        try
        {
            using var content = new StringContent(lines, Encoding.UTF8, new MediaTypeHeaderValue("application/x-ndjson"));
            using var answer = await client.PostAsync(Events, content, stoppingToken);

            if (!answer.IsSuccessStatusCode)
            {
                LogRefused(logger, (int)answer.StatusCode);
            }

            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !stoppingToken.IsCancellationRequested)
        {
            LogPostFailed(logger, exception);

            return false;
        }
    }

    [LoggerMessage(LogLevel.Information, "The demo's month is in: {Events} events; a live trickle follows")]
    private static partial void LogMonthSent(ILogger logger, int events);

    [LoggerMessage(LogLevel.Warning, "The demo's events were answered {StatusCode}; they are sent again")]
    private static partial void LogRefused(ILogger logger, int statusCode);

    [LoggerMessage(LogLevel.Warning, "The demo's events could not be posted; they are sent again")]
    private static partial void LogPostFailed(ILogger logger, Exception exception);
}
