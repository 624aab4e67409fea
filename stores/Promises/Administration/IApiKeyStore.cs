namespace MailStats.Stores.Administration;

/// <summary>API keys: 256 random bits, shown once, kept as SHA-256.</summary>
public interface IApiKeyStore
{
    /// <summary>
    /// The key with this secret; null when it is unknown, expired or revoked. Asked for every request: answered from memory,
    /// and a revocation by another process takes effect within seconds.
    /// </summary>
    ValueTask<ApiKey?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>The same by its id, for what was made with the key; null also when the tenant has no such key.</summary>
    ValueTask<ApiKey?> FindByIdAsync(string tenantId, string keyId, CancellationToken cancellationToken);

    /// <summary>Makes a key and returns it in clear, the only time it can be seen.</summary>
    Task<NewApiKey> CreateAsync(string tenantId, KeyTerms terms, CancellationToken cancellationToken);

    Task<IReadOnlyList<ApiKey>> ListAsync(string tenantId, CancellationToken cancellationToken);

    /// <summary>False when the tenant has no such key.</summary>
    Task<bool> RevokeAsync(string tenantId, string keyId, CancellationToken cancellationToken);
}

/// <summary>What a key is for, and for how long.</summary>
/// <param name="Name">As people call it.</param>
/// <param name="Scopes">What its holder may do.</param>
/// <param name="Domains">The sending domains whose numbers it shows, in normal form; all where there are none.</param>
/// <param name="ExpiresAt">UTC; never where null.</param>
public sealed record KeyTerms(string Name, IReadOnlyList<string> Scopes, IReadOnlyList<string> Domains, DateTimeOffset? ExpiresAt);

public sealed record NewApiKey(ApiKey Stored, string Key);

/// <param name="Id">Names the key without being its secret.</param>
/// <param name="TenantId">Whose it is.</param>
/// <param name="Terms">What it is for.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="LastUsedAt">To within minutes; null while it was not used.</param>
/// <param name="RevokedAt">Null while it was not revoked.</param>
public sealed record ApiKey(string Id, string TenantId, KeyTerms Terms, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt)
{
    public bool IsValid(DateTimeOffset now) => RevokedAt is null && !(Terms.ExpiresAt <= now);
}
