using MailStats.Mail.Brake;
using MailStats.Mail.Lists;
using MailStats.Mail.Time;
using MailStats.Stores.Brake;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Incidents;
using MailStats.Stores.Sqlite.Notifications;
using MailStats.Stores.Upkeep;

namespace MailStats.Stores.Sqlite.Brake;

internal sealed class SqliteBrakeStore(SqliteDatabase database, UnreadableRows unreadable, TimeProvider time) : IBrakeStore
{
    private const string Columns = "id, mailbox, login, since, mode, cause, let_through, refused, released_at, live";

    private static readonly long ADay = UnixTime.Microseconds(TimeSpan.FromDays(1));

    public Task<BrakeSettings> SettingsAsync(string tenantId, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => Settings(session, tenantId)));

    public Task<bool> ReplaceSettingsAsync(
        string tenantId, BrakeSettings settings, Func<BrakeSettings, bool> condition, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                if (!condition(Settings(session, tenantId)))
                {
                    return false;
                }

                session.Prepare("INSERT INTO brake_settings (tenant, mode, per_hour) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET mode = ?2, per_hour = ?3")
                    .Bind(1, tenantId).Bind(2, (int)settings.Mode).Bind(3, settings.PerHour).Execute();

                return true;
            },
            cancellationToken);

    public Task<BrakeStanding> StandingAsync(string tenantId, string mailbox, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session =>
        {
            var open = First(session.Prepare(
                $"SELECT {Columns} FROM brakes WHERE tenant = ?1 AND mailbox = ?2 AND released_at IS NULL AND live = 1 "
                    + $"AND mode = {(int)BrakeMode.Enforce} LIMIT 1")
                .Bind(1, tenantId).Bind(2, mailbox), tenantId);
            var row = session.Prepare("SELECT max(released_at) FROM brakes WHERE tenant = ?1 AND mailbox = ?2").Bind(1, tenantId).Bind(2, mailbox);
            row.Step();
            var released = row.LongOrNull(0);
            row.Reset();

            return new BrakeStanding(Settings(session, tenantId), open, released is { } at ? UnixTime.FromMicroseconds(at) : null);
        }));

    public Task<bool> StopAsync(StoredBrake brake, bool tell, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var since = UnixTime.ToMicroseconds(brake.Since);
                var known = First(session.Prepare(
                    $"""
                    SELECT {Columns} FROM brakes WHERE tenant = ?1 AND mailbox = ?2 AND live = 1 AND mode = ?5 AND (released_at IS NULL OR released_at > ?6)
                    AND since BETWEEN ?3 AND ?4
                    """)
                    .Bind(1, brake.TenantId).Bind(2, brake.Mailbox).Bind(3, since - ADay).Bind(4, since + ADay)
                    .Bind(5, (int)brake.Mode).Bind(6, since), brake.TenantId);

                if (known is not null)
                {
                    return false;
                }

                Put(session, brake);

                if (BrakeIncidents.Opened(brake, time.GetUtcNow()) is { } incident)
                {
                    SqliteIncidentStore.Save(session, brake.TenantId, incident);
                }

                if (tell)
                {
                    var notice = BrakeNotices.Stopped(brake, time.GetUtcNow());
                    SqliteOutbox.Append(session, notice.NoticeId, notice.Type, notice.Content, time.GetUtcNow());
                }

                return true;
            },
            cancellationToken);

    public Task ReplaceAsync(
        string tenantId, string mailbox, DateTimeOffset from, IReadOnlyList<StoredBrake> brakes, CancellationToken cancellationToken)
    {
        const string replaced = "FROM brakes WHERE tenant = ?1 AND mailbox = ?2 AND since >= ?3 AND live = 0 AND released_at IS NULL";

        // Mailboxes of which nothing is to be said are judged all the time: a look costs microseconds, a transaction a write to disk.
        return brakes.Count > 0 || database.Read(session => IsAny(Replaced(session, "SELECT 1 " + replaced))) ? database.WriteAsync(
            session =>
            {
                Replaced(session, "DELETE " + replaced).Execute();

                foreach (var brake in brakes)
                {
                    var since = UnixTime.ToMicroseconds(brake.Since);
                    var held = session.Prepare("SELECT 1 FROM brakes WHERE tenant = ?1 AND mailbox = ?2 AND since BETWEEN ?3 AND ?4 LIMIT 1")
                        .Bind(1, tenantId).Bind(2, mailbox).Bind(3, since - ADay).Bind(4, since + ADay);

                    if (!IsAny(held))
                    {
                        Put(session, brake);
                    }
                }

                return true;
            },
            cancellationToken) : Task.CompletedTask;

        SqliteStatement Replaced(SqliteSession session, string statement) =>
            session.Prepare(statement).Bind(1, tenantId).Bind(2, mailbox).Bind(3, UnixTime.ToMicroseconds(from));
    }

    public Task<Page<StoredBrake>> ListAsync(string tenantId, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var place = BrakeCursor.Parse(cursor);

        return Task.FromResult(database.Read(session =>
        {
            var rows = session.Prepare(
                $"SELECT {Columns} FROM brakes WHERE tenant = ?1 AND (since, id) < (?2, ?3) ORDER BY since DESC, id DESC LIMIT ?4")
                .Bind(1, tenantId).Bind(2, place?.Since ?? long.MaxValue).Bind(3, place?.Id ?? "").Bind(4, limit + 1);
            var items = new List<StoredBrake>();

            while (rows.Step())
            {
                items.Add(Read(rows, tenantId));
            }

            return items.Count <= limit
                ? new Page<StoredBrake>(items, null)
                : new(items[..limit], new BrakeCursor(UnixTime.ToMicroseconds(items[limit - 1].Since), items[limit - 1].Id).ToString());
        }));
    }

    public Task<KnownNetworks> NetworksAsync(string tenantId, string mailbox, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => Networks(session, tenantId, mailbox)));

    public Task<KnownNetworks> NoteNetworkAsync(string tenantId, string mailbox, ulong network, int day, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var known = Networks(session, tenantId, mailbox).With(network, day);
                session.Prepare("INSERT INTO mailbox_networks (tenant, mailbox, networks) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET networks = ?3")
                    .Bind(1, tenantId).Bind(2, mailbox).Bind(3, known.Write()).Execute();

                return known;
            },
            cancellationToken);

    public Task<StoredBrake?> FindAsync(string tenantId, string id, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => Find(session, tenantId, id)));

    public Task<StoredBrake?> ReleaseAsync(string tenantId, string id, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var brake = Find(session, tenantId, id);

                if (brake is null or { ReleasedAt: not null })
                {
                    return brake;
                }

                var now = UnixTime.FromMicroseconds(UnixTime.ToMicroseconds(time.GetUtcNow()));
                session.Prepare("UPDATE brakes SET released_at = ?3 WHERE tenant = ?1 AND id = ?2")
                    .Bind(1, tenantId).Bind(2, id).Bind(3, UnixTime.ToMicroseconds(now)).Execute();

                if (SqliteIncidentStore.Find(session, unreadable, tenantId, id) is { Cause: BrakeIncidents.Cause } incident)
                {
                    SqliteIncidentStore.Save(session, tenantId, BrakeIncidents.Closed(incident, now));
                }

                var notice = BrakeNotices.Released(brake, now);
                SqliteOutbox.Append(session, notice.NoticeId, notice.Type, notice.Content, now);

                return brake with { ReleasedAt = now };
            },
            cancellationToken);

    private static KnownNetworks Networks(SqliteSession session, string tenantId, string mailbox)
    {
        var row = session.Prepare("SELECT networks FROM mailbox_networks WHERE tenant = ?1 AND mailbox = ?2").Bind(1, tenantId).Bind(2, mailbox);
        var known = row.Step() ? KnownNetworks.Read(row.Blob(0)) : KnownNetworks.None;
        row.Reset();

        return known;
    }

    private static StoredBrake? Find(SqliteSession session, string tenantId, string id) =>
        First(session.Prepare($"SELECT {Columns} FROM brakes WHERE tenant = ?1 AND id = ?2").Bind(1, tenantId).Bind(2, id), tenantId);

    private static bool IsAny(SqliteStatement rows)
    {
        var any = rows.Step();
        rows.Reset();

        return any;
    }

    private static BrakeSettings Settings(SqliteSession session, string tenantId)
    {
        var row = session.Prepare("SELECT mode, per_hour FROM brake_settings WHERE tenant = ?1").Bind(1, tenantId);

        if (!row.Step())
        {
            return new();
        }

        var settings = new BrakeSettings { Mode = (BrakeMode)row.Int(0), PerHour = row.LongOrNull(1) };
        row.Reset();

        return settings;
    }

    private static void Put(SqliteSession session, StoredBrake brake) =>
        session.Prepare(
            $"INSERT INTO brakes (tenant, {Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING")
            .Bind(1, brake.TenantId).Bind(2, brake.Id).Bind(3, brake.Mailbox).Bind(4, brake.Login).Bind(5, UnixTime.ToMicroseconds(brake.Since))
            .Bind(6, (int)brake.Mode).Bind(7, (int)brake.Cause).Bind(8, brake.LetThrough).Bind(9, brake.Refused)
            .Bind(10, brake.ReleasedAt is { } at ? UnixTime.ToMicroseconds(at) : null).Bind(11, brake.IsLive ? 1 : 0)
            .Execute();

    private static StoredBrake? First(SqliteStatement rows, string tenantId)
    {
        if (!rows.Step())
        {
            return null;
        }

        var brake = Read(rows, tenantId);
        rows.Reset();

        return brake;
    }

    private static StoredBrake Read(SqliteStatement row, string tenantId) => new(
        row.Text(0), tenantId, row.Text(1), row.IsNull(2) ? null : row.Text(2), UnixTime.FromMicroseconds(row.Long(3)), (BrakeMode)row.Int(4),
        (BrakeCause)row.Int(5), row.Long(6), row.Long(7), row.LongOrNull(8) is { } at ? UnixTime.FromMicroseconds(at) : null, row.Int(9) != 0);
}
