using System.Globalization;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Mail.Deliveries;
using MailStats.Stores;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Incidents;
using MailStats.Stores.MongoDb;
using MailStats.Stores.Notifications;
using MailStats.Stores.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MailStats.Incidents.Tests.Following;

/// <summary>Two replicas on one store, killed (SIGKILL) one after the other at random while the incidents of their tenants open and close.</summary>
public sealed class KillTests
{
    private const int LeastKills = 6;
    private const int MostKills = 60;

    private static readonly string[] Tenants = ["t1", "t2", "t3", "t4", "t5", "t6"];

    private static readonly Classification Failing = new()
    {
        Reason = "receiver_error", Hard = false, Permanent = false, Unknown = false, Actor = "receiver", Advice = "Wait.", Rule = "enhanced-4.3.0",
    };

    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private readonly Random _random = new(20261129);

    [Fact]
    public async Task No_incident_and_no_notice_is_lost_or_repeated()
    {
        using var folder = new TemporaryFolder();
        using var store = Open(folder.Path);
        await store.StartAsync();
        List<ServiceProcess> replicas = [await StartAsync(folder.Path), await StartAsync(folder.Path)];
        using var killer = new CancellationTokenSource();
        var killing = KillAgainAndAgainAsync(replicas, folder.Path, killer.Token);

        await Task.WhenAll(Tenants.Select(tenant => LiveAsync(store.Services, tenant)));
        await killer.CancelAsync();
        var kills = await killing;

        foreach (var replica in replicas)
        {
            await replica.DisposeAsync();
        }

        var notices = await store.Services.GetRequiredService<IOutbox>().ReadSinceAsync(_now.AddDays(-1), default).Select(IncidentOf).ToListAsync();

        foreach (var tenant in Tenants)
        {
            var incident = Assert.Single(await IncidentsAsync(store.Services, tenant)).Incident;
            Assert.Equal((IncidentKind.ReceiverOutage, 40L), (incident.Kind, incident.Failed));
            Assert.Single(notices, notice => notice == (nameof(IncidentOpened), tenant, incident.Id));
            Assert.Single(notices, notice => notice == (nameof(IncidentClosed), tenant, incident.Id));
        }

        Assert.Equal(2 * Tenants.Length, notices.Count(notice => notice.Type != nameof(IncidentChanged)));
        Assert.True(kills >= LeastKills, $"{kills} kills");
        await store.StopAsync();
    }

    /// <summary>
    /// A tenant's day: hours of ordinary mail, a receiver that fails for minutes, then ordinary mail again, all of it a little ago: what is
    /// over is seen when somebody begins to follow the tenant anew.
    /// </summary>
    private async Task LiveAsync(IServiceProvider services, string tenant)
    {
        await ApplyAsync(services, Mail(tenant, 0, 600, -240, 0.3, _ => false));

        foreach (var part in Mail(tenant, 600, 80, -20, 0.05, number => number % 2 == 0).Chunk(7))
        {
            await ApplyAsync(services, part);
        }

        await Eventually.IsAsync(() => IncidentsAsync(services, tenant), found => found is [{ Told: true }], $"an open incident of {tenant}");

        foreach (var part in Mail(tenant, 700, 160, -15, 0.05, _ => false).Chunk(11))
        {
            await ApplyAsync(services, part);
        }

        await Eventually.IsAsync(
            () => IncidentsAsync(services, tenant), found => found is [{ Incident.ClosedAt: not null }], $"that the incident of {tenant} is over");
    }

    private async Task<int> KillAgainAndAgainAsync(List<ServiceProcess> replicas, string folder, CancellationToken done)
    {
        var kills = 0;
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(10));

        while ((kills < LeastKills || !done.IsCancellationRequested) && kills < MostKills)
        {
            for (var wait = _random.Next(1, 300); wait > 0; wait--)
            {
                await ticks.WaitForNextTickAsync(CancellationToken.None);
            }

            var victim = _random.Next(replicas.Count);
            await replicas[victim].DisposeAsync();
            kills++;
            replicas[victim] = await StartAsync(folder);
        }

        return kills;
    }

    private static Task<ServiceProcess> StartAsync(string folder) => ServiceProcess.StartAsync(
        "services/Incidents", null, [], [("Storage__Provider", "Sqlite"), ("Storage__Path", folder), ("Incidents__Lease", "00:00:03")]);

    private static IHost Open(string folder)
    {
        var builder = Host.CreateApplicationBuilder(["--Storage:Provider", "Sqlite", "--Storage:Path", folder]);
        builder.Logging.ClearProviders();
        builder.AddStores<SqliteStores, MongoStores>();

        return builder.Build();
    }

    private static Task<ApplyResult> ApplyAsync(IServiceProvider services, IReadOnlyList<ClassifiedDelivery> deliveries) =>
        services.GetRequiredService<IDeliveryStore>().ApplyAsync(deliveries, default);

    private static Task<IReadOnlyList<StoredIncident>> IncidentsAsync(IServiceProvider services, string tenant) =>
        services.GetRequiredService<IIncidentStore>().ListAsync(new() { TenantId = tenant, Limit = 100 }, default);

    private static (string Type, string? Tenant, string? Incident) IncidentOf(OutboxMessage message)
    {
        var content = JsonDocument.Parse(message.Content).RootElement;

        return (message.Type, content.GetProperty("tenantId").GetString(), content.GetProperty("incident").GetProperty("id").GetString());
    }

    /// <summary>Every other mail goes to Gmail, the rest to Yahoo; those to Gmail fail where it is said.</summary>
    private IReadOnlyList<ClassifiedDelivery> Mail(string tenant, int first, int count, double fromMinute, double minutesEach, Func<int, bool> fails) =>
    [
        .. Enumerable.Range(first, count).Select(number => Some.Event(
            fails(number) ? DeliveryEventKind.Deferred : DeliveryEventKind.Delivered,
            string.Create(CultureInfo.InvariantCulture, $"m{number}"),
            string.Create(CultureInfo.InvariantCulture, $"r{number}@example.net"),
            _now.AddMinutes(fromMinute + ((number - first) * minutesEach)),
            classification: fails(number) ? Failing : null,
            tenant: tenant,
            provider: number % 2 == 0 ? "Gmail" : "Yahoo",
            with: reported => fails(number)
                ? reported with { ReplyCode = 451, EnhancedCode = "4.3.0", ReplyText = "451 4.3.0 Temporary system problem. Try again later" }
                : reported with { ReplyCode = 250, ReplyText = "250 2.0.0 OK" })),
    ];
}
