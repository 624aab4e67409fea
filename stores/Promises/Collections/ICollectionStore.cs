using MailStats.Contracts;

namespace MailStats.Stores.Collections;

/// <summary>How a tenant's collectors gather, who they are, and what their last collections came to.</summary>
public interface ICollectionStore
{
    Task<TenantCollectionSettings> SettingsAsync(string tenantId, CancellationToken cancellationToken);

    /// <summary>Puts these in place of all settings of the tenant and its hosts.</summary>
    Task SaveSettingsAsync(string tenantId, TenantCollectionSettings settings, CancellationToken cancellationToken) =>
        ReplaceSettingsAsync(tenantId, settings, _ => true, cancellationToken);

    /// <summary>Saves what is to stand in place of what stands, where that fulfils the condition: asked in the same transaction.</summary>
    /// <returns>False, with nothing saved, where it does not.</returns>
    Task<bool> ReplaceSettingsAsync(
        string tenantId, TenantCollectionSettings settings, Func<TenantCollectionSettings, bool> condition, CancellationToken cancellationToken);

    /// <summary>Asks every host that was heard of lately to collect now. While one waits that no host has begun, that one is given back.</summary>
    Task<CollectionRun> RequestAsync(string tenantId, CancellationToken cancellationToken);

    /// <summary>What a host is to do, by its own setting where it has one, else by its tenant's. Also says that the host is there.</summary>
    Task<CollectionOrder> PendingAsync(string tenantId, string host, CancellationToken cancellationToken);

    /// <summary>Takes a host's report; the last one counts. False when there is no such collection and the host did not start it itself.</summary>
    Task<bool> ReportAsync(string tenantId, string collectionId, string host, CollectionReport report, CancellationToken cancellationToken);

    /// <summary>The latest collections, newest first.</summary>
    Task<IReadOnlyList<CollectionRun>> ListAsync(string tenantId, int limit, CancellationToken cancellationToken);

    /// <summary>Hosts that were heard of, by name, with the time.</summary>
    Task<IReadOnlyList<CollectorHost>> HostsAsync(string tenantId, CancellationToken cancellationToken);
}

/// <param name="Id">Names it.</param>
/// <param name="RequestedAt">UTC.</param>
/// <param name="Scheduled">False when a person asked for it.</param>
/// <param name="Hosts">What became of it on every host.</param>
public sealed record CollectionRun(string Id, DateTimeOffset RequestedAt, bool Scheduled, IReadOnlyList<HostRun> Hosts)
{
    /// <summary>Waiting or running while any host is; failed when one failed; else done. Also done when there is no host.</summary>
    public CollectionState State =>
        Hosts.Any(host => host.State == CollectionState.Running) ? CollectionState.Running
        : Hosts.Any(host => host.State == CollectionState.Waiting)
            ? (Hosts.All(host => host.State == CollectionState.Waiting) ? CollectionState.Waiting : CollectionState.Running)
        : Hosts.Any(host => host.State == CollectionState.Failed) ? CollectionState.Failed
        : CollectionState.Done;

    /// <summary>The request time of a new collection: after the latest one, however quickly the two follow each other.</summary>
    public static DateTimeOffset RequestedAfter(CollectionRun? latest, DateTimeOffset now) =>
        latest?.RequestedAt.AddMicroseconds(1) is { } next && next > now ? next : now;
}

/// <summary>A collection on one host.</summary>
public sealed record HostRun(
    string Host, CollectionState State, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, long Lines, long Deliveries, string? Error);

/// <param name="Host">Its name.</param>
/// <param name="SeenAt">When it last asked, UTC, a minute more or less.</param>
public sealed record CollectorHost(string Host, DateTimeOffset SeenAt);
