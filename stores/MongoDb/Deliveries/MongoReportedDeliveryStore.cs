using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;
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
        string[] forms = [recipient, addresses.Protect(recipient, AddressForm.Masked), addresses.Protect(recipient, AddressForm.Hashed)];
        var numbers = new BsonArray(forms.Select(form => MongoKeys.Recipient(tenantId, form)).Distinct());
        var filter = new BsonDocument { { "t", tenantId }, { "r", new BsonDocument("$in", numbers) } };

        if (messageId is { Length: > 0 } && await LatestAsync(filter, forms, messageId, cancellationToken) is { Count: > 0 } named)
        {
            return named;
        }

        filter.Add("at", new BsonDocument { { "$gte", UnixTime.ToMicroseconds(within.From) }, { "$lt", UnixTime.ToMicroseconds(within.To) } });

        return await LatestAsync(filter, forms, null, cancellationToken);
    }

    private async Task<IReadOnlyList<ReportedDelivery>> LatestAsync(
        BsonDocument filter, string[] forms, string? messageId, CancellationToken cancellationToken)
    {
        var found = new List<(long At, ReportedDelivery Delivery)>();
        await database.UseAsync(
            async () =>
            {
                found.Clear();
                using var rows = await database.Deliveries.Find(filter).Sort(new BsonDocument("at", -1)).Limit(MaxOfRecipient).ToCursorAsync(cancellationToken);

                while (found.Count < IReportedDeliveryStore.MaxFound && await rows.MoveNextAsync(cancellationToken))
                {
                    // An address that is written in other capitals is another.
                    found.AddRange(rows.Current.Select(row => (At: row["at"].ToInt64(), Delivery: texts.Read(row)))
                        .Where(row => forms.Contains(row.Delivery.Recipient) && (messageId is null || row.Delivery.State.MessageId == messageId))
                        .Select(row => (row.At, Of(row.Delivery))));
                }

                return true;
            },
            cancellationToken);

        return [.. found.Take(IReportedDeliveryStore.MaxFound).OrderBy(row => row.At).ThenBy(row => row.Delivery.MessageKey, StringComparer.Ordinal)
            .Select(row => row.Delivery)];
    }

    private static ReportedDelivery Of(in StoredDelivery delivery)
    {
        var (messageKey, recipient, state) = delivery;

        return new(
            messageKey, recipient, state.MessageId, state.QueueId, state.Sender, state.HeaderFrom, UnixTime.FromMicroseconds(state.AcceptedAt));
    }
}
