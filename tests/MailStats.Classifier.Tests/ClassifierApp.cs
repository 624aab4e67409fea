using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MailStats.Aggregator;
using MailStats.Contracts;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.Classifier.Tests;

/// <summary>Classifier and Aggregator in one process on a free port, with a store of their own.</summary>
internal sealed class ClassifierApp : IAsyncDisposable
{
    public const string Tenant = "acme";

    private readonly WebApplication _app;
    private readonly DirectoryInfo _folder;

    private ClassifierApp(WebApplication app, DirectoryInfo folder, HttpClient client)
    {
        _app = app;
        _folder = folder;
        Client = client;
    }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<ClassifierApp> StartAsync(params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("mailstats-classifier-");
        var app = ServiceHost.Create(
            [
                "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning", $"--Storage:Path={folder.FullName}",
                "--Classifier:RulesKnownAfterSeconds=1", .. settings,
            ])
            .WithDefault("Messaging:Transport", "InMemory")
            .WithDefault("Storage:Provider", "Sqlite")
            .With<ClassifierModule>()
            .With<AggregatorModule>()
            .Build();
        await app.StartAsync();

        var key = await app.Services.GetRequiredService<IApiKeyStore>().CreateAsync(Tenant, new("test", [Scopes.Admin, Scopes.Read], [], null), default);
        var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Key);

        return new ClassifierApp(app, folder, client);
    }

    public Task ReportAsync(params DeliveryEvent[] deliveries) => Services.GetRequiredService<IBus>().Publish(
        new DeliveriesReported { BatchId = Guid.NewGuid(), ReceivedAt = TimeProvider.System.GetUtcNow(), Deliveries = deliveries });

    public async Task<JsonElement> GetAsync(string path) => await Client.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative));

    public async Task<(int Status, JsonElement Body)> PostAsync(string path, object body)
    {
        using var response = await Client.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        var text = await response.Content.ReadAsStringAsync();

        return ((int)response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    /// <summary>What ends a delivery is told by the bus in its own time: asks until it is so.</summary>
    public static Task UntilAsync(Func<Task<bool>> holds) => Eventually.HoldsAsync(holds, "what the test waits for");

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
