using MailStats.Mail.Lists;
using MailStats.Mail.Time;
using MailStats.Stores.Administration;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Administration;

internal sealed class MongoAuditStore(MongoDatabase database) : IAuditStore
{
    public Task BeginAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        var row = new BsonDocument
        {
            { "_id", entry.Id.ToString("n") }, { "tenant", entry.TenantId }, { "at", UnixTime.ToMicroseconds(entry.At) },
            { "actor", entry.Actor }, { "action", entry.Action }, { "target", entry.Target }, { "details", Rows(entry.Details) },
        };

        if (entry.Status is { } status)
        {
            row.Add("status", status);
        }

        return database.UseAsync(
            async () =>
            {
                await database.AuditLog.InsertOneAsync(row, cancellationToken: cancellationToken);
                return true;
            },
            cancellationToken);
    }

    public Task CompleteAsync(Guid id, int status, IReadOnlyDictionary<string, string> details, CancellationToken cancellationToken) =>
        database.UseAsync(
            () => database.AuditLog.UpdateOneAsync(
                new BsonDocument("_id", id.ToString("n")),
                new BsonDocument("$set", new BsonDocument { { "status", status }, { "details", Rows(details) } }),
                cancellationToken: cancellationToken),
            cancellationToken);

    public Task<Page<AuditEntry>> ListAsync(string tenantId, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var filter = new BsonDocument("tenant", tenantId);

        if (cursor is not null)
        {
            var last = Guid.TryParseExact(cursor, "n", out var id) ? id.ToString("n") : throw new InvalidCursorException();
            filter.Add("_id", new BsonDocument("$lt", last));
        }

        return database.UseAsync(
            async () =>
            {
                var rows = await database.AuditLog.Find(filter).Sort(new BsonDocument("_id", -1)).Limit(limit + 1).ToListAsync(cancellationToken);
                var entries = rows.Take(limit).Select(EntryOf).ToList();

                return new Page<AuditEntry>(entries, rows.Count > limit ? entries[^1].Id.ToString("n") : null);
            },
            cancellationToken);
    }

    private static AuditEntry EntryOf(BsonDocument row) => new(
        Guid.ParseExact(row["_id"].AsString, "n"),
        row["tenant"].AsString,
        UnixTime.FromMicroseconds(row["at"].ToInt64()),
        row["actor"].AsString,
        row["action"].AsString,
        row["target"].AsString,
        row.TryGetValue("status", out var status) ? status.ToInt32() : null,
        row["details"].AsBsonArray.ToDictionary(detail => detail["name"].AsString, detail => detail["value"].AsString));

    /// <summary>A list and not a document: a name may hold dots and dollars, which field names had better not.</summary>
    private static BsonArray Rows(IReadOnlyDictionary<string, string> details) =>
        new(details.Select(detail => new BsonDocument { { "name", detail.Key }, { "value", detail.Value } }));
}
