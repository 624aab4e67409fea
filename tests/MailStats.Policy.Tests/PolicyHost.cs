using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.Policy.Postfix;
using MailStats.ServiceDefaults;
using MailStats.Stores.Administration;
using MailStats.Stores.Brake;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Notifications;
using MailStats.Stores.Lists;
using MailStats.Stores.Quotas;
using MailStats.Stores.Statistics;
using MailStats.Stores.Suppression;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MailStats.Policy.Tests;

/// <summary>The Policy service as it runs, over SQLite in a folder of its own.</summary>
internal sealed class PolicyHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _folder;
    private readonly bool _ownsFolder;
    private int _messages;

    private PolicyHost(WebApplication app, string folder, bool ownsFolder)
    {
        (_app, _folder, _ownsFolder) = (app, folder, ownsFolder);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Client { get; }

    public string Folder => _folder;

    public IQuotaStore Quotas => _app.Services.GetRequiredService<IQuotaStore>();

    public IBrakeStore Brakes => _app.Services.GetRequiredService<IBrakeStore>();

    public ISuppressionStore Suppressions => _app.Services.GetRequiredService<ISuppressionStore>();

    public IDeliveryLog Log => _app.Services.GetRequiredService<IDeliveryLog>();

    public IStatisticsStore Statistics => _app.Services.GetRequiredService<IStatisticsStore>();

    public Task ApplyAsync(params ClassifiedDelivery[] deliveries) => _app.Services.GetRequiredService<IDeliveryStore>().ApplyAsync(deliveries, default);

    public static async Task<PolicyHost> StartAsync(TimeProvider? time = null, string? folder = null, params string[] settings)
    {
        var path = folder ?? Directory.CreateTempSubdirectory("mailstats-policy-").FullName;
        var host = ServiceHost.Create(["--urls", "http://127.0.0.1:0", "--Storage:Path", path, "--Policy:Listen:0", "127.0.0.1:0", .. settings])
            .WithDefault("Storage:Provider", "Sqlite");
        host.Builder.Logging.ClearProviders();

        if (time is not null)
        {
            host.Builder.Services.AddSingleton(time);
        }

        var app = host.With<PolicyModule>().Build();
        await app.StartAsync();
        var started = new PolicyHost(app, path, folder is null);
        var tenants = app.Services.GetRequiredService<ITenantStore>();
        var now = DateTimeOffset.UnixEpoch;
        await tenants.SaveAsync(new Tenant("acme", "Acme", "America/Toronto", now), default);
        await tenants.SaveDomainAsync(new SendingDomain("acme", "shop.example", now, now), default);

        return started;
    }

    public async Task UseKeyAsync(string tenant, params string[] scopes)
    {
        var key = await _app.Services.GetRequiredService<IApiKeyStore>().CreateAsync(tenant, new("test", scopes, [], null), default);
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Key);
    }

    public Task LimitAsync(long recipients, bool temporary = false) =>
        Quotas.SaveLimitAsync(new QuotaLimit(new StatisticsScope("acme"), QuotaWindow.Month, recipients, temporary), default);

    public async Task<QuotaStanding> StandingAsync() => (await Quotas.StandingsAsync(new StatisticsScope("acme"), default))[0];

    /// <summary>Thresholds that are to be told of, in percent, as they were reached.</summary>
    public async Task<IReadOnlyList<int>> AlertsAsync() =>
        [.. (await _app.Services.GetRequiredService<IOutbox>().ReadPendingAsync(100, default))
            .Where(message => message.Type == nameof(QuotaThresholdReached))
            .Select(message => JsonDocument.Parse(message.Content).RootElement.GetProperty("thresholdPercent").GetInt32())];

    public int PolicyPort => ((IPEndPoint)_app.Services.GetRequiredService<PolicyListener>().Endpoints[0]).Port;

    public Task<PolicyClient> ConnectAsync() => PolicyClient.ConnectAsync(_app.Services.GetRequiredService<PolicyListener>().Endpoints[0]);

    /// <summary>The MTA's log comes back: each recipient of the message was delivered.</summary>
    public Task LogAsync(string queueId, int recipients, DateTimeOffset at, string? host = null)
    {
        var message = $"m{Interlocked.Increment(ref _messages)}";

        return _app.Services.GetRequiredService<IDeliveryStore>().ApplyAsync(
            [.. Enumerable.Range(0, recipients).Select(i => new ClassifiedDelivery
            {
                Provider = "example.net",
                Event = new DeliveryEvent
                {
                    EventId = Guid.NewGuid(),
                    TenantId = "acme",
                    MessageKey = message,
                    Recipient = $"r{i}@example.net",
                    Kind = DeliveryEventKind.Delivered,
                    OccurredAt = at,
                    Sender = "news@shop.example",
                    QueueId = queueId,
                    ReportingHost = host,
                },
            })],
            default);
    }

    public async Task<(int Status, JsonElement Body)> PostAsync(string path, object body)
    {
        using var response = await Client.PostAsJsonAsync(path, body);
        var text = await response.Content.ReadAsStringAsync();

        return ((int)response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    public async Task<IReadOnlyList<AuditEntry>> AuditAsync() =>
        (await _app.Services.GetRequiredService<IAuditStore>().ListAsync("acme", null, 10, default)).Items;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();

        if (_ownsFolder)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}

/// <summary>A clock that stands until it is moved; timers run by the real one.</summary>
internal sealed class ManualTime(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
