using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Notifier.Letters;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.Notifications;
using MailStats.Stores.Quotas;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MailStats.Notifier.Tests;

/// <summary>The Notifier as it runs, with the in-memory bus and SQLite in a folder of its own.</summary>
internal sealed class NotifierHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly bool _ownsFolder;

    private NotifierHost(WebApplication app, string folder, bool ownsFolder)
    {
        (_app, Folder, _ownsFolder) = (app, folder, ownsFolder);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Client { get; }

    public string Folder { get; }

    public IServiceProvider Services => _app.Services;

    public IQuotaStore Quotas => _app.Services.GetRequiredService<IQuotaStore>();

    public static async Task<NotifierHost> StartAsync(string? folder = null, bool allowPrivate = true, params string[] settings)
    {
        var path = folder ?? Directory.CreateTempSubdirectory("mailstats-notifier-").FullName;
        var host = ServiceHost.Create(
        [
            "--urls", "http://127.0.0.1:0", "--Storage:Path", path, "--Notifier:AllowPrivateTargets", $"{allowPrivate}",
            "--Notifier:FirstRetry", "00:00:00.100",
            // A slow machine is no silent server.
            "--Notifier:Timeout", "00:00:30", .. settings,
        ])
            .WithDefault("Messaging:Transport", "InMemory")
            .WithDefault("Storage:Provider", "Sqlite");
        // MassTransit keeps the first logger factory of the process for good, so it must be one that nobody disposes.
        host.Builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        var app = host.With<NotifierModule>().Build();
        await app.StartAsync();
        var started = new NotifierHost(app, path, folder is null);
        await started.UseTenantAsync("acme");

        return started;
    }

    public async Task UseTenantAsync(string tenant)
    {
        var tenants = _app.Services.GetRequiredService<ITenantStore>();
        await tenants.SaveAsync(new Tenant(tenant, "Acme Ltd", "America/Toronto", DateTimeOffset.UnixEpoch), default);
        var key = await _app.Services.GetRequiredService<IApiKeyStore>().CreateAsync(tenant, new("test", [Scopes.Admin], [], null), default);
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Key);
    }

    public static QuotaThresholdReached Reached(int threshold = 80, Guid? noticeId = null) => new()
    {
        NoticeId = noticeId ?? Guid.NewGuid(),
        TenantId = "acme",
        ThresholdPercent = threshold,
        Used = threshold * 100,
        Limit = 10_000,
        Blocked = threshold >= 100,
        PeriodStart = new DateTimeOffset(2026, 11, 1, 4, 0, 0, TimeSpan.Zero),
        ResetsAt = new DateTimeOffset(2026, 12, 1, 5, 0, 0, TimeSpan.Zero),
        OccurredAt = TimeProvider.System.GetUtcNow(),
    };

    /// <summary>One round of a process that begins at that moment to write letters.</summary>
    public Task WriteLettersAsync(DateTimeOffset at) =>
        ActivatorUtilities.CreateInstance<LetterWriter>(_app.Services, NullLogger<LetterWriter>.Instance, new StandingClock(at)).WriteAsync(default);

    private sealed class StandingClock(DateTimeOffset at) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => at;
    }

    public Task PublishAsync<T>(T message)
        where T : class => _app.Services.GetRequiredService<IBus>().Publish(message);

    public Task SaveTargetAsync(NotificationTarget target) => _app.Services.GetRequiredService<INotificationStore>().SaveTargetAsync(target, default);

    public async Task<JsonElement> AddTargetAsync(string kind, string address, string name = "")
    {
        var (status, body) = await SendAsync(HttpMethod.Post, "/v1/admin/notifications", new { kind, address, name });
        Assert.Equal(201, status);

        return body;
    }

    public async Task<(int Status, JsonElement Body)> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();

        return ((int)response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    /// <summary>The log once it holds what is waited for.</summary>
    public Task<JsonElement> LogWhenAsync(Func<JsonElement, bool> isThere) =>
        Eventually.IsAsync(async () => (await SendAsync(HttpMethod.Get, "/v1/admin/notifications/log")).Item2, isThere, "the log of notifications");

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();

        if (_ownsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
