using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MailStats.Contracts;

namespace MailStats.Pipeline.Tests.Processes;

/// <summary>Counters as <c>/v1/overview</c> and its kin give them.</summary>
internal readonly record struct Totals(long Recipients, long Delivered, long SoftBounces, long HardBounces, long Pending);

/// <summary>What a caller with a key does.</summary>
internal sealed class MailStatsClient : IDisposable
{
    public const string CallersSpan = "00f067aa0ba902b7";

    private readonly HttpClient _client;

    public MailStatsClient(Uri address, string key)
    {
        _client = new HttpClient { BaseAddress = address };
        _client.DefaultRequestHeaders.Authorization = new("Bearer", key);
    }

    /// <param name="events">Sent as NDJSON, once.</param>
    /// <param name="trace">Id of a trace that the caller began; the request's span is a child of <see cref="CallersSpan"/>.</param>
    public async Task<HttpResponseMessage> PostAsync(IEnumerable<SubmittedEvent> events, string? trace = null)
    {
        var lines = string.Join('\n', events.Select(submitted => JsonSerializer.Serialize(submitted, SubmittedEventJson.Default.SubmittedEvent)));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/events")
        {
            Content = new StringContent(lines, Encoding.UTF8, new MediaTypeHeaderValue("application/x-ndjson")),
        };

        if (trace is not null)
        {
            request.Headers.Add("traceparent", $"00-{trace}-{CallersSpan}-01");
        }

        return await _client.SendAsync(request);
    }

    /// <summary>Sends until it is acknowledged, as every honest source does.</summary>
    public async Task IngestAsync(IReadOnlyList<SubmittedEvent> events) =>
        await Eventually.IsAsync(
            async () =>
            {
                try
                {
                    using var answer = await PostAsync(events);

                    return answer.StatusCode;
                }
                catch (HttpRequestException)
                {
                    return HttpStatusCode.ServiceUnavailable;
                }
            },
            status => status == HttpStatusCode.Accepted,
            "acknowledgement");

    public async Task<Totals> TotalsAsync(string query = "period=last-7-days")
    {
        var overview = await _client.GetFromJsonAsync<JsonElement>($"/v1/overview?{query}");

        return new(Value("recipients"), Value("delivered"), Value("softBounces"), Value("hardBounces"), Value("pending"));

        long Value(string name) => overview.GetProperty(name).GetProperty("value").GetInt64();
    }

    public Task<HttpResponseMessage> PostAsync<T>(string path, T body) => _client.PostAsJsonAsync(path, body);

    public async Task PutAsync<T>(string path, T body)
    {
        using var answer = await _client.PutAsJsonAsync(path, body);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Sets the tenant's limit, for a billing month in whose midst we are: no midnight ends it while a test runs.</summary>
    public async Task LimitAsync(int limit)
    {
        await PutAsync("/v1/admin/quotas/settings", new { anchorDay = TimeProvider.System.GetUtcNow().AddDays(14).Day });
        await PutAsync("/v1/admin/quotas", new { limit });
    }

    public Task<JsonElement> GetAsync(string path) => _client.GetFromJsonAsync<JsonElement>(path);

    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _client.GetAsync(new Uri("/health/ready", UriKind.Relative));

            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public void Dispose() => _client.Dispose();
}
