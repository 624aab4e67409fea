using MailStats.Stores.Webhooks;

namespace MailStats.Stores.Secrets;

/// <summary>Keeps sources with their secrets sealed, in whatever store.</summary>
internal sealed class SealedWebhookSources(IWebhookSourceStore store, SecretSeal seal) : IWebhookSourceStore
{
    public async Task<WebhookSource?> FindAsync(string id, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } kept ? Opened(kept) : null;

    public async Task<IReadOnlyList<WebhookSource>> ListAsync(string tenantId, CancellationToken cancellationToken) =>
        [.. (await store.ListAsync(tenantId, cancellationToken)).Select(Opened)];

    public Task AddAsync(WebhookSource source, CancellationToken cancellationToken) => store.AddAsync(Sealed(source), cancellationToken);

    public Task<bool> SaveAsync(WebhookSource source, CancellationToken cancellationToken) => store.SaveAsync(Sealed(source), cancellationToken);

    public Task<bool> RemoveAsync(string tenantId, string id, CancellationToken cancellationToken) => store.RemoveAsync(tenantId, id, cancellationToken);

    private static string Of(WebhookSource source) => $"webhook source {source.Id}";

    private WebhookSource Opened(WebhookSource kept) => kept with
    {
        Secret = seal.Open(kept.Secret, Of(kept)),
        EarlierSecret = kept.EarlierSecret is { } earlier ? seal.Open(earlier, Of(kept)) : null,
    };

    private WebhookSource Sealed(WebhookSource source) => source with
    {
        Secret = seal.Seal(source.Secret, Of(source)),
        EarlierSecret = source.EarlierSecret is { } earlier ? seal.Seal(earlier, Of(source)) : null,
    };
}
