using System.Text.Json;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.Replies;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Replies;

/// <summary>
/// A rule and its tenant's revision change in one transaction. Every change writes the row of the revision, so two changes
/// of one tenant at the same time conflict, and each gets a revision of its own.
/// </summary>
internal sealed class MongoReplyRuleStore(MongoDatabase database) : IReplyRuleStore
{
    public Task<ReplyRuleSet> FindAsync(string tenantId, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
            {
                using var moment = await database.StartSnapshotAsync(cancellationToken);
                var revision = await database.ReplyRuleRevisions.Find(moment, new BsonDocument("_id", tenantId)).FirstOrDefaultAsync(cancellationToken);
                var rules = await database.ReplyRules
                    .Find(moment, new BsonDocument("tenant", tenantId))
                    .Sort(new BsonDocument("place", -1))
                    .ToListAsync(cancellationToken);

                return new ReplyRuleSet(
                    revision?["revision"].ToInt64() ?? 0,
                    [.. rules.Select(row => database.Unreadable.Read("reply_rules", () => ContentIn(row))).OfType<ReplyRule>()]);
            },
            cancellationToken);

    internal static ReplyRule ContentIn(BsonDocument row) => JsonSerializer.Deserialize(row["content"].AsString, ReplyRuleJson.Default.ReplyRule)
        ?? throw new InvalidDataException("A rule is null.");

    public Task<IReadOnlyDictionary<string, long>> RevisionsAsync(CancellationToken cancellationToken) => RevisionsAsync(_ => true, cancellationToken);

    public Task<IReadOnlyDictionary<string, long>> PendingAsync(CancellationToken cancellationToken) =>
        RevisionsAsync(row => row.GetValue("completed", 0).ToInt64() < row["revision"].ToInt64(), cancellationToken);

    public Task<long> SaveAsync(ReplyRule rule, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async (session, token) =>
            {
                var revision = await RaiseAsync(session, rule.TenantId, token);
                var row = new BsonDocument
                {
                    { "tenant", rule.TenantId }, { "place", revision }, { "content", JsonSerializer.Serialize(rule, ReplyRuleJson.Default.ReplyRule) },
                };
                await database.ReplyRules.UpdateOneAsync(
                    session, new BsonDocument("_id", MongoKeys.Of(rule.TenantId, rule.Id)), new BsonDocument("$set", row), new() { IsUpsert = true }, token);

                return revision;
            },
            cancellationToken);

    public Task<long?> RemoveAsync(string tenantId, string ruleId, CancellationToken cancellationToken) =>
        database.TransactAsync<long?>(
            async (session, token) =>
            {
                var removed = await database.ReplyRules.DeleteOneAsync(
                    session, new BsonDocument("_id", MongoKeys.Of(tenantId, ruleId)), cancellationToken: token);

                return removed.DeletedCount > 0 ? await RaiseAsync(session, tenantId, token) : null;
            },
            cancellationToken);

    public Task CompleteAsync(string tenantId, long revision, CancellationToken cancellationToken) =>
        database.UseAsync(
            () => database.ReplyRuleRevisions.UpdateOneAsync(
                new BsonDocument("_id", tenantId), new BsonDocument("$max", new BsonDocument("completed", revision)), cancellationToken: cancellationToken),
            cancellationToken);

    private async Task<long> RaiseAsync(IClientSessionHandle session, string tenantId, CancellationToken cancellationToken)
    {
        var row = await database.ReplyRuleRevisions.FindOneAndUpdateAsync<BsonDocument>(
            session,
            new BsonDocument("_id", tenantId),
            new BsonDocument("$inc", new BsonDocument("revision", 1L)),
            new() { IsUpsert = true, ReturnDocument = ReturnDocument.After },
            cancellationToken);

        return row["revision"].ToInt64();
    }

    private Task<IReadOnlyDictionary<string, long>> RevisionsAsync(Func<BsonDocument, bool> isWanted, CancellationToken cancellationToken) =>
        database.UseAsync<IReadOnlyDictionary<string, long>>(
            async () => (await database.ReplyRuleRevisions.Find(FilterDefinition<BsonDocument>.Empty).ToListAsync(cancellationToken))
                .Where(isWanted)
                .ToDictionary(row => row["_id"].AsString, row => row["revision"].ToInt64(), StringComparer.Ordinal),
            cancellationToken);
}
