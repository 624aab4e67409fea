using System.Collections.Concurrent;
using MailStats.Mail.Deliveries;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Deliveries;

/// <summary>
/// One kind of numbered texts. A text that was met often gets its number before the next application, outside of any
/// transaction: a number that no delivery comes to name does no harm, and no delivery names one that is not there.
/// </summary>
/// <param name="database">Where they are kept.</param>
/// <param name="kind">Tells the kinds apart.</param>
/// <param name="write">The text of an item, null where it cannot have a number.</param>
/// <param name="read">The item of a text.</param>
/// <param name="comparer">Tells items apart.</param>
internal sealed class MongoTextTable<T>(MongoDatabase database, string kind, Func<T, string?> write, Func<string, T> read, IEqualityComparer<T> comparer)
    where T : notnull
{
    /// <summary>Numbered texts that a process keeps in memory.</summary>
    private const int MaxCached = 200_000;

    private readonly ConcurrentDictionary<T, int> _numbers = new(comparer);
    private readonly ConcurrentDictionary<int, T> _items = [];
    private readonly Lock _meeting = new();
    private readonly MetTexts<T> _met = new(comparer);
    private readonly HashSet<T> _often = new(comparer);

    public T this[int number] => _items.GetOrAdd(number, _ =>
    {
        var row = database.Texts.Find(new BsonDocument("_id", number)).FirstOrDefault() ?? throw new InvalidDataException($"Text {number} is missing.");

        return read(row["text"].AsString);
    });

    public int NumberOf(T item, int recipient)
    {
        if (_numbers.TryGetValue(item, out var number))
        {
            return number;
        }

        lock (_meeting)
        {
            if (_met.Meet(item, recipient))
            {
                _met.Forget(item);
                _often.Add(item);
            }
        }

        return 0;
    }

    public async Task StoreAsync(CancellationToken cancellationToken)
    {
        List<T> often;

        lock (_meeting)
        {
            often = [.. _often];
            _often.Clear();
        }

        foreach (var item in often)
        {
            if (write(item) is { } text && await FindOrAddAsync(text, cancellationToken) is > 0 and var number)
            {
                if (_numbers.Count >= MaxCached)
                {
                    _numbers.Clear();
                    _items.Clear();
                }

                _numbers[item] = number;
                _items[number] = item;
            }
        }
    }

    private async Task<int> FindOrAddAsync(string text, CancellationToken cancellationToken)
    {
        var named = new BsonDocument { { "kind", kind }, { "text", text } };

        if (await database.Texts.Find(named).FirstOrDefaultAsync(cancellationToken) is { } known)
        {
            return known["_id"].ToInt32();
        }

        var last = await database.Facts.FindOneAndUpdateAsync<BsonDocument>(
            new BsonDocument("_id", "texts"),
            new BsonDocument("$inc", new BsonDocument("last", 1)),
            new() { IsUpsert = true, ReturnDocument = ReturnDocument.After },
            cancellationToken);

        if (last["last"].ToInt32() > MetTexts<T>.MaxNumbered)
        {
            return 0;
        }

        try
        {
            await database.Texts.InsertOneAsync(new BsonDocument("_id", last["last"].ToInt32()).AddRange(named), cancellationToken: cancellationToken);

            return last["last"].ToInt32();
        }
        catch (MongoWriteException error) when (error.WriteError?.Category == ServerErrorCategory.DuplicateKey)
        {
            // Another process was faster. Its number counts; this one stays unused.
            var first = await database.Texts.Find(named).FirstAsync(cancellationToken);

            return first["_id"].ToInt32();
        }
    }
}
