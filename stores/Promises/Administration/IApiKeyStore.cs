namespace MailStats.Stores.Administration;

/// <summary>API keys: 256 random bits, shown once, kept as SHA-256.</summary>
public interface IApiKeyStore
{
    /// <summary>
    /// The key with this secret; null when it is unknown, expired or revoked. Asked for every request: answered from memory,
    /// and a revocation by another process takes effect within seconds.
    /// </summary>
    ValueTask<ApiKey?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>Makes a key and returns it in clear, the only time it can be seen.</summary>
    Task<NewApiKey> CreateAsync(
        string tenantId, string name, IReadOnlyList<string> scopes, DateTimeOffset? expiresAt, CancellationToken cancellationToken);

    Task<IReadOnlyList<ApiKey>> ListAsync(string tenantId, CancellationToken cancellationToken);

    /// <summary>False when the tenant has no such key.</summary>
    Task<bool> RevokeAsync(string tenantId, string keyId, CancellationToken cancellationToken);
}

public sealed record NewApiKey(ApiKey Stored, string Key);

public sealed record ApiKey(
    string Id,
    string TenantId,
    string Name,
    IReadOnlyList<string> Scopes,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset? RevokedAt);
