using System.Buffers;
using MailStats.Mail.Attempts;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Database;

/// <summary>
/// Sheets of the second ledger, as documents: <c>t</c> tenant, <c>l</c> tier, <c>b</c> bucket, <c>w</c> when it was written (seconds of
/// Unix time), <c>o</c> true until the upkeep has put it together with others, <c>n</c> the names, <c>s</c> the counts. An application
/// only inserts documents of its own, and so conflicts with nobody.
/// </summary>
internal static class MongoTallies
{
    /// <summary>In the transaction that changes what is counted.</summary>
    public static async Task AppendAsync(
        IMongoCollection<BsonDocument> collection, IClientSessionHandle session, Tally tally, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var sheets = tally.ByPlace().Select(place => SheetOf(ObjectId.GenerateNewId(now.UtcDateTime), place.Place, place.Counts, loose: true, now)).ToList();

        // Inserting nothing is an error.
        if (sheets.Count > 0)
        {
            await collection.InsertManyAsync(session, sheets, cancellationToken: cancellationToken);
        }
    }

    public static BsonDocument SheetOf(ObjectId id, TallyPlace place, IReadOnlyCollection<TallyCount> counts, bool loose, DateTimeOffset written)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var names = new Names([]);
        TallySheet.Encode(counts, names, bytes);
        var sheet = new BsonDocument
        {
            { "_id", id }, { "t", place.TenantId }, { "l", (int)place.Tier }, { "b", place.Bucket }, { "w", written.ToUnixTimeSeconds() },
            { "n", new BsonArray(names.All) }, { "s", new BsonBinaryData(bytes.WrittenSpan.ToArray()) },
        };

        if (loose)
        {
            sheet.Add("o", true);
        }

        return sheet;
    }

    public static TallyPlace PlaceOf(BsonDocument sheet) => new(sheet["t"].AsString, (TallyTier)sheet["l"].ToInt32(), sheet["b"].ToInt64());

    public static void Read(BsonDocument sheet, Action<TallyKey, long> add) =>
        TallySheet.Decode(sheet["s"].AsBsonBinaryData.Bytes, new Names([.. sheet["n"].AsBsonArray.Select(name => name.AsString)]), add);

    public static async Task AddToAsync(
        Tally tally, IMongoCollection<BsonDocument> collection, IClientSessionHandle session, BsonDocument which, CancellationToken cancellationToken)
    {
        using var sheets = await collection.Find(session, which).ToCursorAsync(cancellationToken);

        while (await sheets.MoveNextAsync(cancellationToken))
        {
            foreach (var sheet in sheets.Current)
            {
                var place = PlaceOf(sheet);
                Read(sheet, (key, count) => tally.Add(place, key, count));
            }
        }
    }

    public static BsonDocument Within(string tenant, TallyTier tier, long from, long to) => new()
    {
        { "t", tenant }, { "l", (int)tier }, { "b", new BsonDocument { { "$gte", from }, { "$lt", to } } },
    };

    /// <summary>Every sheet brings its names: there is no table of numbers that writers would meet at.</summary>
    private sealed class Names(List<string> all) : ITallyNames
    {
        private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);

        public List<string> All => all;

        public long NumberOf(string name)
        {
            if (name.Length == 0)
            {
                return 0;
            }

            if (!_numbers.TryGetValue(name, out var number))
            {
                all.Add(name);
                number = all.Count;
                _numbers.Add(name, number);
            }

            return number;
        }

        public string NameOf(long number) => number == 0 ? "" : all[(int)number - 1];
    }
}
