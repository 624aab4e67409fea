using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using MailStats.Contracts;
using MailStats.Ingest.Lmtp;
using MailStats.Ingest.Tests.Webhooks.Samples;
using MailStats.Ingest.Webhooks;
using MailStats.Mail.Statistics;
using MailStats.ServiceDefaults;
using MailStats.Stores;
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

    public async Task<HttpResponseMessage> PostAsync(string path, SignedPost post)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(post.Body) };

        foreach (var (name, value) in post.Headers)
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

internal sealed class Subscriber
{
    private readonly Channel<DeliveriesReported> _arrived = Channel.CreateUnbounded<DeliveriesReported>();

    public ConcurrentQueue<DeliveriesReported> Batches { get; } = [];

    /// <summary>True to stand for the aggregator too.</summary>
    public bool Applies { get; set; }

    public IEnumerable<DeliveryEvent> Events => Batches.SelectMany(batch => batch.Deliveries);

    public Task TakeAsync(DeliveriesReported batch)
    {
        Batches.Enqueue(batch);

        return _arrived.Writer.WriteAsync(batch).AsTask();
    }

    public async Task WaitForAsync(int batches)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        for (var seen = 0; seen < batches; seen++)
        {
            await _arrived.Reader.ReadAsync(deadline.Token);
        }
    }
}

/// <summary>The stores that Ingest asks, in memory.</summary>
internal sealed class Stores : IApiKeyStore, ITenantStore, IIntakeJournal
{
    public ConcurrentDictionary<Guid, DeliveriesReported> Kept { get; } = [];

    public WebhookSources Sources { get; } = new();

    public Traffic Traffic { get; } = new();

    public Tokens Tokens { get; } = new();

    public Reported Reported { get; } = new();

    /// <summary>Answers in Amazon's place.</summary>
    public Amazon Amazon { get; } = new();

    public bool Broken { get; set; }

    public Task AppendAsync(IReadOnlyList<DeliveriesReported> batches, CancellationToken cancellationToken)
    {
        if (Broken)
        {
            throw new StorageUnavailableException("disk full", null);
        }

        foreach (var batch in batches)
        {
            Kept[batch.BatchId] = batch;
        }

        return Task.CompletedTask;
    }

    public Task RemoveAsync(IReadOnlyList<Guid> batchIds, CancellationToken cancellationToken)
    {
        foreach (var id in batchIds)
        {
            Kept.TryRemove(id, out _);
        }

        return Task.CompletedTask;
    }

    public IAsyncEnumerable<DeliveriesReported> ReadAllAsync(CancellationToken cancellationToken) =>
        Kept.Values.OrderBy(batch => batch.ReceivedAt).ToAsyncEnumerable();

    public ConcurrentQueue<string> AskedKeys { get; } = [];

    public ValueTask<ApiKey?> FindAsync(string key, CancellationToken cancellationToken)
    {
        AskedKeys.Enqueue(key);

        return ValueTask.FromResult(key switch
        {
            "ms_ingest" => Key(Scopes.Ingest),
            "ms_all" => Key(Scopes.Ingest, Scopes.IngestAll),
            "ms_read" => Key(Scopes.Read),
            "ms_admin" => Key(Scopes.Admin),
            _ => null,
        });
    }

    public ValueTask<string?> FindTenantOfDomainAsync(string domain, CancellationToken cancellationToken) =>
        ValueTask.FromResult(domain == "shop.example" ? "shop" : null);

