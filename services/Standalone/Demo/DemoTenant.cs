using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.Quotas;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Options;

namespace MailStats.Standalone.Demo;

/// <summary>
/// Tenant <c>demo</c> with its domains and a key of its own, kept in <c>demo.key</c> beside <c>admin.key</c>; its quota
/// is always at the orange level, until somebody sets another limit.
/// </summary>
internal sealed class DemoTenant(
    ITenantStore tenants,
    IApiKeyStore keys,
    IQuotaStore quotas,
    DemoTraffic traffic,
    IServer server,
    IOptions<StorageOptions> storage,
    TimeProvider time) : IHostedLifecycleService
{
    private const string Id = "demo";
    private const int UsualPercent = 85;
    private const int MostPercent = 95;

    private static readonly StatisticsScope Scope = new(Id);

    private long _limit;
    private QuotaPeriod _period;

    /// <summary>The tenant's API key, known once the process has started.</summary>
    public string Key { get; private set; } = "";

    private string KeyFile => Path.Combine(storage.Value.Path, "demo.key");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();

        if (await tenants.FindAsync(Id, cancellationToken) is null)
        {
            await tenants.SaveAsync(new Tenant(Id, "Demo", "Etc/UTC", now), cancellationToken);
        }

        (Key, _) = await KeptKey.GetAsync(
            keys, KeyFile, Id, "demo (made by Standalone)", [Scopes.Ingest, Scopes.Read, Scopes.Admin], cancellationToken);

        var registered = await tenants.DomainsAsync(Id, cancellationToken);

        foreach (var domain in DemoCast.ValidatedDomains.Except(registered.Select(known => known.Domain)))
        {
            await tenants.SaveDomainAsync(new SendingDomain(Id, domain, now, now), cancellationToken);
        }

        await StartQuotaAsync(now, cancellationToken);
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Console.Out.WriteLineAsync($"""
        Demo:      {OwnAddresses.Of(server).LinkWith(Key)}
        Demo key:  {Path.GetFullPath(KeyFile)}

        """);

    /// <summary>
    /// Raises the limit before the trickle uses it up, and begins the billing month anew when it ends, unless the limit is no longer the one
    /// that was set here.
    /// </summary>
    public async Task KeepOrangeAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var month = (await quotas.StandingsAsync(Scope, cancellationToken))[0];

        if (month.Limit != _limit)
        {
            return;
        }

        if (now >= _period.End)
        {
            await StartQuotaAsync(now, cancellationToken);
        }
        else if (month.Percent > MostPercent)
        {
            await SaveLimitAsync(month.Taken, cancellationToken);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // The billing month ends tomorrow, so that nearly all of the traffic lies in it on any day.
    private async Task StartQuotaAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var anchorDay = now.UtcDateTime.AddDays(1).Day;
        await quotas.SaveSettingsAsync(await quotas.SettingsAsync(Id, cancellationToken) with { AnchorDay = anchorDay }, cancellationToken);

        _period = new QuotaCalendar(anchorDay, TimeZoneInfo.Utc).PeriodAt(now, QuotaWindow.Month);
        var coming = traffic.Month().Where(submitted => _period.Contains(submitted.AcceptedAt!.Value))
            .DistinctBy(submitted => submitted.MessageKey).LongCount();
        var month = (await quotas.StandingsAsync(Scope, cancellationToken))[0];

        await SaveLimitAsync(Math.Max(coming, month.Taken), cancellationToken);
    }

    private async Task SaveLimitAsync(long taken, CancellationToken cancellationToken)
    {
        _limit = taken * 100 / UsualPercent;
        await quotas.SaveLimitAsync(new QuotaLimit(Scope, QuotaWindow.Month, _limit), cancellationToken);
    }
}
