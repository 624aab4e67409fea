using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MailStats.Pipeline.Tests.Processes;

/// <summary>A webhook's receiver that keeps the notices it was told, in order.</summary>
internal sealed class NoticeReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<JsonElement> _notices = new();

    private NoticeReceiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.First() + "/hook";

    public IReadOnlyCollection<JsonElement> Notices => [.. _notices];

    public static async Task<NoticeReceiver> StartAsync()
    {
        var builder = WebApplication.CreateBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var receiver = new NoticeReceiver(builder.Build());
        receiver._app.MapPost("/hook", async (HttpContext context) =>
        {
            receiver._notices.Enqueue((await JsonDocument.ParseAsync(context.Request.Body)).RootElement);

            return Results.NoContent();
        });
        await receiver._app.StartAsync();

        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
