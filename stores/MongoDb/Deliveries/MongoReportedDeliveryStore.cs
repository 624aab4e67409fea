using MailStats.Mail.Addresses;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.Deliveries;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Deliveries;

/// <summary>By the index of recipients.</summary>
internal sealed class MongoReportedDeliveryStore(MongoDatabase database, MongoTexts texts, MongoPrivacy privacy) : IReportedDeliveryStore
{
    public async Task<IReadOnlyList<ReportedDelivery>> FindAsync(
        string tenantId, string recipient, TimeRange within, CancellationToken cancellationToken)
    {
        var addresses = await database.UseAsync(() => privacy.AddressesAsync(cancellationToken), cancellationToken);
        var forms = new BsonArray { recipient, addresses.Protect(recipient, AddressForm.Masked), addresses.Protect(recipient, AddressForm.Hashed) };
        var filter = new BsonDocument
        {
            { "t", tenantId }, { "r", new BsonDocument("$in", forms) },
            { "at", new BsonDocument { { "$gte", UnixTime.ToMicroseconds(within.From) }, { "$lt", UnixTime.ToMicroseconds(within.To) } } },
        };
        var rows = await database.UseAsync(
            () => database.Deliveries.Find(filter)
                .Sort(new BsonDocument("at", 1))
                .Limit(IReportedDeliveryStore.MaxFound)
                .ToListAsync(cancellationToken),
            cancellationToken);

        return [.. rows.Select(row => (At: row["at"].ToInt64(), Delivery: texts.Read(row)))
            .OrderBy(row => row.At).ThenBy(row => row.Delivery.MessageKey, StringComparer.Ordinal)
            .Select(row => new ReportedDelivery(
                row.Delivery.MessageKey, row.Delivery.Recipient, row.Delivery.State.MessageId, row.Delivery.State.QueueId, row.Delivery.State.Sender,
                row.Delivery.State.HeaderFrom, UnixTime.FromMicroseconds(row.Delivery.State.AcceptedAt)))];
    }
}
