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

    public static string Delivery(string tenantId, string messageKey, string recipient) => string.Join(Separator, tenantId, messageKey, recipient);

    /// <summary>The id that the API names a delivery by.</summary>
    public static BsonBinaryData Id(DeliveryId id)
    {
        var hash = new byte[DeliveryKey.HashLength];
        id.Write(hash);

        return new(hash);
    }

    /// <summary>The same from what a document of any age says of itself.</summary>
    public static DeliveryId IdOf(BsonDocument row)
    {
        var (key, tenant, recipient) = (row["_id"].AsString, row["t"].AsString, row["r"].AsString);

        return DeliveryId.Of(new(tenant, key[(tenant.Length + 1)..^(recipient.Length + 1)], recipient));
    }

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

    /// <summary>The field of a list's rows that holds a scope's key.</summary>
    public static string Field(StatisticsScope scope) => scope.Mailbox is not null ? "m" : scope.Domain is not null ? "d" : "t";

    /// <summary>A number for a text, never 0.</summary>
    public static long Number(string text)
    {
        var number = BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

        return number == 0 ? 1 : number;
    }
}
