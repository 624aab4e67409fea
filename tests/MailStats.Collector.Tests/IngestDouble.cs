using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using MailStats.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MailStats.Collector.Tests;

/// <summary>A server that takes <c>POST /v1/events</c> as Ingest does, on a free port, and remembers what it took.</summary>
internal sealed class IngestDouble : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _next = [];

    private readonly SemaphoreSlim _changed = new(0);

    private IngestDouble(WebApplication app) => _app = app;

    public const string Key = "test-key";

    public ConcurrentQueue<SubmittedEvent> Taken { get; } = [];

    /// <summary>False: like a server of before an item could carry deferrals.</summary>
    public bool KnowsDeferrals { get; set; } = true;

    public int Requests;

    /// <summary>Requests whose body was gzipped.</summary>
    public int Compressed { get; private set; }

    /// <summary>Refuses items: the error for an item, or null.</summary>
    public Func<SubmittedEvent, (string Field, string Error)?> Refuse { get; set; } = _ => null;

    /// <summary>What of the events is said to be older than is kept.</summary>
    public object? Old { get; set; }

    public Uri Url { get; private set; } = null!;

    /// <summary>Called before each answer: a status instead of it, or null.</summary>
    public Func<int?> BeforeAnswer { get; set; } = () => null;

    /// <summary>Called when a collector asks what to do.</summary>
    public Action OnPending { get; set; } = () => { };

    /// <summary>What collectors are told.</summary>
    public CollectionSettings Settings { get; set; } = new();

    /// <summary>The collection that waits, until a host has begun it.</summary>
    public string? Requested { get; set; }

    public ConcurrentQueue<(string Id, string Host, CollectionReport Report)> Reports { get; } = [];

    /// <summary>The events that an item stands for, as Ingest makes them.</summary>
    public static IEnumerable<SubmittedEvent> EventsOf(SubmittedEvent item) =>
    [
        .. (item.Deferrals ?? []).Select(deferral => item with
        {
            Event = "deferred",
            OccurredAt = deferral.OccurredAt,
            RemoteHost = deferral.RemoteHost,
            ReplyCode = deferral.ReplyCode,
            EnhancedCode = deferral.EnhancedCode,
            Reply = deferral.Reply,
            SourceVerdict = deferral.SourceVerdict,
            Attempted = deferral.Attempted,
            AttemptNumber = deferral.AttemptNumber,
            EventId = deferral.EventId,
            OutgoingIp = deferral.OutgoingIp,
            TlsVersion = deferral.TlsVersion,
            Deferrals = null,
        }),
        item with { Deferrals = null },
    ];

    /// <summary>Returns when the condition holds; looked at after every request.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            await _changed.WaitAsync(timeout.Token);
        }
    }

    public static async Task<IngestDouble> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new IngestDouble(builder.Build());
        server._app.MapPost("/v1/events", server.TakeAsync);
        server._app.MapGet("/v1/collections/pending", server.Pending);
        server._app.MapPut("/v1/collections/{id}/hosts/{host}", server.Report);
        await server._app.StartAsync();
        server.Url = new Uri(server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

        return server;
    }

    /// <summary>Answers the next request with a status alone.</summary>
    public void AnswerNext(int status, string? retryAfter = null) => _next.Enqueue(context =>
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        return Task.CompletedTask;
    });

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private IResult Pending(string host)
    {
        OnPending();
        _changed.Release();

        return Results.Json(new { settings = Settings, collectionId = Requested });
    }

    private IResult Report(string id, string host, CollectionReport report)
    {
        if (id == Requested)
        {
            Requested = null;
        }

        Reports.Enqueue((id, host, report));
        _changed.Release();

        return Results.NoContent();
    }

    private async Task TakeAsync(HttpContext context)
    {
        await AnswerAsync(context);
        _changed.Release();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref Requests);
        if (BeforeAnswer() is { } status)
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = status;
            return;
        }

        if (_next.TryDequeue(out var answer))
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            await answer(context);
            return;
        }

        if (context.Request.Headers.Authorization != $"Bearer {Key}")
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        Assert.Equal("application/x-ndjson", context.Request.ContentType);
        var compressed = context.Request.Headers.ContentEncoding == "gzip";
        Compressed += compressed ? 1 : 0;
        await using var body = compressed ? new GZipStream(context.Request.Body, CompressionMode.Decompress) : context.Request.Body;
        using var reader = new StreamReader(body, Encoding.UTF8);
        var rejected = new List<object>();
        var (index, accepted) = (0, 0);
        while (await reader.ReadLineAsync() is { } line)
        {
            var item = JsonSerializer.Deserialize(line, SubmittedEventJson.Default.SubmittedEvent)!;
            if (Refuse(item) is { } refusal)
            {
                rejected.Add(new { index, field = refusal.Field, error = refusal.Error });
            }
            else
            {
                foreach (var told in KnowsDeferrals ? EventsOf(item) : [item with { Deferrals = null }])
                {
                    Taken.Enqueue(told);
                    accepted++;
                }
            }

            index++;
        }

        context.Response.StatusCode = StatusCodes.Status202Accepted;
        await context.Response.WriteAsJsonAsync(new { accepted, rejected, old = Old });
    }
}
