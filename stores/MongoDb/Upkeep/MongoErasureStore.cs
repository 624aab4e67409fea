using MailStats.Mail.Addresses;
using MailStats.Mail.Attempts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Deliveries;
using MailStats.Stores.MongoDb.Search;
using MailStats.Stores.Upkeep;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Upkeep;

internal sealed class MongoErasureStore(
    MongoDatabase database, MongoTexts texts, MongoPrivacy privacy, MongoSearchIndexer indexer, TimeProvider time) : IErasureStore
{
    private const int AtOnce = 200;

    public async Task<ErasureReceipt> EraseAsync(string tenantId, string address, CancellationToken cancellationToken)
    {
        var addresses = await database.UseAsync(() => privacy.AddressesAsync(cancellationToken), cancellationToken);
        var erased = 0L;

        // First that erasures exist, so that an application that begins now looks for them; then the rows.
        await database.UseAsync(
            () => database.Facts.UpdateOneAsync(
                new BsonDocument("_id", "erased"), new BsonDocument("$set", new BsonDocument("any", true)), new() { IsUpsert = true }, cancellationToken),
            cancellationToken);

        while (await database.TransactAsync(
            (session, token) => EraseSomeAsync(session, tenantId, address, addresses, token), cancellationToken) is > 0 and var some)
        {
            erased += some;
        }

        await indexer.PurgeAsync(cancellationToken);
        var receipt = new ErasureReceipt(
            Guid.CreateVersion7(time.GetUtcNow()),
            tenantId,
            Convert.ToHexStringLower(addresses.Hash(address)),
            UnixTime.FromMicroseconds(UnixTime.ToMicroseconds(time.GetUtcNow())),
            erased);
        await database.UseAsync(
            async () =>
            {
                await database.Erasures.InsertOneAsync(
                    new()
                    {
                        { "_id", receipt.Id.ToString() }, { "tenant", tenantId }, { "address", receipt.AddressHash },
                        { "at", UnixTime.ToMicroseconds(receipt.ErasedAt) }, { "deliveries", erased },
                    },
                    cancellationToken: cancellationToken);
                return true;
            },
            cancellationToken);

        return receipt;
    }

    /// <summary>
    /// An application that changes one of these deliveries at the same time conflicts with its removal: one of the two
    /// begins anew, and finds either the changed row, or that it was erased.
    /// </summary>
    private async Task<int> EraseSomeAsync(
        IClientSessionHandle session, string tenantId, string address, AddressPrivacy addresses, CancellationToken cancellationToken)
    {
        string[] forms = [address, addresses.Protect(address, AddressForm.Masked), addresses.Protect(address, AddressForm.Hashed)];
        var numbers = new BsonArray(forms.Select(form => MongoKeys.Recipient(tenantId, form)));
        var rows = await database.Deliveries
            .Find(session, new BsonDocument { { "t", tenantId }, { "r", new BsonDocument("$in", numbers) } })
            .Limit(AtOnce)
            .ToListAsync(cancellationToken);
        // Two addresses hardly ever have the same number. Nobody is erased for it.
        rows.RemoveAll(row => !forms.Contains(texts.Read(row).Recipient, StringComparer.OrdinalIgnoreCase));

        var remembered = rows.ConvertAll(row => Remembered(row, tenantId, addresses));

        if (rows.Count > 0)
        {
            var tally = new Tally();
            rows.ForEach(row => tally.Add(tenantId, texts.Read(row).State, 1));
            await MongoTallies.AppendAsync(database.ErasedTallies, session, tally, time.GetUtcNow(), cancellationToken);
            var keys = new BsonDocument("$in", new BsonArray(rows.Select(row => row["_id"])));
            await database.Erased.InsertManyAsync(session, remembered, cancellationToken: cancellationToken);
            await database.Earlier.DeleteManyAsync(session, new BsonDocument("e", keys), cancellationToken: cancellationToken);
            await database.Deliveries.DeleteManyAsync(session, new BsonDocument("_id", keys), cancellationToken: cancellationToken);
            await MongoSearchIndexer.AddGoneAsync(database, session, rows, cancellationToken);
        }

        return rows.Count;
    }

    /// <summary>What is left of a delivery: a hash by which its late events are recognised, and its share of the totals.</summary>
    private BsonDocument Remembered(BsonDocument row, string tenantId, AddressPrivacy addresses)
    {
        var delivery = texts.Read(row);
        var identity = new BsonBinaryData(addresses.Identity(delivery.MessageKey, delivery.Recipient));
        var remembered = new BsonDocument { { "_id", identity }, { "t", tenantId } };

        if (Contribution.Of(delivery.State) is { } counted)
        {
            remembered.AddRange(new BsonDocument
            {
                { "domain", counted.Mailbox.Domain }, { "mailbox", counted.Mailbox.Address }, { "quarter", counted.Quarter },
                { "provider", counted.Provider }, { "s", (int)counted.Status },
            });

            if (counted.Complained)
            {
                remembered.Add("k", true);
            }

            if (counted.Reason is { } reason)
            {
                remembered.Add("x", MongoKeys.Reason(reason));
            }
        }

        return remembered;
    }
}
