using MailStats.MongoStandIn.Language;
using MailStats.MongoStandIn.Rows;
using MongoDB.Bson;

namespace MailStats.MongoStandIn.Commands;

/// <summary>Changes: in a transaction all or nothing, outside of any each row by itself.</summary>
internal sealed class Writing(Engine engine)
{
    private static readonly SortOrder Any = new(null);

    public Task<BsonDocument> InsertAsync(Request request, Transaction? transaction, CancellationToken cancellationToken)
    {
        request.Allow("insert", "documents", "ordered");
        var collection = engine.Collection(request.Collection("insert"));

        return EachAsync(request, "documents", transaction, async (document, answer) =>
        {
            await ChangeAsync(
                transaction,
                moment =>
                {
                    collection.Insert(document, moment);
                    return true;
                },
                cancellationToken);
            answer["n"] = answer["n"].AsInt32 + 1;
        });
    }

    public Task<BsonDocument> DeleteAsync(Request request, Transaction? transaction, CancellationToken cancellationToken)
    {
        request.Allow("delete", "deletes", "ordered");
        var collection = engine.Collection(request.Collection("delete"));

        return EachAsync(request, "deletes", transaction, async (delete, answer) =>
        {
            Request.Allow(delete, ["q", "limit"], "delete");
            var changed = await ChangeAllAsync(
                collection, new(delete["q"].AsBsonDocument), delete["limit"].ToInt32() == 0, (_, _) => null, transaction, cancellationToken);
            answer["n"] = answer["n"].AsInt32 + changed.Found;
        });
    }

    public Task<BsonDocument> UpdateAsync(Request request, Transaction? transaction, CancellationToken cancellationToken)
    {
        request.Allow("update", "updates", "ordered");
        var collection = engine.Collection(request.Collection("update"));
        var index = -1;

        return EachAsync(request, "updates", transaction, async (one, answer) =>
        {
            index++;
            Request.Allow(one, ["q", "u", "multi", "upsert"], "update");
            var update = new Update(one["u"]);
            var changed = await ChangeAllAsync(
                collection,
                new(one["q"].AsBsonDocument),
                one.GetValue("multi", false).ToBoolean(),
                (row, inserts) => update.Apply(row, inserts),
                transaction,
                cancellationToken,
                one.GetValue("upsert", false).ToBoolean());
            answer["n"] = answer["n"].AsInt32 + changed.Found;
            answer["nModified"] = answer.GetValue("nModified", 0).ToInt32() + changed.Modified;

            if (changed.Inserted is { } id)
            {
                answer["n"] = answer["n"].AsInt32 + 1;
                answer["upserted"] = new BsonArray(
                    answer.GetValue("upserted", new BsonArray()).AsBsonArray) { new BsonDocument { { "index", index }, { "_id", id } } };
            }
        });
    }

    public Task<BsonDocument> FindAndModifyAsync(Request request, Transaction? transaction, CancellationToken cancellationToken)
    {
        request.Allow("findAndModify", "query", "update", "new", "upsert");
        var collection = engine.Collection(request.Collection("findAndModify"));
        var filter = new Filter(request.Document("query"));
        var update = new Update(request.Body["update"]);

        return ChangeAsync(
            transaction,
            moment =>
            {
                var (row, before) = collection.Find(filter, Any, moment).FirstOrDefault();
                var after = before;
                var outcome = new BsonDocument { { "n", before is null ? 0 : 1 }, { "updatedExisting", before is not null } };

                if (before is not null)
                {
                    Put(collection, row, before, after = update.Apply(before, inserts: false), moment);
                }
                else if (request.Flag("upsert"))
                {
                    collection.Insert(after = Made(filter, update.Apply), moment);
                    outcome["n"] = 1;
                    outcome["upserted"] = after["_id"];
                }

                return new BsonDocument { { "lastErrorObject", outcome }, { "value", (request.Flag("new") ? after : before) ?? (BsonValue)BsonNull.Value } };
            },
            cancellationToken);
    }

    private static async Task<BsonDocument> EachAsync(Request request, string list, Transaction? transaction, Func<BsonDocument, BsonDocument, Task> change)
    {
        var answer = new BsonDocument("n", 0);
        var errors = new BsonArray();
        var all = request.Body[list].AsBsonArray;

        for (var index = 0; index < all.Count; index++)
        {
            try
            {
                await change(all[index].AsBsonDocument, answer);
            }
            catch (CommandError error) when (error.Code is ErrorCode.DuplicateKey or ErrorCode.PathNotViable)
            {
                errors.Add(new BsonDocument { { "index", index }, { "code", (int)error.Code }, { "errmsg", error.Message } });

                if (transaction is not null || request.Flag("ordered", otherwise: true))
                {
                    break;
                }
            }
        }

        return errors.Count > 0 ? answer.Add("writeErrors", errors) : answer;
    }

    /// <summary>Changes what is found; outside of a transaction a row that has to be waited for is looked at again.</summary>
    private async Task<(int Found, int Modified, BsonValue? Inserted)> ChangeAllAsync(
        Collection collection,
        Filter filter,
        bool all,
        Func<BsonDocument, bool, BsonDocument?> change,
        Transaction? transaction,
        CancellationToken cancellationToken,
        bool upsert = false)
    {
        if (!all)
        {
            return await ChangeAsync(
                transaction, moment => collection.Find(filter, Any, moment).FirstOrDefault() is ({ } row, { } before)
                    ? Put(collection, row, before, change(before, false), moment) ? (1, 1, null) : (1, 0, null)
                    : (0, 0, upsert ? Insert(moment) : null),
                cancellationToken);
        }

        var rows = collection.Find(filter, Any, transaction?.Moment ?? new(engine.Now)).Select(found => found.Row).ToList();
        var (matched, modified) = (0, 0);

        foreach (var row in rows)
        {
            var (isMatch, isModified) = await ChangeAsync(
                transaction,
                moment => row.At(moment) is { } before && filter.Matches(before)
                    ? (true, Put(collection, row, before, change(before, false), moment))
                    : default,
                cancellationToken);
            matched += isMatch ? 1 : 0;
            modified += isModified ? 1 : 0;
        }

        return matched == 0 && upsert ? (0, 0, await ChangeAsync(transaction, Insert, cancellationToken)) : (matched, modified, null);

        BsonValue Insert(Moment moment)
        {
            var made = Made(filter, change);
            collection.Insert(made, moment);

            return made["_id"];
        }
    }

    /// <summary>What changes nothing writes nothing, and so conflicts with nobody.</summary>
    private static bool Put(Collection collection, Row row, BsonDocument before, BsonDocument? after, Moment moment)
    {
        var changes = after is null || !after.Equals(before);

        if (changes)
        {
            collection.Put(row, after, moment);
        }

        return changes;
    }

    private static BsonDocument Made(Filter filter, Func<BsonDocument, bool, BsonDocument?> change)
    {
        var made = new BsonDocument(filter.Equalities);

        if (!made.Contains("_id"))
        {
            made.InsertAt(0, new("_id", ObjectId.GenerateNewId()));
        }

        return change(made, true)!;
    }

    private Task<T> ChangeAsync<T>(Transaction? transaction, Func<Moment, T> change, CancellationToken cancellationToken) =>
        transaction is null ? engine.ChangeAsync(change, cancellationToken) : Task.FromResult(engine.Change(transaction, change));
}
