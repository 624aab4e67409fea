using MailStats.Contracts;

namespace MailStats.Stores.Collections;

/// <summary>How a tenant's collectors gather.</summary>
/// <param name="Settings">Of every host that has none of its own.</param>
/// <param name="Hosts">The hosts' own, by the name that a host's collector gives it.</param>
public sealed record TenantCollectionSettings(CollectionSettings Settings, IReadOnlyDictionary<string, CollectionSettings> Hosts);
