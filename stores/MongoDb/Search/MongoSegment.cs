using System.Globalization;
using MailStats.Mail.Search.Segments;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Search;

/// <summary>
/// A segment of the index in the database: a document of <c>search_segments</c> that makes it count, and its parts, which
/// were written before. Everything is read in one snapshot.
/// </summary>
internal sealed class MongoSegment(MongoDatabase database, IClientSessionHandle session, BsonDocument segment) : ISegmentInput
{
    public string Id => segment["_id"].AsString;

    public long Age => segment["age"].ToInt64();

    public long FirstAt => segment["first"].ToInt64();

    public int DocumentCount => segment["documents"].ToInt32();

    public static List<MongoSegment> ReadAll(MongoDatabase database, IClientSessionHandle session) =>
        [.. database.SearchSegments.Find(session, FilterDefinition<BsonDocument>.Empty).ToList()
            .ConvertAll(segment => new MongoSegment(database, session, segment)).OrderByDescending(segment => segment.Age)];

    public int ChunkOf(long at)
    {
        var later = new BsonDocument { { "s", Id }, { "a", new BsonDocument("$gt", at) } };
        var chunk = database.SearchParts.Find(session, later).Sort(new BsonDocument("a", 1)).Project<BsonDocument>(new BsonDocument("n", 1)).FirstOrDefault();

        return chunk?["n"].ToInt32() ?? 0;
    }

    public byte[] Documents(int chunk) => Bytes("d", chunk) ?? throw new InvalidDataException(
        $"The search index lacks documents {chunk} of segment {Id}. verify --repair makes it anew.");

    public IEnumerable<ReadOnlyMemory<byte>> TermsFrom(byte[] term)
    {
        var first = database.SearchParts
            .Find(session, new BsonDocument { { "s", Id }, { "f", new BsonDocument("$lte", MongoSegmentOutput.Key(term)) } })
            .Sort(new BsonDocument("f", -1)).FirstOrDefault();
        var block = first?["n"].ToInt32() ?? 0;

        for (var bytes = first?["b"].AsByteArray ?? Bytes("t", 0); bytes is not null; bytes = Bytes("t", ++block))
        {
            yield return bytes;
        }
    }

    private byte[]? Bytes(string kind, int number) =>
        database.SearchParts.Find(session, new BsonDocument("_id", MongoSegmentOutput.PartId(Id, kind, number))).FirstOrDefault()?["b"].AsByteArray;
}

/// <summary>Writes the parts of a new segment, some at once. Until <see cref="Segment"/> is stored, they count for nothing.</summary>
internal sealed class MongoSegmentOutput(MongoDatabase database, CancellationToken cancellationToken) : ISegmentOutput
{
    /// <summary>Parts of four kilobytes in one command; those that are larger go alone.</summary>
    private const int MaxBytes = 1_000_000;

    private readonly List<BsonDocument> _parts = [];
    private int _bytes;
    private int _blocks;
    private long? _firstAt;

    public string Id { get; } = Guid.CreateVersion7().ToString("N");

    /// <summary>Hexadecimal digits compare as bytes do, in every database.</summary>
    public static string Key(ReadOnlySpan<byte> term) => Convert.ToHexStringLower(term);

    public static string PartId(string segment, string kind, int number) => string.Create(CultureInfo.InvariantCulture, $"{segment}{kind}{number}");

    public void AddDocuments(int chunk, long firstAt, ReadOnlySpan<byte> bytes)
    {
        _firstAt ??= firstAt;
        Add(new() { { "_id", PartId(Id, "d", chunk) }, { "s", Id }, { "n", chunk }, { "a", firstAt }, { "b", bytes.ToArray() } }, bytes.Length);
    }

    public void AddTerms(ReadOnlySpan<byte> first, ReadOnlySpan<byte> bytes) =>
        Add(new() { { "_id", PartId(Id, "t", _blocks) }, { "s", Id }, { "n", _blocks++ }, { "f", Key(first) }, { "b", bytes.ToArray() } }, bytes.Length);

    public BsonDocument Segment(int documents, long age)
    {
        Flush();

        return new() { { "_id", Id }, { "age", age }, { "documents", documents }, { "first", _firstAt ?? 0 } };
    }

    private void Add(BsonDocument part, int bytes)
    {
        _parts.Add(part);
        _bytes += bytes;

        if (_bytes > MaxBytes)
        {
            Flush();
        }
    }

    private void Flush()
    {
        if (_parts.Count > 0)
        {
            database.SearchParts.InsertMany(_parts, cancellationToken: cancellationToken);
            _parts.Clear();
            _bytes = 0;
        }
    }
}
