using System.Collections.Concurrent;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Tests;

/// <summary>Tokens of webhooks that were used, in memory.</summary>
internal sealed class Tokens : IWebhookTokenStore
{
    private readonly ConcurrentDictionary<Guid, Guid> _used = [];

    public Task<bool> UseAsync(Guid token, Guid content, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken) =>
        Task.FromResult(_used.GetOrAdd(token, content) == content);
}
