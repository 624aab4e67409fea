using System.Collections.Concurrent;
using MailStats.Contracts;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.Deliveries;

namespace MailStats.Ingest.Tests;

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
