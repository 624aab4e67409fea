using System.Globalization;
using MailStats.Contracts;
using MailStats.Mail.Time;
using MailStats.Stores.Collections;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Collections;

internal sealed class MongoCollectionStore(MongoDatabase database, TimeProvider time) : ICollectionStore
{
    /// <summary>A host that was not heard of for so long is not asked any more.</summary>
    private static readonly TimeSpan HostMemory = TimeSpan.FromDays(7);

    /// <summary>A host that is there is written down this often, not at every question.</summary>
    private static readonly TimeSpan SeenGrain = TimeSpan.FromMinutes(1);

    private readonly MongoCollectionRuns _runs = new(database);

    private readonly MongoCollectionSettings _settings = new(database);

    public Task<TenantCollectionSettings> SettingsAsync(string tenantId, CancellationToken cancellationToken) =>
        database.UseAsync(() => _settings.ReadAllAsync(null, tenantId, cancellationToken), cancellationToken);

    public Task<bool> ReplaceSettingsAsync(
        string tenantId, TenantCollectionSettings settings, Func<TenantCollectionSettings, bool> condition, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async (session, token) =>
            {
                if (!condition(await _settings.ReadAllAsync(session, tenantId, token)))
                {
                    return false;
                }

                await _settings.SaveAsync(session, tenantId, settings, token);

                return true;
            },
            cancellationToken);

    /// <remarks>
    /// Every request writes the tenant's own row of <c>collection_settings</c>. Two at once would otherwise both find none
    /// waiting and both insert one, which is no conflict; so one of the two begins anew and finds the other's.
    /// </remarks>
    public Task<CollectionRun> RequestAsync(string tenantId, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async (session, token) =>
            {
                await database.CollectionSettings.UpdateOneAsync(
                    session, new BsonDocument("_id", tenantId), new BsonDocument("$inc", new BsonDocument("requests", 1L)), new() { IsUpsert = true }, token);

                var latest = (await _runs.ListAsync(session, tenantId, 1, token)).FirstOrDefault();

                if (latest is { Scheduled: false, State: CollectionState.Waiting, Hosts.Count: > 0 })
                {
                    return latest;
                }

                var now = CollectionRun.RequestedAfter(latest, time.GetUtcNow());
                var id = Guid.CreateVersion7(now).ToString("N", CultureInfo.InvariantCulture);
                var hosts = await database.CollectorHosts
                    .Find(
                        session,
                        new BsonDocument
                        {
                            { "tenant", tenantId }, { "seenAt", new BsonDocument("$gte", UnixTime.ToMicroseconds(now - HostMemory)) },
                        })
                    .ToListAsync(token);
                await _runs.AddAsync(session, tenantId, id, now, scheduled: false, [.. hosts.Select(host => host["host"].AsString)], token);

                return (await _runs.ListAsync(session, tenantId, 1, token))[0];
            },
            cancellationToken);

    public Task<CollectionOrder> PendingAsync(string tenantId, string host, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
            {
                var key = new BsonDocument("_id", MongoKeys.Of(tenantId, host));
                var now = UnixTime.ToMicroseconds(time.GetUtcNow());
                var order = new CollectionOrder
                {
                    Settings = await _settings.ReadAsync(tenantId, host, cancellationToken),
                    CollectionId = await _runs.WaitingAsync(tenantId, host, cancellationToken),
                };
                var known = await database.CollectorHosts.Find(key).FirstOrDefaultAsync(cancellationToken);

                if (known is null || now - known["seenAt"].ToInt64() >= (long)SeenGrain.TotalMicroseconds)
                {
                    await database.CollectorHosts.UpdateOneAsync(
                        key,
                        new BsonDocument
                        {
                            { "$max", new BsonDocument("seenAt", now) }, { "$setOnInsert", new BsonDocument { { "tenant", tenantId }, { "host", host } } },
                        },
                        new() { IsUpsert = true },
                        cancellationToken);
                }

                return order;
            },
            cancellationToken);

    public Task<bool> ReportAsync(string tenantId, string collectionId, string host, CollectionReport report, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async (session, token) =>
            {
                var now = time.GetUtcNow();

                if (!await _runs.IsKnownAsync(session, tenantId, collectionId, token))
                {
                    if (!report.Scheduled)
                    {
                        return false;
                    }

                    await _runs.AddAsync(session, tenantId, collectionId, now, scheduled: true, [], token);
                }

                await _runs.ReportAsync(session, tenantId, collectionId, host, report, now, token);

                return true;
            },
            cancellationToken);

    public Task<IReadOnlyList<CollectionRun>> ListAsync(string tenantId, int limit, CancellationToken cancellationToken) =>
        database.UseAsync<IReadOnlyList<CollectionRun>>(
            async () =>
            {
                using var moment = await database.StartSnapshotAsync(cancellationToken);

                return await _runs.ListAsync(moment, tenantId, limit, cancellationToken);
            },
            cancellationToken);

    public Task<IReadOnlyList<CollectorHost>> HostsAsync(string tenantId, CancellationToken cancellationToken) =>
        database.UseAsync<IReadOnlyList<CollectorHost>>(
            async () => [.. (await database.CollectorHosts.Find(new BsonDocument("tenant", tenantId))
                .Sort(new BsonDocument("host", 1))
                .ToListAsync(cancellationToken))
                .Select(row => new CollectorHost(row["host"].AsString, UnixTime.FromMicroseconds(row["seenAt"].ToInt64())))],
            cancellationToken);
}
