using MailStats.Mail.Addresses;
using MailStats.Stores.Sqlite.Database;
using Microsoft.Extensions.Options;

namespace MailStats.Stores.Sqlite.Deliveries;

/// <summary>How this store keeps addresses.</summary>
internal sealed class SqlitePrivacy(IOptions<StorageOptions> options)
{
    private volatile AddressPrivacy? _addresses = options.Value.AddressKey is { } key ? new(Convert.FromBase64String(key)) : null;

    public AddressForm Form { get; } = options.Value.Addresses;

    /// <summary>Within a write transaction: the key is made when there is none yet.</summary>
    public AddressPrivacy Addresses(SqliteSession session)
    {
        if (_addresses is { } known)
        {
            return known;
        }

        session.Prepare("INSERT INTO store_keys (name, value) VALUES ('address', ?1) ON CONFLICT DO NOTHING").Bind(1, AddressPrivacy.NewKey()).Execute();

        // Not remembered: this transaction may still fail, and another process's key be the one that stays.
        return Read(session)!;
    }

    /// <summary>Within a read: null while no address has been hashed.</summary>
    public AddressPrivacy? AddressesIfAny(SqliteSession session) => _addresses ??= Read(session);

    /// <summary>The same outside of any transaction: asks the store only until there is one.</summary>
    public AddressPrivacy? AddressesIfAny(SqliteDatabase database) => _addresses ?? database.Read(AddressesIfAny);

    private static AddressPrivacy? Read(SqliteSession session)
    {
        var row = session.Prepare("SELECT value FROM store_keys WHERE name = 'address'");
        var addresses = row.Step() ? new AddressPrivacy(row.Blob(0).ToArray()) : null;
        row.Reset();

        return addresses;
    }
}
