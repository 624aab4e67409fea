using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using MailStats.Contracts;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace MailStats.Collector.Sending;

/// <summary>
/// Sends batches to <c>POST /v1/events</c> as NDJSON. A batch is done only when Ingest has answered for every
/// event of it; a repeated try does no harm, because the events carry their message's key.
/// </summary>
internal sealed class EventSender : IDisposable
{
    private readonly HttpClient _http;
    private readonly SendOptions _options;
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;

    public EventSender(SendOptions options, TimeProvider time)
    {
        _options = options;
        _http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.Key);
        _pipeline = BuildPipeline(options, time);
    }

    public void Dispose() => _http.Dispose();

    public async Task<SendOutcome> SendAsync(EventBatch batch, CancellationToken cancellationToken)
    {
        var body = EventBody.Encode(batch.Events, _options.Compresses);
        try
        {
            using var response = await _pipeline.ExecuteAsync(async token => await PostAsync(body.Bytes, token), cancellationToken);
            body.Release();

            return await ReadAsync(batch, response, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or TimeoutRejectedException or BrokenCircuitException)
        {
            throw new SendException($"{_options.Url} cannot be reached: {exception.Message}", exception);
        }
    }

    private static ResiliencePipeline<HttpResponseMessage> BuildPipeline(SendOptions options, TimeProvider time) =>
        new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
                    .Handle<HttpRequestException>()
                    .Handle<TimeoutRejectedException>()
                    .Handle<BrokenCircuitException>()
                    .HandleResult(IsTemporary),
                MaxRetryAttempts = options.Retries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.FirstDelay,
                MaxDelay = options.MaximumDelay,
                DelayGenerator = attempt => ValueTask.FromResult(RetryAfter(attempt.Outcome.Result, time, options.MaximumDelay)),
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
                    .Handle<HttpRequestException>()
                    .Handle<TimeoutRejectedException>()
                    .HandleResult(response => response.StatusCode >= HttpStatusCode.InternalServerError),
                FailureRatio = 0.9,
                MinimumThroughput = 10,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = TimeSpan.FromSeconds(5),
            })
            .AddTimeout(options.TryTimeout)
            .Build();

    private static bool IsTemporary(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError;

    /// <summary>The server's <c>Retry-After</c>, as seconds or date, up to the longest delay we take; null where it names none.</summary>
    private static TimeSpan? RetryAfter(HttpResponseMessage? response, TimeProvider time, TimeSpan maximum)
    {
        var header = response?.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : null);
        if (wait is null)
        {
            return null;
        }

        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > maximum ? maximum : wait;
    }

    private async Task<HttpResponseMessage> PostAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_options.Url, "/v1/events")) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        if (_options.Compresses)
        {
            request.Content.Headers.ContentEncoding.Add("gzip");
        }

        return await _http.SendAsync(request, cancellationToken);
    }

    private async Task<SendOutcome> ReadAsync(EventBatch batch, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode == HttpStatusCode.RequestEntityTooLarge && batch.Events.Count > 1)
        {
            var half = batch.Events.Count / 2;
            var first = await SendAsync(batch.Slice(0, half), cancellationToken);
            var second = await SendAsync(batch.Slice(half, batch.Events.Count - half), cancellationToken);

            return new SendOutcome(first.Accepted + second.Accepted, first.Repeated + second.Repeated, [.. first.Refused, .. second.Refused]);
        }

        var reply = await ReadReplyAsync(response, cancellationToken);
        if (response.IsSuccessStatusCode || reply.Rejected is { Count: > 0 })
        {
            var refused = (reply.Rejected ?? [])
                .Select(item => new RefusedEvent(PlaceOf(batch, item.Index), item.Field, item.Error ?? "refused without a reason"))
                .ToArray();

            var accepted = reply.Accepted ?? (response.IsSuccessStatusCode ? batch.EventCount : 0);
            if (response.IsSuccessStatusCode && accepted < batch.EventCount - EventsOfRefusedItems(batch, reply))
            {
                // A server that does not know deferrals within an item ignores them.
                throw new SendException(
                    $"{_options.Url} took {accepted} of {batch.EventCount} events: it is older than this Collector; upgrade the server first");
            }

            return new SendOutcome(accepted, reply.Repeated ?? 0, refused);
        }

        var reason = $"{(int)response.StatusCode} {reply.Title ?? response.ReasonPhrase} {reply.Detail}".TrimEnd();
        if (response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity)
        {
            return new SendOutcome(0, 0, [.. batch.Events.Select(told => new RefusedEvent(told.Place, null, reason))]);
        }

        throw new SendException($"{_options.Url} answered {reason}");
    }

    private static int EventsOfRefusedItems(EventBatch batch, IngestReply reply) =>
        (reply.Rejected ?? [])
            .Select(item => item.Index)
            .Distinct()
            .Where(index => index >= 0 && index < batch.Events.Count)
            .Sum(index => batch.Events[index].Count);

    private static LinePlace PlaceOf(EventBatch batch, int index) =>
        index >= 0 && index < batch.Events.Count ? batch.Events[index].Place : new LinePlace("(unknown)", 0);

    private static async Task<IngestReply> ReadReplyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        try
        {
            return text.Length == 0 ? new IngestReply() : JsonSerializer.Deserialize(text, IngestReplyJson.Default.IngestReply) ?? new IngestReply();
        }
        catch (JsonException)
        {
            // A proxy answered with a page of its own: only the status code counts.
            return new IngestReply();
        }
    }
}
