using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MailStats.Notifier.Tests;

/// <summary>A webhook's receiver that answers what the test says.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<Call> _calls = Channel.CreateUnbounded<Call>();

    private Receiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.First() + "/hook";

    public Func<HttpContext, Task<int>> Answer { get; set; } = _ => Task.FromResult(204);

    public int Count { get; private set; }

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.MapPost("/{**path}", receiver.HandleAsync);
        await app.StartAsync();

        return receiver;
    }

    public async Task<Call> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        return await _calls.Reader.ReadAsync(patience.Token);
    }

    public bool IsEmpty => !_calls.Reader.TryPeek(out _);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Count++;
        _calls.Writer.TryWrite(new Call(
            body.ToArray(),
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
        context.Response.StatusCode = await Answer(context);
    }
}

internal sealed record Call(byte[] Body, IReadOnlyDictionary<string, string> Headers);