    public ValueTask<ApiKey?> FindByIdAsync(string tenantId, string keyId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<NewApiKey> CreateAsync(string tenantId, KeyTerms terms, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<ApiKey>> ListAsync(string tenantId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> RevokeAsync(string tenantId, string keyId, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<Tenant?> ITenantStore.FindAsync(string tenantId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Tenant>> ListAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> AddAsync(Tenant tenant, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> ReplaceAsync(Tenant tenant, Func<Tenant?, bool> condition, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<SendingDomain>> DomainsAsync(string tenantId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> SaveDomainAsync(SendingDomain domain, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> RemoveDomainAsync(string tenantId, string domain, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int?> QuarantineAsync(DeliveriesReported batch, string reason, DateTimeOffset failedAt, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<QuarantinedBatch>> QuarantinedAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<QuarantinedBatch>>([]);

    public Task<JournalReport> VerifyAsync(bool repair, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> ReleaseAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    private static ApiKey Key(params string[] scopes) => new("k1", "acme", new("test", scopes, [], null), DateTimeOffset.UnixEpoch, null, null);
}

internal sealed class WebhookSources : IWebhookSourceStore
{
    private readonly ConcurrentDictionary<string, WebhookSource> _sources = [];

    public Task<WebhookSource?> FindAsync(string id, CancellationToken cancellationToken) => Task.FromResult(_sources.GetValueOrDefault(id));

    public Task<IReadOnlyList<WebhookSource>> ListAsync(string tenantId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<WebhookSource>>([.. _sources.Values.Where(source => source.TenantId == tenantId)]);

    public Task AddAsync(WebhookSource source, CancellationToken cancellationToken)
    {
        _sources[source.Id] = source;

        return Task.CompletedTask;
    }

    public Task<bool> SaveAsync(WebhookSource source, CancellationToken cancellationToken) =>
        Task.FromResult(_sources.TryGetValue(source.Id, out var known) && known.TenantId == source.TenantId && _sources.TryUpdate(source.Id, source, known));

    public Task<bool> RemoveAsync(string tenantId, string id, CancellationToken cancellationToken) =>
        Task.FromResult(_sources.TryGetValue(id, out var source) && source.TenantId == tenantId && _sources.TryRemove(id, out _));
}

/// <summary>Keeps what is written as it is written.</summary>
internal sealed class Traffic : IWebhookTrafficStore
{
    private readonly ConcurrentQueue<WebhookCount> _counts = [];
    private readonly ConcurrentQueue<WebhookRefusal> _refusals = [];

    public bool Broken { get; set; }

    public Task AddAsync(IReadOnlyList<WebhookCount> counts, IReadOnlyList<WebhookRefusal> refusals, DateOnly oldest, CancellationToken cancellationToken)
    {
        if (Broken)
        {
            throw new StorageUnavailableException("disk full", null);
        }

        foreach (var count in counts)
        {
            _counts.Enqueue(count);
        }

        foreach (var refusal in refusals)
        {
            _refusals.Enqueue(refusal);
        }

        return Task.CompletedTask;
    }

    public Task<WebhookTraffic> FindAsync(string sourceId, CancellationToken cancellationToken) => Task.FromResult(new WebhookTraffic(
        [.. _counts.Where(count => count.SourceId == sourceId)],
        [.. _refusals.Where(refusal => refusal.SourceId == sourceId).Reverse().Take(IWebhookTrafficStore.Refusals)]));
}

/// <summary>Deliveries that reports may be about.</summary>
internal sealed class Reported : IReportedDeliveryStore
{
    public List<ReportedDelivery> Deliveries { get; } = [];

    public ConcurrentQueue<(string Recipient, TimeRange Within)> Asked { get; } = [];

    public Task<IReadOnlyList<ReportedDelivery>> FindAsync(
        string tenantId, string recipient, string? messageId, TimeRange within, CancellationToken cancellationToken)
    {
        Asked.Enqueue((recipient, within));

        return Task.FromResult<IReadOnlyList<ReportedDelivery>>([.. Deliveries.Where(delivery =>
            delivery.Recipient == recipient && delivery.AcceptedAt >= within.From && delivery.AcceptedAt < within.To)]);
    }
}

internal sealed class Tokens : IWebhookTokenStore
{
    private readonly ConcurrentDictionary<Guid, Guid> _used = [];

    public Task<bool> UseAsync(Guid token, Guid content, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        Task.FromResult(_used.GetOrAdd(token, content) == content);
}

internal sealed class Amazon : HttpMessageHandler
{
    public string Certificate { get; set; } = "";

    public ConcurrentQueue<Uri> Asked { get; } = [];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Asked.Enqueue(request.RequestUri!);

        return Task.FromResult(new HttpResponseMessage { Content = new StringContent(Certificate) });
    }
}
