using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MailStats.ClusterBench;

/// <summary>Takes webhooks, and remembers how often each notice came.</summary>
internal sealed class NoticeSink(WebApplication app, Uri address) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, int>> _notices = new(StringComparer.Ordinal);

    /// <summary>Where notices of one kind are to be sent.</summary>
    public Uri Address(string about) => new(address, about);

    /// <summary>How often each notice came, by its id.</summary>
    public IReadOnlyDictionary<string, int> Of(string about) => _notices.GetValueOrDefault(about) ?? [];

    public static async Task<NoticeSink> StartAsync(Uri address, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Parse(address.Host), address.Port));
        var sink = new NoticeSink(builder.Build(), address);
        sink.Map();
        await sink.StartAsync(cancellationToken);

        return sink;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private void Map() => app.MapPost("/{about}", (string about, HttpRequest request) =>
    {
        _notices.GetOrAdd(about, _ => new(StringComparer.Ordinal)).AddOrUpdate(request.Headers["MailStats-Notice-Id"].ToString(), 1, (_, count) => count + 1);

        return Results.NoContent();
    });

    private Task StartAsync(CancellationToken cancellationToken) => app.StartAsync(cancellationToken);
}
