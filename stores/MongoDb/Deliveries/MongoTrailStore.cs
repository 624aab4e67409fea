using MailStats.Mail.Deliveries;
using MailStats.Mail.Quotas;
using MailStats.Stores.Deliveries;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Quotas;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Deliveries;

internal sealed class MongoTrailStore(MongoDatabase database, MongoTexts texts) : ITrailStore
{
    public Task<KeptTrail?> FindAsync(string tenantId, DeliveryId id, CancellationToken cancellationToken) => database.UseAsync<KeptTrail?>(
        async () =>
        {
            var row = await database.Deliveries
                .Find(new BsonDocument { { "_id", MongoKeys.Id(id) }, { "t", tenantId } })
                .FirstOrDefaultAsync(cancellationToken);

            return row is not null && texts.TryRead(row, out var delivery)
                ? new(delivery, await ReservationAsync(tenantId, delivery.State, cancellationToken))
                : null;
        },
        cancellationToken);

    private async Task<StoredReservation?> ReservationAsync(string tenantId, DeliveryState state, CancellationToken cancellationToken)
    {
        if (state.QueueId is not { Length: > 0 } queueId)
        {
            return null;
        }

        var rows = await database.Reservations
            .Find(new BsonDocument { { "q", queueId }, { "t", tenantId } })
            .Sort(new BsonDocument("at", -1))
            .Limit(StoredReservation.MostCompared)
            .ToListAsync(cancellationToken);

        return StoredReservation.TakenFor(rows.Select(MongoQuotaDocuments.Reservation), state.ReportingHost, state.AcceptedAt);
    }
}
