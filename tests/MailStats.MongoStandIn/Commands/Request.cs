using MongoDB.Bson;

namespace MailStats.MongoStandIn.Commands;

/// <summary>A command as it came.</summary>
internal sealed class Request(BsonDocument body)
{
    /// <summary>What any command may carry. Concerns are what one member keeps anyway: what it acknowledges is everybody's.</summary>
    private static readonly string[] Common =
        ["$db", "lsid", "$clusterTime", "$readPreference", "txnNumber", "autocommit", "startTransaction", "readConcern", "writeConcern"];

    public BsonDocument Body => body;

    public string Name { get; } = body.GetElement(0).Name;

    public string Database => body.GetValue("$db", "admin").AsString;

    /// <summary>Of the session, null outside of any.</summary>
    public string? SessionId => body.TryGetValue("lsid", out var session) ? Convert.ToHexString(session["id"].AsByteArray) : null;

    public long? Number => body.TryGetValue("txnNumber", out var number) ? number.ToInt64() : null;

    /// <summary>False for a retryable write, which has a number as well.</summary>
    public bool IsInTransaction => body.Contains("autocommit");

    public bool StartsTransaction => body.GetValue("startTransaction", false).ToBoolean();

    /// <summary>All of the session's reads see the moment of the first.</summary>
    public bool IsSnapshot =>
        !IsInTransaction && body.TryGetValue("readConcern", out var concern) && concern.AsBsonDocument.GetValue("level", "") == "snapshot";

    public long? SnapshotTime => body["readConcern"].AsBsonDocument.TryGetValue("atClusterTime", out var time) ? time.AsBsonTimestamp.Value : null;

    /// <summary>With its database.</summary>
    public string Collection(string field) => $"{Database}.{body[field].AsString}";

    public BsonDocument Document(string name) => Get(name, new BsonDocument()).AsBsonDocument;

    public int Integer(string name, int otherwise) => Get(name, otherwise).ToInt32();

    public bool Flag(string name, bool otherwise = false) => Get(name, otherwise).ToBoolean();

    /// <summary>Refuses what the stand-in would pass over in silence.</summary>
    public void Allow(params ReadOnlySpan<string> options) => Allow(body, options, Name, Common);

    public static void Allow(BsonDocument document, ReadOnlySpan<string> options, string where, params ReadOnlySpan<string> common)
    {
        foreach (var name in document.Names)
        {
            if (!options.Contains(name) && !common.Contains(name) && name != where)
            {
                throw CommandError.Unknown($"'{name}' of {where}");
            }
        }
    }

    private BsonValue Get(string name, BsonValue otherwise) => body.GetValue(name, otherwise);
}
