namespace MailStats.Stores.Administration;

/// <summary>What people who sign in through the tenant's authority may do. Who they are and to which tenant they belong, the authority says.</summary>
public interface IUserStore
{
    /// <summary>In the order of their subjects.</summary>
    Task<IReadOnlyList<TenantUser>> ListAsync(string tenantId, CancellationToken cancellationToken);

    Task<TenantUser?> FindAsync(string tenantId, string subject, CancellationToken cancellationToken);

    /// <summary>The scopes of a user's role; none for an unknown user.</summary>
    async ValueTask<IReadOnlyList<string>> ScopesAsync(string tenantId, string subject, CancellationToken cancellationToken) =>
        (await FindAsync(tenantId, subject, cancellationToken))?.Scopes ?? [];

    /// <summary>Adds the user or overwrites name and role.</summary>
    Task SaveAsync(TenantUser user, CancellationToken cancellationToken) => ReplaceAsync(user, _ => true, cancellationToken);

    /// <summary>The same, where what stands, null for a new user, fulfils the condition: asked in the same transaction.</summary>
    /// <returns>False, with nothing saved, where it does not.</returns>
    Task<bool> ReplaceAsync(TenantUser user, Func<TenantUser?, bool> condition, CancellationToken cancellationToken);

    /// <summary>False when the tenant has no such user.</summary>
    Task<bool> RemoveAsync(string tenantId, string subject, CancellationToken cancellationToken);
}

/// <summary>What a user may do.</summary>
// Stored as a number: append only.
public enum UserRole
{
    Unknown = 0,

    /// <summary>Read the tenant's statistics.</summary>
    Viewer = 1,

    /// <summary>Read, and administer the tenant.</summary>
    Administrator = 2,
}

/// <param name="TenantId">The tenant.</param>
/// <param name="Subject">The token's <c>sub</c>.</param>
/// <param name="Name">As shown.</param>
/// <param name="Role">What the user may do.</param>
/// <param name="CreatedAt">UTC.</param>
public sealed record TenantUser(string TenantId, string Subject, string Name, UserRole Role, DateTimeOffset CreatedAt)
{
    /// <summary>The scopes an API key of this role would have.</summary>
    public IReadOnlyList<string> Scopes => Role switch
    {
        UserRole.Viewer => [MailStats.Stores.Scopes.Read],
        UserRole.Administrator => [MailStats.Stores.Scopes.Read, MailStats.Stores.Scopes.Admin],
        _ => [],
    };
}
