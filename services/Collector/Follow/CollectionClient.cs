using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MailStats.Collector.Sending;
using MailStats.Contracts;

namespace MailStats.Collector.Follow;

/// <summary>Asks the server how and when to collect, and reports the result.</summary>
internal sealed class CollectionClient : IDisposable
{
    private const int WaitSeconds = 20;

    private readonly HttpClient _http;
    private readonly string _host;

    public CollectionClient(SendOptions options, string host)
    {
        _http = new HttpClient { BaseAddress = options.Url, Timeout = TimeSpan.FromSeconds(WaitSeconds + 30) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.Key);
        _host = Uri.EscapeDataString(host);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Returns when a collection is asked for or settings change, at the latest after a while; null when the server does not say.</summary>
    public async Task<CollectionOrder?> AskAsync(bool wait, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.GetFromJsonAsync(
                new Uri($"/v1/collections/pending?host={_host}&wait={(wait ? WaitSeconds : 0)}", UriKind.Relative),
                CollectionJson.Default.CollectionOrder,
                cancellationToken);
        }
        catch (Exception exception) when (IsUnanswered(exception, cancellationToken))
        {
            return null;
        }
    }

    /// <summary>False when the server did not take it.</summary>
    public async Task<bool> TellAsync(string collectionId, CollectionReport report, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.PutAsJsonAsync(
                new Uri($"/v1/collections/{Uri.EscapeDataString(collectionId)}/hosts/{_host}", UriKind.Relative),
                report,
                CollectionJson.Default.CollectionReport,
                cancellationToken);

            return response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (IsUnanswered(exception, cancellationToken))
        {
            return false;
        }
    }

    private static bool IsUnanswered(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or JsonException || (exception is TaskCanceledException && !cancellationToken.IsCancellationRequested);
}
