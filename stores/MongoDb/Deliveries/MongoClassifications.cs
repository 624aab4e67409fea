using System.Collections.Concurrent;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Mail.Deliveries;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Deliveries;

/// <summary>Classifications numbered by their own content, so that no two processes ever disagree about a number.</summary>
internal sealed class MongoClassifications(MongoDatabase database) : IClassificationTable
{
    private readonly ConcurrentDictionary<long, Classification> _known = [];
    private readonly ConcurrentDictionary<Classification, long> _stored = [];

    public Classification this[long id] => _known.GetOrAdd(id, number =>
    {
        var row = database.Classifications.Find(new BsonDocument("_id", number)).FirstOrDefault()
            ?? throw new InvalidDataException($"Classification {number} is missing.");

        return JsonSerializer.Deserialize(row["content"].AsString, ClassificationJson.Default.Classification)!;
    });

    public long IdOf(Classification classification) => _stored.TryGetValue(classification, out var id)
        ? id
        : throw new InvalidOperationException("Classifications are stored before the states that name them.");

    /// <summary>
    /// Stores what is new, outside of any transaction: a row that no state refers to is harmless, and a state never
    /// refers to a row that does not exist.
    /// </summary>
    public async Task StoreAsync(IEnumerable<Classification?> classifications, CancellationToken cancellationToken)
    {
        foreach (var classification in classifications.OfType<Classification>().Distinct())
        {
            if (_stored.ContainsKey(classification))
            {
                continue;
            }

            var content = JsonSerializer.Serialize(classification, ClassificationJson.Default.Classification);
            var id = MongoKeys.Number(content);
            await database.Classifications.UpdateOneAsync(
                new BsonDocument("_id", id),
                new BsonDocument("$setOnInsert", new BsonDocument("content", content)),
                new() { IsUpsert = true },
                cancellationToken);
            _known[id] = classification;
            _stored[classification] = id;
        }
    }

    /// <summary>What was read may be written again.</summary>
    public void Know(DeliveryState state)
    {
        foreach (var classification in In(state).OfType<Classification>())
        {
            _stored.GetOrAdd(classification, known => MongoKeys.Number(JsonSerializer.Serialize(known, ClassificationJson.Default.Classification)));
        }
    }

    /// <summary>All that a state names.</summary>
    public static IEnumerable<Classification?> In(DeliveryState state) =>
        state.Trail.Concat(state.Trail.Between).Concat(state.Failures)
            .Concat([state.Deferred, state.Delivered, state.Rejected, state.Complained])
            .Select(outcome => outcome?.Classification);
}
