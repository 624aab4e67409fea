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

    private IngestDouble(WebApplication app) => _app = app;

    public const string Key = "test-key";

    public ConcurrentQueue<SubmittedEvent> Taken { get; } = [];

    public int Requests;

    /// <summary>Refuses items: the error for an item, or null.</summary>
    public Func<SubmittedEvent, (string Field, string Error)?> Refuse { get; set; } = _ => null;

    public Uri Url { get; private set; } = null!;

    public static async Task<IngestDouble> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new IngestDouble(builder.Build());
        server._app.MapPost("/v1/events", server.TakeAsync);
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

    private async Task TakeAsync(HttpContext context)
    {
        Interlocked.Increment(ref Requests);
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
        await using var body = new GZipStream(context.Request.Body, CompressionMode.Decompress);
        using var reader = new StreamReader(body, Encoding.UTF8);
        var rejected = new List<object>();
        var index = 0;
        while (await reader.ReadLineAsync() is { } line)
        {
            var item = JsonSerializer.Deserialize(line, SubmittedEventJson.Default.SubmittedEvent)!;
            if (Refuse(item) is { } refusal)
            {
                rejected.Add(new { index, field = refusal.Field, error = refusal.Error });
            }
            else
            {
                Taken.Enqueue(item);
            }

            index++;
        }

        context.Response.StatusCode = StatusCodes.Status202Accepted;
        await context.Response.WriteAsJsonAsync(new { accepted = index - rejected.Count, rejected });
    }
}
