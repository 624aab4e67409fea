using MailStats.Mail.Quotas;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Notifications;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Quotas;

/// <summary>Writes limits, counters and notices within one transaction.</summary>
internal sealed class MongoQuotaWrites(MongoDatabase database, IClientSessionHandle session)
{
    public async Task LimitsAsync(IReadOnlyDictionary<QuotaKey, StoredLimit?> changed, CancellationToken cancellationToken)
    {
        foreach (var (key, limit) in changed)
        {
            var filter = new BsonDocument("_id", MongoQuotaDocuments.Id(key));

            if (limit is null)
            {
                await database.QuotaLimits.DeleteOneAsync(session, filter, cancellationToken: cancellationToken);
            }
            else
            {
                await database.QuotaLimits.ReplaceOneAsync(
                    session, filter, MongoQuotaDocuments.Of(key, limit), new ReplaceOptions { IsUpsert = true }, cancellationToken);
            }
        }
    }

    public async Task CountersAsync(QuotaChanges changes, CancellationToken cancellationToken)
    {
        // Ended periods first: the row of one can be that of a counter, which then says more.
        var ended = changes.Ended.Select(period => (WriteModel<BsonDocument>)new UpdateOneModel<BsonDocument>(
            new BsonDocument("_id", MongoQuotaDocuments.Id(period.Key, period.Period.Start)),
            new BsonDocument { { "$set", new BsonDocument("blocked", false) }, { "$inc", new BsonDocument("episode", 1L) } }));
        var counters = changes.Counters.Select(counter => (WriteModel<BsonDocument>)new ReplaceOneModel<BsonDocument>(
            new BsonDocument("_id", MongoQuotaDocuments.Id(counter.Key, counter.Period.Start)), MongoQuotaDocuments.Of(counter)) { IsUpsert = true });
        var writes = ended.Concat(counters).ToList();

        if (writes.Count > 0)
        {
            await database.QuotaCounters.BulkWriteAsync(session, writes, new() { IsOrdered = true }, cancellationToken);
        }
    }

    /// <summary>Those that were not given yet, each once.</summary>
    public async Task<List<DueNotice>> UngivenAsync(IReadOnlyList<DueNotice> notices, CancellationToken cancellationToken)
    {
        if (MongoQuotaDocuments.In(notices.Select(due => due.Notice.NoticeId.ToString())) is not { } wanted)
        {
            return [];
        }

        var given = (await database.QuotaNotices.Find(session, wanted).ToListAsync(cancellationToken))
            .Select(row => row["_id"].AsString)
            .ToHashSet(StringComparer.Ordinal);

        return [.. notices.Where(due => given.Add(due.Notice.NoticeId.ToString()))];
    }

    /// <param name="notices">Due ones; those that were given are left out.</param>
    /// <param name="version">Of the tenants' quotas, which orders notices of one moment.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public async Task NoticesAsync(IReadOnlyList<DueNotice> notices, long version, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var order = version * 1000;

        foreach (var (notice, isToldAlready) in await UngivenAsync(notices, cancellationToken))
        {
            await database.QuotaNotices.InsertOneAsync(
                session, new() { { "_id", notice.NoticeId.ToString() }, { "at", new BsonDateTime(now.UtcDateTime) } },
                cancellationToken: cancellationToken);

            if (!isToldAlready)
            {
                await MongoOutbox.AppendAsync(database, session, notice, now, order++, cancellationToken);
            }
        }
    }
}
