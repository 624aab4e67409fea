using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.Webhooks;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Webhooks;

/// <summary>
/// Counts: source <c>s</c>, day <c>d</c> since 0001-01-01, outcome <c>o</c> and cause <c>c</c>, which make up the <c>_id</c>.
/// Refusals: one document a source with its latest ones, in the order they were written.
/// </summary>
internal sealed class MongoWebhookTrafficStore(MongoDatabase database) : IWebhookTrafficStore
{
    public Task AddAsync(IReadOnlyList<WebhookCount> counts, IReadOnlyList<WebhookRefusal> refusals, DateOnly oldest, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
            {
                if (counts.Count > 0)
                {
                    await database.WebhookCounts.BulkWriteAsync([.. counts.Select(ToUpdate)], new() { IsOrdered = false }, cancellationToken);
                }

                foreach (var source in refusals.GroupBy(refusal => refusal.SourceId))
                {
                    await database.WebhookRefusals.UpdateOneAsync(
                        new BsonDocument("_id", source.Key), ToPush(source), new() { IsUpsert = true }, cancellationToken);
                }

                await database.WebhookCounts.DeleteManyAsync(new BsonDocument("d", new BsonDocument("$lt", oldest.DayNumber)), cancellationToken);

                return true;
            },
            cancellationToken);

    public Task<WebhookTraffic> FindAsync(string sourceId, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
            {
                var counts = await database.WebhookCounts.Find(new BsonDocument("s", sourceId))
                    .Sort(new BsonDocument { { "d", 1 }, { "o", 1 }, { "c", 1 } }).ToListAsync(cancellationToken);
                var refusals = await database.WebhookRefusals.Find(new BsonDocument("_id", sourceId)).FirstOrDefaultAsync(cancellationToken);

                return new WebhookTraffic(
                    [.. counts.Select(row => CountOf(sourceId, row))],
                    [.. (refusals?["latest"].AsBsonArray ?? []).Reverse().Select(row => RefusalOf(sourceId, row.AsBsonDocument))]);
            },
            cancellationToken);

    private static UpdateOneModel<BsonDocument> ToUpdate(WebhookCount count) => new(
        new BsonDocument("_id", FormattableString.Invariant($"{count.SourceId}/{count.Day.DayNumber}/{(int)count.Outcome}/{count.Cause}")),
        new BsonDocument
        {
            {
                "$setOnInsert",
                new BsonDocument { { "s", count.SourceId }, { "d", count.Day.DayNumber }, { "o", (int)count.Outcome }, { "c", count.Cause } }
            },
            { "$inc", new BsonDocument("n", count.Count) },
            { "$max", new BsonDocument("last", UnixTime.ToMicroseconds(count.LastAt)) },
        })
    {
        IsUpsert = true,
    };

    private static BsonDocument ToPush(IEnumerable<WebhookRefusal> refusals) => new("$push", new BsonDocument("latest", new BsonDocument
    {
        {
            "$each", new BsonArray(refusals.Select(refusal => new BsonDocument
            {
                { "at", UnixTime.ToMicroseconds(refusal.At) }, { "o", (int)refusal.Outcome }, { "c", refusal.Cause }, { "error", refusal.Error },
            }))
        },
        { "$slice", -IWebhookTrafficStore.Refusals },
    }));

    private static WebhookCount CountOf(string sourceId, BsonDocument row) => new(
        sourceId, DateOnly.FromDayNumber(row["d"].ToInt32()), (WebhookOutcome)row["o"].ToInt32(), row["c"].AsString,
        row["n"].ToInt64(), UnixTime.FromMicroseconds(row["last"].ToInt64()));

    private static WebhookRefusal RefusalOf(string sourceId, BsonDocument row) => new(
        sourceId, UnixTime.FromMicroseconds(row["at"].ToInt64()), (WebhookOutcome)row["o"].ToInt32(), row["c"].AsString, row["error"].AsString);
}
