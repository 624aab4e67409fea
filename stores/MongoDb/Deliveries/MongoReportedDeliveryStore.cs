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
    /// <summary>Deliveries to one recipient among which a Message-ID is looked for, the latest first.</summary>
    private const int MaxOfRecipient = 5_000;

    public async Task<IReadOnlyList<ReportedDelivery>> FindAsync(
        string tenantId, string recipient, string? messageId, TimeRange within, CancellationToken cancellationToken)
    {
        var addresses = await database.UseAsync(() => privacy.AddressesAsync(cancellationToken), cancellationToken);
        var forms = new BsonArray { recipient, addresses.Protect(recipient, AddressForm.Masked), addresses.Protect(recipient, AddressForm.Hashed) };
        var filter = new BsonDocument { { "t", tenantId }, { "r", new BsonDocument("$in", forms) } };

        if (messageId is { Length: > 0 } && await LatestAsync(filter, MaxOfRecipient, messageId, cancellationToken) is { Count: > 0 } named)
        {
            return named;
        }

        filter.Add("at", new BsonDocument { { "$gte", UnixTime.ToMicroseconds(within.From) }, { "$lt", UnixTime.ToMicroseconds(within.To) } });

        return await LatestAsync(filter, IReportedDeliveryStore.MaxFound, null, cancellationToken);
    }

    private async Task<IReadOnlyList<ReportedDelivery>> LatestAsync(
        BsonDocument filter, int atMost, string? messageId, CancellationToken cancellationToken)
    {
        var found = new List<(long At, ReportedDelivery Delivery)>();
        await database.UseAsync(
            async () =>
            {
                found.Clear();
                using var rows = await database.Deliveries.Find(filter).Sort(new BsonDocument("at", -1)).Limit(atMost).ToCursorAsync(cancellationToken);

                while (found.Count < IReportedDeliveryStore.MaxFound && await rows.MoveNextAsync(cancellationToken))
                {
                    found.AddRange(rows.Current.Select(row => (row["at"].ToInt64(), Of(row)))
                        .Where(row => messageId is null || row.Item2.MessageId == messageId));
                }

                return true;
            },
            cancellationToken);

        return [.. found.Take(IReportedDeliveryStore.MaxFound).OrderBy(row => row.At).ThenBy(row => row.Delivery.MessageKey, StringComparer.Ordinal)
            .Select(row => row.Delivery)];
    }

    private ReportedDelivery Of(BsonDocument row)
    {
        var (messageKey, recipient, state) = texts.Read(row);

        return new(
            messageKey, recipient, state.MessageId, state.QueueId, state.Sender, state.HeaderFrom, UnixTime.FromMicroseconds(state.AcceptedAt));
    }
}
