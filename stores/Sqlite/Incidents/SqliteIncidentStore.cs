using System.Text.Json;
using MailStats.Contracts;
using MailStats.Mail.Time;
using MailStats.Stores.Incidents;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Notifications;
using MailStats.Stores.Upkeep;

namespace MailStats.Stores.Sqlite.Incidents;

internal sealed class SqliteIncidentStore(SqliteDatabase database, UnreadableRows unreadable) : IIncidentStore
{
    private const string Table = "incidents";
    private const string Columns = "tenant, content, cause, told, acknowledged_at";

    public Task<bool> SaveAsync(string tenantId, string holder, IncidentChanges changes, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                if (!Has(session, tenantId, holder))
                {
                    return false;
                }

                foreach (var id in changes.Removed)
                {
                    session.Prepare("DELETE FROM incidents WHERE tenant = ?1 AND id = ?2").Bind(1, tenantId).Bind(2, id).Execute();
                }

                foreach (var stored in changes.Saved)
                {
                    Save(session, tenantId, stored);
                }

                foreach (var notice in changes.Notices)
                {
                    SqliteOutbox.Append(session, notice.NoticeId, notice.Type, notice.Content, notice.CreatedAt);
                }

                return true;
            },
            cancellationToken);

    public Task<IReadOnlyList<StoredIncident>> ListAsync(IncidentQuery query, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read<IReadOnlyList<StoredIncident>>(session =>
        {
            var rows = session.Prepare(
                $"""
                SELECT {Columns} FROM incidents
                WHERE tenant = ?1 AND (?2 IS NULL OR (closed_at IS NULL) = ?2) AND (?3 IS NULL OR kind = ?3)
                  AND (?4 IS NULL OR domain IS NULL OR domain = ?4) AND (?5 IS NULL OR provider IS NULL OR provider = ?5)
                  AND (?6 IS NULL OR closed_at IS NULL OR closed_at >= ?6) AND (?7 IS NULL OR started_at < ?7)
                  AND (?8 IS NULL OR (opened_at, id) < (?8, ?9))
                ORDER BY opened_at DESC, id DESC
                """)
                .Bind(1, query.TenantId).Bind(2, query.Open is { } open ? (open ? 1L : 0L) : null).Bind(3, (long?)query.Kind)
                .Bind(4, query.Domain).Bind(5, query.Provider)
                .Bind(6, query.Range is { } range ? UnixTime.ToMicroseconds(range.From) : null)
                .Bind(7, query.Range is { } until ? UnixTime.ToMicroseconds(until.To) : null)
                .Bind(8, query.After is { } after ? UnixTime.ToMicroseconds(after.OpenedAt) : null).Bind(9, query.After?.Id ?? "");
            var incidents = new List<StoredIncident>();

            // Not by SQL's limit: a page that is not full is the last one.
            while (incidents.Count < query.Limit && rows.Step())
            {
                if (unreadable.Read(Table, () => Read(rows)) is { } incident)
                {
                    incidents.Add(incident);
                }
            }

            rows.Reset();

            return incidents;
        }));

    public Task<int> CountElsewhereAsync(
        string tenantId, IncidentKind kind, string provider, DateTimeOffset since, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session =>
        {
            var row = session.Prepare(
                """
                SELECT COUNT(*) FROM (
                  SELECT DISTINCT tenant FROM incidents
                  WHERE provider = ?1 AND kind = ?2 AND tenant <> ?3 AND (closed_at IS NULL OR closed_at >= ?4) LIMIT 10)
                """)
                .Bind(1, provider).Bind(2, (long)kind).Bind(3, tenantId).Bind(4, UnixTime.ToMicroseconds(since));
            row.Step();
            var count = row.Int(0);
            row.Reset();

            return count;
        }));

    public Task<StoredIncident?> FindAsync(string tenantId, string incidentId, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => Find(session, unreadable, tenantId, incidentId)));

    public Task<bool> AcknowledgeAsync(string tenantId, string incidentId, DateTimeOffset at, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var row = session.Prepare(
                    "UPDATE incidents SET acknowledged_at = COALESCE(acknowledged_at, ?3) WHERE tenant = ?1 AND id = ?2 RETURNING 1")
                    .Bind(1, tenantId).Bind(2, incidentId).Bind(3, UnixTime.ToMicroseconds(at));
                var found = row.Step();
                row.Reset();

                return found;
            },
            cancellationToken);

    public Task MuteAsync(IncidentMute mute, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                session.Prepare(
                    """
                    INSERT INTO incident_mutes (tenant, kind, domain, provider, until) VALUES (?1, ?2, ?3, ?4, ?5)
                    ON CONFLICT DO UPDATE SET until = ?5
                    """)
                    .Bind(1, mute.TenantId).Bind(2, (long)(mute.Kind ?? IncidentKind.Unknown)).Bind(3, mute.Domain ?? "").Bind(4, mute.Provider ?? "")
                    .Bind(5, UnixTime.ToMicroseconds(mute.Until))
                    .Execute();

                return true;
            },
            cancellationToken);

    public Task<bool> UnmuteAsync(string tenantId, IncidentKind? kind, string? domain, string? provider, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var row = session.Prepare(
                    "DELETE FROM incident_mutes WHERE tenant = ?1 AND kind = ?2 AND domain = ?3 AND provider = ?4 RETURNING 1")
                    .Bind(1, tenantId).Bind(2, (long)(kind ?? IncidentKind.Unknown)).Bind(3, domain ?? "").Bind(4, provider ?? "");
                var found = row.Step();
                row.Reset();

                return found;
            },
            cancellationToken);

    public Task<IReadOnlyList<IncidentMute>> MutesAsync(string tenantId, DateTimeOffset after, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read<IReadOnlyList<IncidentMute>>(session =>
        {
            var rows = session.Prepare(
                "SELECT kind, domain, provider, until FROM incident_mutes WHERE tenant = ?1 AND until > ?2 ORDER BY kind, domain, provider")
                .Bind(1, tenantId).Bind(2, UnixTime.ToMicroseconds(after));
            var mutes = new List<IncidentMute>();

            while (rows.Step())
            {
                mutes.Add(new(
                    tenantId,
                    rows.Int(0) == 0 ? null : (IncidentKind)rows.Int(0),
                    rows.Text(1) is { Length: > 0 } domain ? domain : null,
                    rows.Text(2) is { Length: > 0 } provider ? provider : null,
                    UnixTime.FromMicroseconds(rows.Long(3))));
            }

            return mutes;
        }));

    public Task<bool> LeaseAsync(string tenantId, string holder, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var row = session.Prepare(
                    """
                    INSERT INTO incident_leases (tenant, holder, until) VALUES (?1, ?2, ?4)
                    ON CONFLICT DO UPDATE SET holder = ?2, until = ?4 WHERE holder = ?2 OR until <= ?3 RETURNING 1
                    """)
                    .Bind(1, tenantId).Bind(2, holder).Bind(3, UnixTime.ToMicroseconds(now)).Bind(4, UnixTime.ToMicroseconds(until));
                var given = row.Step();
                row.Reset();

                return given;
            },
            cancellationToken);

    private static bool Has(SqliteSession session, string tenantId, string holder)
    {
        var row = session.Prepare("SELECT 1 FROM incident_leases WHERE tenant = ?1 AND holder = ?2").Bind(1, tenantId).Bind(2, holder);
        var has = row.Step();
        row.Reset();

        return has;
    }

    internal static StoredIncident? Find(SqliteSession session, UnreadableRows unreadable, string tenantId, string incidentId)
    {
        var row = session.Prepare($"SELECT {Columns} FROM incidents WHERE tenant = ?1 AND id = ?2").Bind(1, tenantId).Bind(2, incidentId);
        var found = row.Step() ? unreadable.Read(Table, () => Read(row)) : null;
        row.Reset();

        return found;
    }

    internal static void Save(SqliteSession session, string tenantId, StoredIncident stored)
    {
        var incident = stored.Incident;
        session.Prepare(
            """
            INSERT INTO incidents (tenant, id, opened_at, started_at, closed_at, kind, domain, provider, cause, told, content)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            ON CONFLICT DO UPDATE SET opened_at = ?3, started_at = ?4, closed_at = ?5, kind = ?6, domain = ?7, provider = ?8, cause = ?9,
              told = ?10, content = ?11
            """)
            .Bind(1, tenantId).Bind(2, incident.Id).Bind(3, UnixTime.ToMicroseconds(incident.OpenedAt))
            .Bind(4, UnixTime.ToMicroseconds(incident.StartedAt))
            .Bind(5, incident.ClosedAt is { } closed ? UnixTime.ToMicroseconds(closed) : null)
            .Bind(6, (long)incident.Kind).Bind(7, incident.Domain).Bind(8, incident.Provider).Bind(9, stored.Cause).Bind(10, stored.Told ? 1 : 0)
            .Bind(11, JsonSerializer.Serialize(incident, IncidentJson.Default.Incident))
            .Execute();
    }

    internal static Incident ContentIn(string json) =>
        JsonSerializer.Deserialize(json, IncidentJson.Default.Incident) ?? throw new InvalidDataException("An incident is null.");

    private static StoredIncident Read(SqliteStatement row) => new()
    {
        TenantId = row.Text(0),
        Incident = ContentIn(row.Text(1)),
        Cause = row.Text(2),
        Told = row.Int(3) != 0,
        AcknowledgedAt = row.LongOrNull(4) is { } at ? UnixTime.FromMicroseconds(at) : null,
    };
}
