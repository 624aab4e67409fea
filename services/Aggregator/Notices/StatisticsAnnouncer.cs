using MailStats.Contracts;
using MassTransit;

namespace MailStats.Aggregator.Notices;

/// <summary>Tells live views what moved, at most four times a second and once a tenant, however much is applied.</summary>
internal sealed partial class StatisticsAnnouncer(IBus bus, TimeProvider time, ILogger<StatisticsAnnouncer> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>A message names no more domains than this; with more, the tenant's views are told to look at all of it.</summary>
    private const int MaxDomains = 100;

    private readonly Lock _lock = new();
    private Dictionary<string, HashSet<string>> _touched = [];

    public void Add(IReadOnlyList<(string TenantId, string Domain)> touched)
    {
        lock (_lock)
        {
            foreach (var (tenant, domain) in touched)
            {
                if (!_touched.TryGetValue(tenant, out var domains))
                {
                    domains = new(StringComparer.Ordinal);
                    _touched.Add(tenant, domains);
                }

                if (domain.Length > 0 && domains.Count <= MaxDomains)
                {
                    domains.Add(domain);
                }
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);

        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                foreach (var (tenant, domains) in Take())
                {
                    await AnnounceAsync(tenant, domains, stoppingToken);
                }
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // Views ask again by themselves after a while; statistics do not depend on this message.
                LogNotAnnounced(logger, error);
            }
        }
    }

    private Task AnnounceAsync(string tenant, HashSet<string> domains, CancellationToken cancellationToken) =>
        bus.Publish(
            new StatisticsChanged
            {
                TenantId = tenant,
                Domains = domains.Count > MaxDomains ? [] : [.. domains.Order(StringComparer.Ordinal)],
                OccurredAt = time.GetUtcNow(),
            },
            cancellationToken);

    private Dictionary<string, HashSet<string>> Take()
    {
        lock (_lock)
        {
            var touched = _touched;
            _touched = touched.Count > 0 ? [] : touched;

            return touched.Count > 0 ? touched : [];
        }
    }

    [LoggerMessage(LogLevel.Warning, "Changed statistics could not be announced")]
    private static partial void LogNotAnnounced(ILogger logger, Exception error);
}
