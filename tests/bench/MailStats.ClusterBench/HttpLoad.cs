using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MailStats.ClusterBench;

/// <summary>
/// Sends events and reads statistics through the gateway, steadily. A report that is not accepted is sent again until it is, and counted as a
/// failure each time.
/// </summary>
internal sealed class HttpLoad(Uri gateway, Tenant tenant) : IDisposable
{
    /// <summary>Of each request; every recipient has two events.</summary>
    private const int Recipients = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _http = new() { BaseAddress = gateway, Timeout = TimeSpan.FromSeconds(30) };

    public Tally Reports { get; } = new();

    public Tally Reads { get; } = new();

    /// <summary>Recipients whose events were accepted.</summary>
    public long Accepted => Reports.Done * Recipients;

    /// <summary>Until it is told to stop: what was begun is sent to the end.</summary>
    public async Task ReportAsync(int worker, CancellationToken stopping)
    {
        for (var number = 0; !stopping.IsCancellationRequested; number++)
        {
            var events = Events(tenant, $"{worker}-{number}", Recipients);

            while (await TryAsync(HttpMethod.Post, "/v1/events", events, Reports, answer => answer["accepted"]!.GetValue<int>() == Recipients * 2) is false)
            {
                await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
            }

            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }
    }

    public async Task ReadAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await TryAsync(HttpMethod.Get, "/v1/overview?period=today", null, Reads, answer => answer.ContainsKey("recipients"));
            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }
    }

    public void Dispose() => _http.Dispose();

    public static IReadOnlyList<object> Events(Tenant tenant, string key, int recipients)
    {
        var now = TimeProvider.System.GetUtcNow();

        return [.. Enumerable.Range(0, recipients).SelectMany(number =>
            new[] { Event(number, "accepted", null), Event(number, "delivered", "250 2.0.0 OK queued") })];

        object Event(int number, string what, string? reply) => new
        {
            @event = what, occurredAt = now, messageKey = key, sender = $"team@{tenant.Domain}", recipient = $"r{number}@inbox.example", reply,
            source = "cluster-bench",
        };
    }

    private async Task<bool> TryAsync(HttpMethod method, string path, object? body, Tally tally, Func<JsonObject, bool> isRight)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tenant.Key);

        try
        {
            using var response = await _http.SendAsync(request);
            var isDone = response.IsSuccessStatusCode && isRight((await response.Content.ReadFromJsonAsync<JsonObject>())!);

            if (isDone)
            {
                tally.Succeed();
            }
            else
            {
                tally.Fail($"{method} {(int)response.StatusCode}");
            }

            return isDone;
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or TaskCanceledException)
        {
            tally.Fail($"{method} {(lost.InnerException ?? lost).Message}");

            return false;
        }
    }
}
