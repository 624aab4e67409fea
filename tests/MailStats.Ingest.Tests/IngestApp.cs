using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Ingest.Lmtp;
using MailStats.Ingest.Tests.Webhooks.Samples;
using MailStats.Ingest.Webhooks;
using MailStats.ServiceDefaults;
using MailStats.Stores.Administration;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Webhooks;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MailStats.Ingest.Tests;

/// <summary>Ingest over a real socket, with stores in memory and a subscriber that keeps what is published.</summary>
internal sealed class IngestApp : IAsyncDisposable
{
    /// <summary>Of this run alone: a folder beside the program would still hold what another build of it wrote.</summary>
    private static readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mailstats-ingest-");

    private readonly WebApplication _app;

    static IngestApp() => AppDomain.CurrentDomain.ProcessExit += (_, _) => _folder.Delete(recursive: true);

    private IngestApp(WebApplication app, Stores stores, Subscriber subscriber)
    {
        _app = app;
        Journal = stores;
        Subscriber = subscriber;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Client { get; }

    public EndPoint? Lmtp => _app.Services.GetRequiredService<LmtpListener>().Endpoint;

    public WebhookTrials Trials => _app.Services.GetRequiredService<WebhookTrials>();

    public Stores Journal { get; }

    public Subscriber Subscriber { get; }

    public static async Task<IngestApp> StartAsync(Stores? stores = null, params string[] settings)
    {
        stores ??= new Stores();
        var subscriber = new Subscriber();
        // Nobody applies what this host publishes, so nothing is to wait for that.
        var host = ServiceHost.Create([
            "--urls", "http://127.0.0.1:0", "--environment", "Test", "--Ingest:JournalAfter", "00:00:00", "--Storage:Path", _folder.FullName, .. settings])
            .WithDefault("Messaging:Transport", "InMemory")
            .WithDefault("Storage:Provider", "Sqlite");
        host.Builder.Logging.ClearProviders();
        host.With<IngestModule>().With<SubscriberModule>();
        host.Builder.Services.AddSingleton<IApiKeyStore>(stores);
        host.Builder.Services.AddSingleton<ITenantStore>(stores);
        host.Builder.Services.AddSingleton<IIntakeJournal>(stores);
        host.Builder.Services.AddSingleton<IWebhookSourceStore>(stores.Sources);
        host.Builder.Services.AddSingleton<IWebhookTrafficStore>(stores.Traffic);
        host.Builder.Services.AddSingleton<IWebhookTokenStore>(stores.Tokens);
        host.Builder.Services.AddSingleton<IReportedDeliveryStore>(stores.Reported);
        host.Builder.Services.AddHttpClient(nameof(SnsEnvelope)).ConfigurePrimaryHttpMessageHandler(() => stores.Amazon);
        host.Builder.Services.AddSingleton(subscriber);
        var app = host.Build();
        await app.StartAsync();

        return new IngestApp(app, stores, subscriber);
    }

    public Task<HttpResponseMessage> PostAsync(string body, string contentType = "application/json", string key = "ms_ingest") =>
        PostAsync(Encoding.UTF8.GetBytes(body), contentType, null, key);

    public async Task<HttpResponseMessage> PostAsync(byte[] body, string contentType, string? encoding, string key = "ms_ingest")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);

        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/events") { Content = content };
        request.Headers.Authorization = new("Bearer", key);

        return await Client.SendAsync(request);
    }

    /// <summary>Makes a webhook source.</summary>
    /// <returns>Its path.</returns>
    public async Task<string> AddSourceAsync(string provider, string secret, string? sender = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/admin/webhook-sources")
        {
            Content = JsonContent.Create(new { provider, name = "main", secret, sender }),
        };
        request.Headers.Authorization = new("Bearer", "ms_admin");
        using var answer = await Client.SendAsync(request);
        var view = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(answer.StatusCode == HttpStatusCode.Created, view.ToString());

        return view.GetProperty("path").GetString()!;
    }

    public Task<HttpResponseMessage> PostAsync(string path, SignedPost post) => PostWebhookAsync(path, post.Body, [.. post.Headers]);

    /// <summary>Posts as a provider does.</summary>
    public async Task<HttpResponseMessage> PostWebhookAsync(string path, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body) };

        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return await Client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    internal sealed class SubscriberModule : IModule
    {
        public static void AddServices(IHostApplicationBuilder builder)
        {
        }

        public static void AddConsumers(IBusRegistrationConfigurator bus)
        {
            bus.AddConsumer<DeliveriesReportedConsumer>();
            bus.AddConsumer<DeliveriesClassifiedConsumer>().Endpoint(endpoint => endpoint.Name = QueueNames.DeliveriesClassified);
        }

        public static void MapEndpoints(IEndpointRouteBuilder routes)
        {
        }
    }

    internal sealed class DeliveriesReportedConsumer(Subscriber subscriber) : IConsumer<DeliveriesReported>
    {
        public async Task Consume(ConsumeContext<DeliveriesReported> context)
        {
            await subscriber.TakeAsync(context.Message);

            if (subscriber.Applies)
            {
                await context.Publish(new DeliveriesClassified { BatchId = context.Message.BatchId, ReceivedAt = context.Message.ReceivedAt, Deliveries = [] });
            }
        }
    }

    /// <summary>Stands where the aggregator stands: what it acknowledges is applied.</summary>
    private sealed class DeliveriesClassifiedConsumer : IConsumer<DeliveriesClassified>
    {
        public Task Consume(ConsumeContext<DeliveriesClassified> context) => Task.CompletedTask;
    }
}
