using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MailStats.FaultBench;

/// <summary>
/// Sends traffic as a well-behaved client does: a request that was not answered with 202 is sent again. Each fifth request
/// that was answered is sent once more all the same, and must change nothing.
/// </summary>
internal sealed class Sender(IReadOnlyList<Uri> servers, string key, double requestsPerSecond) : IDisposable
{
    private const int Workers = 6;
    private const int RepeatEvery = 5;

    private readonly HttpClient _http = new(
        new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromSeconds(2) }) { Timeout = TimeSpan.FromSeconds(45) };
    private int _next;
    private long _requests;
    private long _unanswered;
    private long _accepted;
    private long _rejected;
    private long _acceptedAgain;

    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Requests that got no 202 and were sent again.</summary>
    public long Unanswered => Interlocked.Read(ref _unanswered);

    /// <summary>Events that answers said were taken, each request's last answer only.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Events taken in requests that were sent once more on purpose.</summary>
    public long AcceptedAgain => Interlocked.Read(ref _acceptedAgain);

    public long Rejected => Interlocked.Read(ref _rejected);

    public async Task SendAsync(Traffic traffic, CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();

        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync()));

        async Task WorkAsync()
        {
            while (Interlocked.Increment(ref _next) - 1 is var index && index < traffic.Batches.Count)
            {
                var due = TimeSpan.FromSeconds(index / requestsPerSecond) - TimeProvider.System.GetElapsedTime(began);

                if (due > TimeSpan.Zero)
                {
                    await Task.Delay(due, TimeProvider.System, cancellationToken);
                }

                var (accepted, rejected) = await UntilAcceptedAsync(traffic.Batches[index], cancellationToken);
                Interlocked.Add(ref _accepted, accepted);
                Interlocked.Add(ref _rejected, rejected);

                if (index % RepeatEvery == 0)
                {
                    var (again, _) = await UntilAcceptedAsync(traffic.Batches[index], cancellationToken);
                    Interlocked.Add(ref _acceptedAgain, again);
                }
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<(long Accepted, long Rejected)> UntilAcceptedAsync(byte[] body, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var server = servers[(int)(Interlocked.Increment(ref _requests) % servers.Count)];

            if (await TryAsync(new Uri(server, "/v1/events"), body, cancellationToken) is { } answer)
            {
                return answer;
            }

            Interlocked.Increment(ref _unanswered);
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(2000, 100 << Math.Min(attempt, 4))), TimeProvider.System, cancellationToken);
        }
    }

    private async Task<(long Accepted, long Rejected)?> TryAsync(Uri address, byte[] body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);

        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);

            switch ((int)response.StatusCode)
            {
                case 202:
                    var answer = (await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))!;

                    return (answer["accepted"]!.GetValue<long>(), answer["rejected"]!.AsArray().Count);
                case 429 or >= 500:
                    return null;
                default:
                    throw new InvalidOperationException($"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException
            || (exception is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
