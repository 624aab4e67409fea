using System.Net.Http.Headers;
using MailStats.Aggregator;
using MailStats.Classifier;
using MailStats.Ingest;
using MailStats.Notifier;
using MailStats.Policy;
using MailStats.Query;
using MailStats.ServiceDefaults;
using MailStats.Stores.Administration;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.Api.Tests;

/// <summary>Every module in one process over a store of its own, on a free port: the whole API as a client meets it.</summary>
public sealed class ApiApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DirectoryInfo _folder;

    private ApiApp(WebApplication app, DirectoryInfo folder)
    {
        _app = app;
        _folder = folder;
        Address = new Uri(app.Urls.Single());
    }

    public Uri Address { get; }

    public IServiceProvider Services => _app.Services;

    public static Task<ApiApp> StartAsync(params string[] settings) => StartAsync(_ => { }, settings);

    /// <param name="change">What is to be different of the process, beside its settings.</param>
    /// <param name="settings">As on the command line.</param>
    public static async Task<ApiApp> StartAsync(Action<ServiceHost> change, params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("mailstats-api-");
        var host = ServiceHost
            .Create(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning", $"--Storage:Path={folder.FullName}", .. settings])
            .WithDefault("Messaging:Transport", "InMemory")
            .WithDefault("Storage:Provider", "Sqlite")
            .With<IngestModule>()
            .With<ClassifierModule>()
            .With<AggregatorModule>()
            .With<QueryModule>()
            .With<PolicyModule>()
            .With<NotifierModule>();
        change(host);
        var app = host.Build();
        await app.StartAsync();

        return new ApiApp(app, folder);
    }

    /// <summary>A new tenant's key with these scopes, in a client of its own.</summary>
    public Task<HttpClient> ClientAsync(string tenant, params string[] scopes) => ClientAsync(tenant, hasTenant: true, scopes);

    /// <param name="tenant">Made where it is not there yet.</param>
    /// <param name="hasTenant">False: the tenant is not made, as if it had gone.</param>
    /// <param name="scopes">What the key may do.</param>
    public async Task<HttpClient> ClientAsync(string tenant, bool hasTenant, params string[] scopes)
    {
        await MakeTenantAsync(tenant, hasTenant);

        return await ClientAsync(tenant, scopes, []);
    }

    /// <summary>A key that shows the numbers of these domains only.</summary>
    public async Task<HttpClient> ClientAsync(string tenant, string[] scopes, string[] domains)
    {
        var key = await Services.GetRequiredService<IApiKeyStore>().CreateAsync(tenant, new("test", scopes, domains, null), CancellationToken.None);

        return ClientWith(key.Key);
    }

    /// <summary>With a key, or with a token.</summary>
    public HttpClient ClientWith(string secret)
    {
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);

        return client;
    }

    private async Task MakeTenantAsync(string tenant, bool hasTenant)
    {
        var tenants = Services.GetRequiredService<ITenantStore>();

        if (hasTenant && await tenants.FindAsync(tenant, CancellationToken.None) is null)
        {
            await tenants.SaveAsync(new Tenant(tenant, tenant, "UTC", TimeProvider.System.GetUtcNow()), CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
