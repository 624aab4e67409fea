namespace MailStats.Stores.Webhooks;

/// <summary>Where tenants' webhooks come from.</summary>
public interface IWebhookSourceStore
{
    /// <summary>By the unguessable part of its address; null where there is none.</summary>
    Task<WebhookSource?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>A tenant's sources, oldest first.</summary>
    Task<IReadOnlyList<WebhookSource>> ListAsync(string tenantId, CancellationToken cancellationToken);

    Task AddAsync(WebhookSource source, CancellationToken cancellationToken);

    /// <summary>Changes name, sender and secrets. False when the tenant has no such source.</summary>
    Task<bool> SaveAsync(WebhookSource source, CancellationToken cancellationToken);

    /// <summary>Removes the source and what is known of its traffic. False when the tenant has no such source.</summary>
    Task<bool> RemoveAsync(string tenantId, string id, CancellationToken cancellationToken);
}

/// <param name="Id">Unguessable; the last part of the address that the provider posts to.</param>
/// <param name="TenantId">Whose events they are.</param>
/// <param name="Provider">The provider's name in addresses: <c>ses</c>, <c>sendgrid</c>, …</param>
/// <param name="Name">The tenant's name for it, part of the events' source: <c>sendgrid/newsletter</c>.</param>
/// <param name="Secret">What its posts are proven by; its meaning is the provider's (a key, a topic, a user and password).</param>
/// <param name="Sender">The address that counts as sender where the provider does not tell one.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="EarlierSecret">The secret before the present one, which is good as well until <paramref name="EarlierUntil"/>.</param>
/// <param name="EarlierUntil">UTC.</param>
public sealed record WebhookSource(
    string Id, string TenantId, string Provider, string Name, string Secret, string? Sender, DateTimeOffset CreatedAt,
    string? EarlierSecret = null, DateTimeOffset? EarlierUntil = null);
