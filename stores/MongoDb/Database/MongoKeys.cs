using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;
using MongoDB.Bson;

namespace MailStats.Stores.MongoDb.Database;

/// <summary>Deterministic keys: the same thing has the same key in every process, without asking.</summary>
internal static class MongoKeys
{
    /// <summary>No name holds a line feed: not a tenant id, not a domain, and in addresses and message keys Ingest refuses control characters.</summary>
    private const char Separator = '\n';

    /// <summary>A delivery's key, and the id that the API names it by.</summary>
    public static BsonBinaryData Id(DeliveryId id)
    {
        var hash = new byte[DeliveryKey.HashLength];
        id.Write(hash);

        return new(hash);
    }

    public static BsonBinaryData Delivery(in DeliveryKey key) => Id(DeliveryId.Of(key));

    public static DeliveryId IdOf(BsonDocument row) => DeliveryId.Read(row["_id"].AsByteArray);

    /// <summary>Orders deliveries of the same time, and names them in the search index: the last 64 bits of the key, never 0.</summary>
    public static long Order(BsonBinaryData delivery) =>
        BinaryPrimitives.ReadInt64BigEndian(delivery.Bytes.AsSpan(sizeof(long))) is not 0 and var number ? number : 1;

    /// <summary>By what the deliveries to an address are found, however it is capitalised.</summary>
    public static long Recipient(string tenantId, string recipient) => Number(string.Join(Separator, tenantId, recipient.ToLowerInvariant()));

    public static string Domain(string tenantId, string domain) => string.Join(Separator, tenantId, domain);

    public static string Mailbox(string tenantId, Mailbox mailbox) => string.Join(Separator, tenantId, mailbox.Domain, mailbox.Address);

    /// <summary>Something that a tenant names itself. A tenant's id holds no line feed, so whatever the name holds, two names never make one key.</summary>
    public static string Of(string tenantId, string name) => string.Join(Separator, tenantId, name);

    public static string Reason(in ReasonKey reason) =>
        string.Join(Separator, reason.Reason, reason.ReplyCode ?? 0, reason.EnhancedCode ?? "", reason.Hard ? 1 : 0);

    public static string Scope(StatisticsScope scope) => (scope.Domain, scope.Mailbox) switch
    {
        (null, _) => scope.TenantId,
        ({ } domain, null) => Domain(scope.TenantId, domain),
        ({ } domain, { } mailbox) => string.Join(Separator, scope.TenantId, domain, mailbox),
    };

    /// <summary>The last part of a scope's key: the domain's or mailbox's name.</summary>
    public static string NameIn(string key) => key[(key.LastIndexOf(Separator) + 1)..];

    /// <summary>Matches the rows of a list that are of a scope: a tenant by its id, what is within it by a number.</summary>
    public static BsonElement In(StatisticsScope scope) =>
        scope.Domain is null ? new("t", scope.TenantId) : new(scope.Mailbox is not null ? "m" : "d", Number(Scope(scope)));

    /// <summary>A number for a text, never 0.</summary>
    public static long Number(string text)
    {
        var number = BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

        return number == 0 ? 1 : number;
    }
}
