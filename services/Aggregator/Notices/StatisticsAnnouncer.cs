using MailStats.Contracts;
using MailStats.Stores.Upkeep;
using MassTransit;

namespace MailStats.Aggregator.Notices;

/// <summary>Tells live views what moved, at most four times a second and once a tenant, however much is applied.</summary>
internal sealed class StatisticsAnnouncer(IBus bus, TimeProvider time, ILogger<StatisticsAnnouncer> logger) : Rounds(time, logger)
{
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

    protected override TimeSpan Interval => TimeSpan.FromMilliseconds(250);

    // Views ask again by themselves after a while; statistics do not depend on this message.
    protected override string NotDone => "Live views could not be told what moved";

    protected override async Task RoundAsync(CancellationToken stoppingToken)
    {
        foreach (var (tenant, domains) in Take())
        {
            await AnnounceAsync(tenant, domains, stoppingToken);
        }
    }

    private Task AnnounceAsync(string tenant, HashSet<string> domains, CancellationToken cancellationToken) =>
        bus.Publish(
            new StatisticsChanged
            {
                TenantId = tenant,
                Domains = domains.Count > MaxDomains ? [] : [.. domains.Order(StringComparer.Ordinal)],
                OccurredAt = Time.GetUtcNow(),
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
}
