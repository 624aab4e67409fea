using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.Stores.Administration;
using MailStats.Stores.Quotas;

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

    public Task SaveSettingsAsync(QuotaSettings settings, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task SaveLimitAsync(QuotaLimit limit, CancellationToken cancellationToken) => throw new NotSupportedException();

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

    public Task SaveAsync(Tenant tenant, CancellationToken cancellationToken) => throw new NotSupportedException();

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
