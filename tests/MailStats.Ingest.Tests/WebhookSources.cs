using System.Collections.Concurrent;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Tests;

/// <summary>Sources of webhooks, in memory.</summary>
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
