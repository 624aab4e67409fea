using MailStats.Mail.Deliveries;
using MailStats.Mail.Quotas;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Quotas;
using MailStats.Stores.Upkeep;

namespace MailStats.Stores.Sqlite.Trails;

internal sealed class SqliteTrailStore(SqliteDatabase database, UnreadableRows unreadable) : ITrailStore
{
    public Task<KeptTrail?> FindAsync(string tenantId, DeliveryId id, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => Find(session, tenantId, id) is { } delivery
            ? new KeptTrail(delivery, ReservationOf(session, tenantId, delivery.State))
            : null));

    private StoredDelivery? Find(SqliteSession session, string tenantId, DeliveryId id)
    {
        Span<byte> key = stackalloc byte[DeliveryKey.HashLength];
        id.Write(key);
        var row = session.Prepare(
            """
            SELECT d.state FROM delivery_keys k CROSS JOIN deliveries d ON d.id = k.delivery CROSS JOIN scopes s ON s.id = d.tenant
            WHERE k.key = ?1 AND s.tenant = ?2
            """)
            .Bind(1, key).Bind(2, tenantId);
        StoredDelivery? found = row.Step() && unreadable.TryDecode(row.Blob(0), session.Texts, out var delivery) ? delivery : null;
        row.Reset();

        return found;
    }

    private static StoredReservation? ReservationOf(SqliteSession session, string tenantId, DeliveryState state) =>
        state.QueueId is { Length: > 0 } queueId
            ? StoredReservation.TakenFor(new SqliteReservationRows(session).With(tenantId, queueId), state.ReportingHost, state.AcceptedAt)
            : null;
}
