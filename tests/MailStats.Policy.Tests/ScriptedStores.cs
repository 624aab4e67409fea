using MailStats.Contracts;
using MailStats.Mail.Brake;
using MailStats.Mail.Lists;
using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.Mail.Suppression;
using MailStats.Stores.Administration;
using MailStats.Stores.Brake;
using MailStats.Stores;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Quotas;
using MailStats.Stores.Suppression;

namespace MailStats.Policy.Tests;

/// <summary>A quota that answers what the test says, for what no real store does on demand.</summary>
internal sealed class ScriptedQuota : IQuotaStore
{
    public Func<ReservationRequest, CancellationToken, Task<ReservationOutcome>> Reserve { get; set; } =
        (_, _) => Task.FromResult(new ReservationOutcome(ReservationResult.Granted, null));

    public List<ReservationRequest> Asked { get; } = [];

    public Task<ReservationOutcome> ReserveAsync(ReservationRequest request, CancellationToken cancellationToken)
    {
        lock (Asked)
        {
            Asked.Add(request);
        }

        return Reserve(request, cancellationToken);
    }

    public Task<IReadOnlyList<QuotaStanding>> StandingsAsync(StatisticsScope scope, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<QuotaStanding>>([]);

    public Task<bool> ReleaseAsync(string tenantId, string key, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<QuotaStanding>> LimitsAsync(string tenantId, int skip, int count, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<PastPeriod>> HistoryAsync(string tenantId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<QuotaSettings> SettingsAsync(string tenantId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> ReplaceSettingsAsync(QuotaSettings settings, Func<QuotaSettings, bool> condition, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<QuotaLimit?> LimitAsync(StatisticsScope scope, QuotaWindow window, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> ReplaceLimitAsync(QuotaLimit limit, Func<QuotaLimit?, bool> condition, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<bool> RemoveLimitAsync(StatisticsScope scope, QuotaWindow window, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<QuotaDifference>> VerifyAsync(bool repair, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long> UnreservedAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task AdvanceAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}

/// <summary>Knows that shop.example belongs to acme.</summary>
internal sealed class OneTenant : ITenantStore
{
    public ValueTask<string?> FindTenantOfDomainAsync(string domain, CancellationToken cancellationToken) =>
        ValueTask.FromResult(domain == "shop.example" ? "acme" : null);

    public Task<Tenant?> FindAsync(string tenantId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Tenant>> ListAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> AddAsync(Tenant tenant, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> ReplaceAsync(Tenant tenant, Func<Tenant?, bool> condition, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<SendingDomain>> DomainsAsync(string tenantId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> SaveDomainAsync(SendingDomain domain, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> RemoveDomainAsync(string tenantId, string domain, CancellationToken cancellationToken) => throw new NotSupportedException();
}

/// <summary>No self-test is under way.</summary>
internal sealed class NoTests : IPolicyTestStore
{
    public Task StartAsync(PolicyTest test, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<PolicyTest?> FindAsync(string tenantId, string testId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ObserveAsync(string testId, bool binding, string? queueId, CancellationToken cancellationToken) => throw new NotSupportedException();
}

/// <summary>An empty list, or one that cannot be read yet.</summary>
internal sealed class NoSuppressions : ISuppressionStore
{
    /// <summary>How often it cannot be read before it can.</summary>
    public int Outages { get; set; }

    public Task<SuppressionAnswer> FindAsync(string tenantId, string? domain, string address, CancellationToken cancellationToken) =>
        Outages-- > 0
            ? throw new StorageUnavailableException("The store is away.", null)
            : Task.FromResult(new SuppressionAnswer(SuppressionMode.Observe, null));

    public Task<IReadOnlyList<(int Place, SuppressionEntry Entry)>> CheckAsync(
        string tenantId, string? domain, IReadOnlyList<string> addresses, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Page<SuppressionEntry>> ListAsync(SuppressionQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<bool>> AddAsync(
        string tenantId, IReadOnlyList<SuppressionAddition> entries, bool tell, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> RemoveAsync(string tenantId, string? domain, string address, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SuppressionSettings?> OwnSettingsAsync(string tenantId, string? domain, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<bool> ReplaceSettingsAsync(
        string tenantId, string? domain, SuppressionSettings? settings, Func<SuppressionSettings, bool> condition, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<SuppressionsCompared> CompareAsync(
        string tenantId, Comparison comparison, string? cursor, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SuppressionEffect> EffectAsync(string tenantId, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}

/// <summary>Nothing is refused that would have to be noted down.</summary>
internal sealed class NoDeliveries : IDeliveryStore
{
    public Task<ApplyResult> ApplyAsync(IReadOnlyList<ClassifiedDelivery> deliveries, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ApplyResult> ApplyAsync(IReadOnlyList<ClassifiedDelivery> deliveries, DateTimeOffset acknowledgedAt, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}

/// <summary>Switched off.</summary>
internal sealed class NoBrakes : IBrakeStore
{
    /// <summary>Of every mailbox.</summary>
    public KnownNetworks Networks { get; init; } = KnownNetworks.None;

    public Task<KnownNetworks> NetworksAsync(string tenantId, string mailbox, CancellationToken cancellationToken) => Task.FromResult(Networks);

    public Task<KnownNetworks> NoteNetworkAsync(string tenantId, string mailbox, ulong network, int day, CancellationToken cancellationToken) =>
        Task.FromResult(Networks.With(network, day));

    public Task<StoredBrake?> FindAsync(string tenantId, string id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<BrakeSettings> SettingsAsync(string tenantId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> ReplaceSettingsAsync(
        string tenantId, BrakeSettings settings, Func<BrakeSettings, bool> condition, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<BrakeStanding> StandingAsync(string tenantId, string mailbox, CancellationToken cancellationToken) =>
        Task.FromResult(new BrakeStanding(new() { Mode = BrakeMode.Off }, null, null));

    public Task<bool> StopAsync(StoredBrake brake, bool tell, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ReplaceAsync(
        string tenantId, string mailbox, DateTimeOffset from, IReadOnlyList<StoredBrake> brakes, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<Page<StoredBrake>> ListAsync(string tenantId, string? cursor, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<StoredBrake?> ReleaseAsync(string tenantId, string id, CancellationToken cancellationToken) => throw new NotSupportedException();
}
