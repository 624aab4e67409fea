using MailStats.Contracts;
using MailStats.Mail.Time;
using MailStats.Stores.Collections;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Collections;

/// <summary>The rows of collections, and of each on every host, within a session.</summary>
internal sealed class MongoCollectionRuns(MongoDatabase database)
{
    private const int Kept = 200;

    private static readonly BsonDocument LatestFirst = new() { { "at", -1 }, { "_id", -1 } };

    /// <summary>The latest that waits for a host, null when none does.</summary>
    public async Task<string?> WaitingAsync(string tenantId, string host, CancellationToken cancellationToken) =>
        (await database.HostRuns
            .Find(new BsonDocument { { "tenant", tenantId }, { "host", host }, { "state", (int)CollectionState.Waiting } })
            .Sort(new BsonDocument("run", -1))
            .FirstOrDefaultAsync(cancellationToken))?["run"].AsString;

    public Task<bool> IsKnownAsync(IClientSessionHandle session, string tenantId, string id, CancellationToken cancellationToken) =>
        database.CollectionRuns.Find(session, new BsonDocument("_id", MongoKeys.Of(tenantId, id))).AnyAsync(cancellationToken);

    /// <summary>Adds a collection that waits for hosts, and removes the oldest beyond what is kept.</summary>
    public async Task AddAsync(
        IClientSessionHandle session, string tenantId, string id, DateTimeOffset now, bool scheduled, IReadOnlyList<string> hosts, CancellationToken cancellationToken)
    {
        await database.CollectionRuns.InsertOneAsync(
            session,
            new() { { "_id", MongoKeys.Of(tenantId, id) }, { "tenant", tenantId }, { "run", id }, { "at", UnixTime.ToMicroseconds(now) }, { "scheduled", scheduled } },
            cancellationToken: cancellationToken);

        if (hosts.Count > 0)
        {
            await database.HostRuns.InsertManyAsync(
                session,
                hosts.Select(host => new BsonDocument
                {
                    { "_id", Key(tenantId, id, host) }, { "tenant", tenantId }, { "run", id }, { "host", host },
                    { "state", (int)CollectionState.Waiting }, { "lines", 0L }, { "deliveries", 0L },
                }),
                cancellationToken: cancellationToken);
        }

        var old = await database.CollectionRuns.Find(session, new BsonDocument("tenant", tenantId)).Sort(LatestFirst).Skip(Kept).ToListAsync(cancellationToken);

        if (old.Count > 0)
        {
            var runs = new BsonDocument("$in", new BsonArray(old.Select(row => row["run"])));
            await database.HostRuns.DeleteManyAsync(
                session, new BsonDocument { { "tenant", tenantId }, { "run", runs } }, cancellationToken: cancellationToken);
            await database.CollectionRuns.DeleteManyAsync(
                session, new BsonDocument("_id", new BsonDocument("$in", new BsonArray(old.Select(row => row["_id"])))), cancellationToken: cancellationToken);
        }
    }

    public async Task ReportAsync(
        IClientSessionHandle session,
        string tenantId,
        string id,
        string host,
        CollectionReport report,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var key = new BsonDocument("_id", Key(tenantId, id, host));
        var at = UnixTime.ToMicroseconds(now);
        var known = await database.HostRuns.Find(session, key).FirstOrDefaultAsync(cancellationToken);
        var row = new BsonDocument
        {
            { "tenant", tenantId }, { "run", id }, { "host", host }, { "state", (int)report.State },
            { "startedAt", known?.GetValue("startedAt", at) ?? at }, { "lines", report.Lines }, { "deliveries", report.Deliveries },
        };

        if (report.State is CollectionState.Done or CollectionState.Failed)
        {
            row.Add("finishedAt", at);
        }

        if (report.Error is { } error)
        {
            row.Add("error", error);
        }

        await database.HostRuns.ReplaceOneAsync(session, key, row, new ReplaceOptions { IsUpsert = true }, cancellationToken);

        if (report.State != CollectionState.Waiting)
        {
            // What was asked for before is done with this one.
            await database.HostRuns.UpdateManyAsync(
                session,
                new BsonDocument
                {
                    { "tenant", tenantId }, { "host", host }, { "state", (int)CollectionState.Waiting }, { "run", new BsonDocument("$ne", id) },
                },
                new BsonDocument("$set", new BsonDocument { { "state", (int)CollectionState.Done }, { "startedAt", at }, { "finishedAt", at } }),
                cancellationToken: cancellationToken);
        }
    }

    public async Task<List<CollectionRun>> ListAsync(IClientSessionHandle session, string tenantId, int limit, CancellationToken cancellationToken)
    {
        var runs = await database.CollectionRuns
            .Find(session, new BsonDocument("tenant", tenantId)).Sort(LatestFirst).Limit(limit)
            .ToListAsync(cancellationToken);
        var ids = new BsonDocument("$in", new BsonArray(runs.Select(row => row["run"])));
        var hosts = (await database.HostRuns.Find(session, new BsonDocument { { "tenant", tenantId }, { "run", ids } }).ToListAsync(cancellationToken))
            .ToLookup(row => row["run"].AsString, StringComparer.Ordinal);

        return [.. runs.Select(row => new CollectionRun(
            row["run"].AsString,
            UnixTime.FromMicroseconds(row["at"].ToInt64()),
            row["scheduled"].AsBoolean,
            [.. hosts[row["run"].AsString].Select(HostRunOf).OrderBy(host => host.Host, StringComparer.Ordinal)]))];
    }

    private static string Key(string tenantId, string id, string host) => MongoKeys.Of(MongoKeys.Of(tenantId, id), host);

    private static HostRun HostRunOf(BsonDocument row) => new(
        row["host"].AsString,
        (CollectionState)row["state"].ToInt32(),
        TimeAt(row, "startedAt"),
        TimeAt(row, "finishedAt"),
        row["lines"].ToInt64(),
        row["deliveries"].ToInt64(),
        row.TryGetValue("error", out var error) ? error.AsString : null);

    private static DateTimeOffset? TimeAt(BsonDocument row, string field) =>
        row.TryGetValue(field, out var at) ? UnixTime.FromMicroseconds(at.ToInt64()) : null;
}
