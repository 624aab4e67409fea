using System.Security.Claims;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MailStats.ServiceDefaults.Tests;

/// <summary>A process with all defaults and the edge, on a free port, with keys and endpoints of its own.</summary>
internal sealed class SampleHost : IAsyncDisposable
{
    public const string ReadKey = "ms_read";
    public const string IngestKey = "ms_ingest";

    private readonly WebApplication _app;

    private SampleHost(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Client { get; }

    /// <summary>Every address that it listens on.</summary>
    public IEnumerable<string> Addresses => _app.Urls;

    public IServiceProvider Services => _app.Services;

    /// <summary>Bytes of bodies that <c>/reads</c> and <c>/passes</c> have read.</summary>
    public long BytesRead => Services.GetRequiredService<ReadBytes>().All;

    public static async Task<SampleHost> StartAsync(params string[] settings)
    {
        var host = ServiceHost.Create(["--urls", "http://127.0.0.1:0", .. settings]);
        host.Builder.Logging.ClearProviders();
        var app = host.WithEdge().With<SampleModule>().Build();
        await app.StartAsync();

        return new SampleHost(app);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? key = null, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };

        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        return await Client.SendAsync(request);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    internal sealed class SampleModule : IModule
    {
        public static bool UsesBus => false;

        public static void AddServices(IHostApplicationBuilder builder)
        {
            builder.Services.AddSingleton<IApiKeyStore, Keys>();
            builder.Services.AddSingleton<ReadBytes>();
            builder.AddAccess();
            builder.AddAccess();
        }

        public static void AddConsumers(IBusRegistrationConfigurator bus)
        {
        }

        public static void MapEndpoints(IEndpointRouteBuilder routes)
        {
            routes.MapGet("/read", (ClaimsPrincipal user) => user.TenantId()).RequireAuthorization(Scopes.Read);
            routes.MapPost("/things", (Thing thing) => thing).RequireAuthorization(Scopes.Read);
            routes.MapPost("/large", (Thing thing) => thing.Name.Length).RequireAuthorization(Scopes.Read)
                .WithMetadata(new RequestSizeLimitAttribute(2 * 1024 * 1024));
            routes.MapPost("/reads", ReadAsync).RequireAuthorization(Scopes.Read);
            routes.MapPost("/passes", ReadAsync).RequireAuthorization(Scopes.Read).WithMetadata(new PassesItsBody());
            routes.MapGet("/number", (int value) => value).RequireAuthorization(Scopes.Read);
            routes.MapGet("/seen", (HttpContext context) => $"{context.Connection.RemoteIpAddress} {context.Request.Scheme}");
            routes.MapGet("/long", () => Results.Text(new string('x', 10_000), "application/json"));
            routes.MapGet("/down", string () => throw new StorageUnavailableException("secret-host:5432", null)).RequireAuthorization(Scopes.Read);
            routes.MapGet("/broken", string () => throw new InvalidOperationException("secret-host:5432")).RequireAuthorization(Scopes.Read);
        }
    }

    private static async Task<long> ReadAsync(HttpRequest request, ReadBytes count)
    {
        var (buffer, length) = (new byte[64 * 1024], 0L);

        for (int read; (read = await request.Body.ReadAsync(buffer)) > 0; length += read)
        {
            count.Add(read);
        }

        return length;
    }

    private sealed class ReadBytes
    {
        private long _all;

        public long All => Interlocked.Read(ref _all);

        public void Add(int bytes) => Interlocked.Add(ref _all, bytes);
    }

    private sealed class Keys : IApiKeyStore
    {
        public ValueTask<ApiKey?> FindAsync(string key, CancellationToken cancellationToken) => ValueTask.FromResult(key switch
        {
            ReadKey => Key(Scopes.Read),
            IngestKey => Key(Scopes.Ingest),
            _ => null,
        });

        public ValueTask<ApiKey?> FindByIdAsync(string tenantId, string keyId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<NewApiKey> CreateAsync(string tenantId, KeyTerms terms, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<ApiKey>> ListAsync(string tenantId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> RevokeAsync(string tenantId, string keyId, CancellationToken cancellationToken) => throw new NotSupportedException();

        private static ApiKey Key(string scope) => new($"k-{scope}", "acme", new("test", [scope], [], null), DateTimeOffset.UnixEpoch, null, null);
    }

    internal sealed record Thing(string Name, int Size, Shade Shade);

    internal enum Shade
    {
        Unknown = 0,
        DarkBlue = 1,
    }
}
