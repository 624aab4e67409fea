using System.Globalization;
using MailStats.Contracts;
using MailStats.Mail.Time;
using MailStats.Stores.Collections;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Collections;

internal sealed class SqliteCollectionStore(SqliteDatabase database, TimeProvider time) : ICollectionStore
{
    /// <summary>A host that was not heard of for so long is not asked any more.</summary>
    private static readonly TimeSpan HostMemory = TimeSpan.FromDays(7);

    /// <summary>A host that is there is written down this often, not at every question.</summary>
    private static readonly TimeSpan SeenGrain = TimeSpan.FromMinutes(1);

    private const int KeptCollections = 200;

    public Task<TenantCollectionSettings> SettingsAsync(string tenantId, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => SqliteCollectionSettings.Read(session, tenantId)));

    public Task<bool> ReplaceSettingsAsync(
        string tenantId, TenantCollectionSettings settings, Func<TenantCollectionSettings, bool> condition, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                if (!condition(SqliteCollectionSettings.Read(session, tenantId)))
                {
                    return false;
                }

                SqliteCollectionSettings.Save(session, tenantId, settings);

                return true;
            },
            cancellationToken);

    public Task<CollectionRun> RequestAsync(string tenantId, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var latest = ReadCollections(session, tenantId, 1).FirstOrDefault();

                if (latest is { Scheduled: false, State: CollectionState.Waiting, Hosts.Count: > 0 })
                {
                    return latest;
                }

                var now = CollectionRun.RequestedAfter(latest, time.GetUtcNow());
                var id = Guid.CreateVersion7(now).ToString("N", CultureInfo.InvariantCulture);
                InsertCollection(session, tenantId, id, now, scheduled: false);
                session.Prepare(
                    """
                    INSERT INTO host_collections (tenant, id, host, state, lines, deliveries)
                    SELECT tenant, ?2, host, 1, 0, 0 FROM collection_hosts WHERE tenant = ?1 AND seen_at >= ?3
                    """)
                    .Bind(1, tenantId).Bind(2, id).Bind(3, UnixTime.ToMicroseconds(now - HostMemory))
                    .Execute();

                return ReadCollections(session, tenantId, 1)[0];
            },
            cancellationToken);

    public async Task<CollectionOrder> PendingAsync(string tenantId, string host, CancellationToken cancellationToken)
    {
        var now = UnixTime.ToMicroseconds(time.GetUtcNow());
        var (pending, seenAt) = database.Read(session => (ReadPending(session, tenantId, host), ReadSeen(session, tenantId, host)));
        if (seenAt is { } seen && now - seen < (long)SeenGrain.TotalMicroseconds)
        {
            return pending;
        }

        await database.WriteAsync(
            session =>
            {
                session.Prepare("INSERT INTO collection_hosts (tenant, host, seen_at) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET seen_at = max(seen_at, ?3)")
                    .Bind(1, tenantId).Bind(2, host).Bind(3, now)
                    .Execute();

                return true;
            },
            cancellationToken);

        return pending;
    }

    public Task<bool> ReportAsync(string tenantId, string collectionId, string host, CollectionReport report, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var now = time.GetUtcNow();
                var row = session.Prepare("SELECT 1 FROM collections WHERE tenant = ?1 AND id = ?2").Bind(1, tenantId).Bind(2, collectionId);
                var known = row.Step();
                row.Reset();
                if (!known && !report.Scheduled)
                {
                    return false;
                }

                if (!known)
                {
                    InsertCollection(session, tenantId, collectionId, now, scheduled: true);
                }

                var ended = report.State is CollectionState.Done or CollectionState.Failed;
                session.Prepare(
                    """
                    INSERT INTO host_collections (tenant, id, host, state, started_at, finished_at, lines, deliveries, error)
                    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                    ON CONFLICT DO UPDATE SET
                      state = ?4, started_at = coalesce(started_at, ?5), finished_at = ?6, lines = ?7, deliveries = ?8, error = ?9
                    """)
                    .Bind(1, tenantId).Bind(2, collectionId).Bind(3, host).Bind(4, (int)report.State)
                    .Bind(5, UnixTime.ToMicroseconds(now)).Bind(6, ended ? UnixTime.ToMicroseconds(now) : null)
                    .Bind(7, report.Lines).Bind(8, report.Deliveries).Bind(9, report.Error)
                    .Execute();
                if (report.State != CollectionState.Waiting)
                {
                    // This collection also settles the requests made before it.
                    session.Prepare(
                        """
                        UPDATE host_collections SET state = 3, started_at = ?4, finished_at = ?4
                        WHERE tenant = ?1 AND host = ?3 AND state = 1 AND id <> ?2
                        """)
                        .Bind(1, tenantId).Bind(2, collectionId).Bind(3, host).Bind(4, UnixTime.ToMicroseconds(now))
                        .Execute();
                }

                return true;
            },
            cancellationToken);

    public Task<IReadOnlyList<CollectionRun>> ListAsync(string tenantId, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<CollectionRun>>(database.Read(session => ReadCollections(session, tenantId, limit)));

    public Task<IReadOnlyList<CollectorHost>> HostsAsync(string tenantId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<CollectorHost>>(database.Read(session =>
        {
            var hosts = new List<CollectorHost>();
            var row = session.Prepare("SELECT host, seen_at FROM collection_hosts WHERE tenant = ?1 ORDER BY host").Bind(1, tenantId);
            while (row.Step())
            {
                hosts.Add(new(row.Text(0), UnixTime.FromMicroseconds(row.Long(1))));
            }

            return hosts;
        }));

    private static void InsertCollection(SqliteSession session, string tenantId, string id, DateTimeOffset now, bool scheduled)
    {
        session.Prepare("INSERT INTO collections (tenant, requested_at, id, scheduled) VALUES (?1, ?2, ?3, ?4)")
            .Bind(1, tenantId).Bind(2, UnixTime.ToMicroseconds(now)).Bind(3, id).Bind(4, scheduled ? 1 : 0)
            .Execute();
        session.Prepare(
            """
            DELETE FROM collections WHERE tenant = ?1 AND id IN
              (SELECT id FROM collections WHERE tenant = ?1 ORDER BY requested_at DESC, id DESC LIMIT -1 OFFSET ?2)
            """)
            .Bind(1, tenantId).Bind(2, KeptCollections)
            .Execute();
        session.Prepare("DELETE FROM host_collections WHERE tenant = ?1 AND id NOT IN (SELECT id FROM collections WHERE tenant = ?1)")
            .Bind(1, tenantId).Execute();
    }

    private static CollectionOrder ReadPending(SqliteSession session, string tenantId, string host)
    {
        var row = session.Prepare("SELECT max(id) FROM host_collections WHERE tenant = ?1 AND host = ?2 AND state = 1").Bind(1, tenantId).Bind(2, host);
        row.Step();
        var id = row.IsNull(0) ? null : row.Text(0);
        row.Reset();

        return new CollectionOrder { Settings = SqliteCollectionSettings.Read(session, tenantId, host), CollectionId = id };
    }

    private static long? ReadSeen(SqliteSession session, string tenantId, string host)
    {
        var row = session.Prepare("SELECT seen_at FROM collection_hosts WHERE tenant = ?1 AND host = ?2").Bind(1, tenantId).Bind(2, host);
        if (!row.Step())
        {
            return null;
        }

        var seen = row.Long(0);
        row.Reset();

        return seen;
    }

    private static List<CollectionRun> ReadCollections(SqliteSession session, string tenantId, int limit)
    {
        var collections = new List<CollectionRun>();
        var row = session.Prepare("SELECT id, requested_at, scheduled FROM collections WHERE tenant = ?1 ORDER BY requested_at DESC, id DESC LIMIT ?2")
            .Bind(1, tenantId).Bind(2, limit);
        while (row.Step())
        {
            collections.Add(new(row.Text(0), UnixTime.FromMicroseconds(row.Long(1)), row.Int(2) != 0, []));
        }

        return [.. collections.Select(collection => collection with { Hosts = ReadHosts(session, tenantId, collection.Id) })];
    }

    private static List<HostRun> ReadHosts(SqliteSession session, string tenantId, string id)
    {
        var hosts = new List<HostRun>();
        var row = session.Prepare(
            "SELECT host, state, started_at, finished_at, lines, deliveries, error FROM host_collections WHERE tenant = ?1 AND id = ?2 ORDER BY host")
            .Bind(1, tenantId).Bind(2, id);
        while (row.Step())
        {
            hosts.Add(new(
                row.Text(0),
                (CollectionState)row.Int(1),
                row.LongOrNull(2) is { } started ? UnixTime.FromMicroseconds(started) : null,
                row.LongOrNull(3) is { } finished ? UnixTime.FromMicroseconds(finished) : null,
                row.Long(4),
                row.Long(5),
                row.IsNull(6) ? null : row.Text(6)));
        }

        return hosts;
    }
}
