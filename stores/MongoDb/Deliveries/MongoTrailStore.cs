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
    /// <exception cref="StorageUnavailableException">It was not found, but deliveries of an older version do not all have their ids yet.</exception>
    public async Task<KeptTrail?> FindAsync(string tenantId, DeliveryId id, CancellationToken cancellationToken)
    {
        var (found, isUnnamed) = await database.UseAsync<(KeptTrail? Found, bool IsUnnamed)>(
            async () =>
            {
                var row = await database.Deliveries
                    .Find(new BsonDocument { { "i", MongoKeys.Id(id) }, { "t", tenantId } })
                    .FirstOrDefaultAsync(cancellationToken);

                if (row is null)
                {
                    return (null, await MongoNaming.IsUnfinishedAsync(database, cancellationToken));
                }

                if (!texts.TryRead(row, out var delivery))
                {
                    return (null, false);
                }

                return (new(delivery, await ReservationAsync(tenantId, delivery.State, cancellationToken)), false);
            },
            cancellationToken);

        return isUnnamed
            ? throw new StorageUnavailableException("Deliveries that an older version wrote are being given their ids. Try again when that is done.", null)
            : found;
    }

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
