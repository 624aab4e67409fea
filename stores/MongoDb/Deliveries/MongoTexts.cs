using MailStats.Contracts;
using MailStats.Mail.Deliveries;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.Upkeep;
using MongoDB.Bson;

namespace MailStats.Stores.MongoDb.Deliveries;

/// <summary>Numbers of the texts that stand in many deliveries, and the bytes of deliveries that are written with them.</summary>
internal sealed class MongoTexts(MongoDatabase database, MongoClassifications classifications) : IStoredTexts
{
    private readonly MongoTextTable<string> _texts = new(database, "t", text => text, text => text, StringComparer.Ordinal);

    private readonly MongoTextTable<ReplyForm> _forms = new(
        database, "f", form => form.HasText ? form.ToText() : null, ReplyForm.Parse, EqualityComparer<ReplyForm>.Default);

    public Classification this[long id] => classifications[id];

    public long IdOf(Classification classification) => classifications.IdOf(classification);

    public int NumberOf(ReadOnlySpan<char> text, int recipient) => _texts.NumberOf(text.ToString(), recipient);

    public string TextOf(int number) => _texts[number];

    public int NumberOf(in ReplyForm form, int recipient) => _forms.NumberOf(form, recipient);

    public ReplyForm FormOf(int number) => _forms[number];

    /// <summary>Before an application: what its deliveries are written with has to be there whatever becomes of its transaction.</summary>
    public async Task StoreAsync(IReadOnlyList<ClassifiedDelivery> deliveries, CancellationToken cancellationToken)
    {
        await classifications.StoreAsync(deliveries.Select(delivery => delivery.Classification), cancellationToken);
        await _texts.StoreAsync(cancellationToken);
        await _forms.StoreAsync(cancellationToken);
    }

    /// <summary>A delivery of a document.</summary>
    public StoredDelivery Read(BsonDocument row) => DeliveryCodec.Decode(row["state"].AsByteArray, this);

    /// <summary>False, and told, where it cannot be read.</summary>
    public bool TryRead(BsonDocument row, out StoredDelivery delivery)
    {
        try
        {
            delivery = Read(row);

            return true;
        }
        catch (Exception damage) when (UnreadableRows.IsDamage(damage))
        {
            database.Unreadable.Met("deliveries", damage);
            delivery = default;

            return false;
        }
    }

    /// <summary>The same, to be written again.</summary>
    public StoredDelivery ReadToWrite(BsonDocument row)
    {
        var delivery = Read(row);
        classifications.Know(delivery.State);

        return delivery;
    }
}
