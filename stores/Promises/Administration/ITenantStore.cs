namespace MailStats.Stores.Administration;

/// <summary>Tenants and the sending domains registered to them.</summary>
public interface ITenantStore
{
    Task<Tenant?> FindAsync(string tenantId, CancellationToken cancellationToken);

    Task<IReadOnlyList<Tenant>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Creates the tenant; false when there is one of this id.</summary>
    Task<bool> AddAsync(Tenant tenant, CancellationToken cancellationToken);

    /// <summary>Creates the tenant or overwrites its name and zone.</summary>
    Task SaveAsync(Tenant tenant, CancellationToken cancellationToken) => ReplaceAsync(tenant, _ => true, cancellationToken);

    /// <summary>The same, where the tenant that stands, null where there is none, fulfils the condition: asked in the same transaction.</summary>
    /// <returns>False, with nothing saved, where it does not.</returns>
    Task<bool> ReplaceAsync(Tenant tenant, Func<Tenant?, bool> condition, CancellationToken cancellationToken);

    /// <summary>The registered domains of a tenant, validated or not.</summary>
    Task<IReadOnlyList<SendingDomain>> DomainsAsync(string tenantId, CancellationToken cancellationToken);

    /// <summary>Registers or overwrites. A validated domain belongs to one tenant; false when another tenant has it validated.</summary>
    Task<bool> SaveDomainAsync(SendingDomain domain, CancellationToken cancellationToken);

    Task<bool> RemoveDomainAsync(string tenantId, string domain, CancellationToken cancellationToken);

    /// <summary>The tenant that has this domain validated, null where none has. Answered from memory, at most a few seconds old.</summary>
    ValueTask<string?> FindTenantOfDomainAsync(string domain, CancellationToken cancellationToken);
}

/// <param name="Id">Lower-case letters, digits and hyphens, 1 to 63 characters.</param>
/// <param name="Name">As shown.</param>
/// <param name="TimeZone">IANA zone that billing months and default days are cut in.</param>
/// <param name="CreatedAt">UTC.</param>
public sealed record Tenant(string Id, string Name, string TimeZone, DateTimeOffset CreatedAt);

/// <param name="TenantId">The owner.</param>
/// <param name="Domain">Lower-case ASCII form.</param>
/// <param name="ValidatedAt">When the tenant proved it owns the domain, null while it has not.</param>
/// <param name="CreatedAt">UTC.</param>
public sealed record SendingDomain(string TenantId, string Domain, DateTimeOffset? ValidatedAt, DateTimeOffset CreatedAt);
