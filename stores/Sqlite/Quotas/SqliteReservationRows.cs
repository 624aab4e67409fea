using MailStats.Mail.Quotas;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Quotas;

/// <summary>Reservations and hosts within one transaction: what is saved is written at once, so that it is found.</summary>
internal sealed class SqliteReservationRows(SqliteSession session) : IReservationRows
{
    private const string Columns = "SELECT key, recipients, remaining, domain, mailbox, queue_id, host, taken_at FROM reservations";

    private const string HostColumns = "SELECT host, reported_to, settling_to, settling_at, settled_to, seen_at FROM quota_hosts";

    public StoredReservation? Find(string tenantId, string key) =>
        Read(session.Prepare($"{Columns} WHERE tenant = ?1 AND key = ?2").Bind(1, tenantId).Bind(2, key), tenantId).FirstOrDefault();

    public bool AnyOpen(string tenantId)
    {
        var statement = session.Prepare("SELECT 1 FROM reservations WHERE tenant = ?1 AND remaining > 0 LIMIT 1").Bind(1, tenantId);
        var open = statement.Step();
        statement.Reset();

        return open;
    }

    public IReadOnlyList<StoredReservation> OpenWith(string tenantId, string queueId) =>
        Read(session.Prepare($"{Columns} WHERE queue_id = ?2 AND remaining > 0 AND tenant = ?1 ORDER BY id").Bind(1, tenantId).Bind(2, queueId), tenantId);

    /// <summary>Used up or not, the latest first.</summary>
    public IReadOnlyList<StoredReservation> With(string tenantId, string queueId) =>
        Read(
            session.Prepare($"{Columns} WHERE queue_id = ?2 AND tenant = ?1 ORDER BY id DESC LIMIT ?3")
                .Bind(1, tenantId).Bind(2, queueId).Bind(3, StoredReservation.MostCompared),
            tenantId);

    public IReadOnlyList<StoredReservation> OpenUntil(string tenantId, long takenAt, int count) =>
        Read(
            session.Prepare($"{Columns} WHERE tenant = ?1 AND remaining > 0 AND taken_at <= ?2 ORDER BY taken_at LIMIT ?3")
                .Bind(1, tenantId).Bind(2, takenAt).Bind(3, count),
            tenantId);

    public IReadOnlyList<HostProgress> Hosts(string tenantId) => ReadHosts(session.Prepare($"{HostColumns} WHERE tenant = ?1").Bind(1, tenantId));

    public HostProgress? Host(string tenantId, string host) =>
        ReadHosts(session.Prepare($"{HostColumns} WHERE tenant = ?1 AND host = ?2").Bind(1, tenantId).Bind(2, host)).FirstOrDefault();

    public void Save(StoredReservation reservation) =>
        session.Prepare(
            """
            INSERT INTO reservations (tenant, key, recipients, remaining, domain, mailbox, queue_id, host, taken_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            ON CONFLICT DO UPDATE SET remaining = ?4
            """)
            .Bind(1, reservation.Scope.TenantId).Bind(2, reservation.Key).Bind(3, (long)reservation.Recipients).Bind(4, reservation.Remaining)
            .Bind(5, reservation.Scope.Domain ?? "").Bind(6, reservation.Scope.Mailbox ?? "").Bind(7, reservation.QueueId).Bind(8, reservation.Host)
            .Bind(9, reservation.TakenAt)
            .Execute();

    public void Remove(StoredReservation reservation) =>
        session.Prepare("DELETE FROM reservations WHERE tenant = ?1 AND key = ?2").Bind(1, reservation.Scope.TenantId).Bind(2, reservation.Key).Execute();

    public void Save(string tenantId, HostProgress progress) =>
        session.Prepare(
            """
            INSERT INTO quota_hosts (tenant, host, reported_to, settling_to, settling_at, settled_to, seen_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT DO UPDATE SET reported_to = ?3, settling_to = ?4, settling_at = ?5, settled_to = ?6, seen_at = ?7
            """)
            .Bind(1, tenantId).Bind(2, progress.Host).Bind(3, progress.ReportedTo).Bind(4, progress.SettlingTo).Bind(5, progress.SettlingAt)
            .Bind(6, progress.SettledTo).Bind(7, progress.SeenAt)
            .Execute();

    private static List<StoredReservation> Read(SqliteStatement statement, string tenantId)
    {
        var reservations = new List<StoredReservation>();

        while (statement.Step())
        {
            reservations.Add(new(
                new(
                    tenantId,
                    statement.Text(3) is { Length: > 0 } domain ? domain : null,
                    statement.Text(4) is { Length: > 0 } mailbox ? mailbox : null),
                statement.Text(0),
                statement.Int(1),
                statement.Long(2),
                statement.IsNull(5) ? null : statement.Text(5),
                statement.IsNull(6) ? null : statement.Text(6),
                statement.Long(7)));
        }

        return reservations;
    }

    private static List<HostProgress> ReadHosts(SqliteStatement statement)
    {
        var hosts = new List<HostProgress>();

        while (statement.Step())
        {
            hosts.Add(new(statement.Text(0), statement.Long(1), statement.Long(2), statement.Long(3), statement.Long(4), statement.Long(5)));
        }

        return hosts;
    }
}
