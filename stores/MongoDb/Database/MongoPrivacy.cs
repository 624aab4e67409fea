using MailStats.Mail.Addresses;
using Microsoft.Extensions.Options;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Database;

/// <summary>How this store keeps addresses.</summary>
internal sealed class MongoPrivacy(IOptions<StorageOptions> options, MongoDatabase database)
{
    private volatile AddressPrivacy? _addresses = options.Value.AddressKey is { } key ? new(Convert.FromBase64String(key)) : null;
    private volatile bool _formIsKnown;

    public AddressForm Form { get; } = options.Value.Addresses;

    /// <summary>Says that addresses have been kept in a form.</summary>
    public static string FactOf(AddressForm form) => FormattableString.Invariant($"form:{(int)form}");

    /// <summary>Made once for all: of two processes that make one at the same time, the first to store it wins.</summary>
    public async Task<AddressPrivacy> AddressesAsync(CancellationToken cancellationToken)
    {
        if (_addresses is null)
        {
            await database.Facts.UpdateOneAsync(
                new BsonDocument("_id", "address_key"),
                new BsonDocument("$setOnInsert", new BsonDocument("value", new BsonBinaryData(AddressPrivacy.NewKey()))),
                new() { IsUpsert = true },
                cancellationToken);
            _addresses = await AddressesIfAnyAsync(cancellationToken);
        }

        return _addresses!;
    }

    public async Task<AddressPrivacy?> AddressesIfAnyAsync(CancellationToken cancellationToken) =>
        _addresses ??= await database.Facts.Find(new BsonDocument("_id", "address_key")).FirstOrDefaultAsync(cancellationToken) is { } row
            ? new AddressPrivacy(row["value"].AsByteArray)
            : null;

    /// <summary>Before the first address is kept in this form.</summary>
    public async Task RememberFormAsync(CancellationToken cancellationToken)
    {
        if (!_formIsKnown)
        {
            await database.Facts.UpdateOneAsync(
                new BsonDocument("_id", FactOf(Form)),
                new BsonDocument("$setOnInsert", new BsonDocument("form", (int)Form)),
                new() { IsUpsert = true },
                cancellationToken);
            _formIsKnown = true;
        }
    }
}
