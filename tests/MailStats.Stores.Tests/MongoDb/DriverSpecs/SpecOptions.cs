using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.Tests.MongoDb.DriverSpecs;

/// <summary>Options of an operation. One that nobody asks for is unknown to this runner, and its test is not run.</summary>
internal sealed class SpecOptions(BsonDocument arguments)
{
    private readonly HashSet<string> _asked = new(["session"], StringComparer.Ordinal);

    public BsonDocument Document(string name) => Find(name)?.AsBsonDocument ?? [];

    public BsonDocument? Maybe(string name) => Find(name)?.AsBsonDocument;

    public BsonValue? Value(string name) => Find(name);

    public bool? Flag(string name) => Find(name)?.ToBoolean();

    public int? Number(string name) => Find(name)?.ToInt32();

    public BsonArray List(string name) => Find(name)?.AsBsonArray ?? [];

    public UpdateDefinition<BsonDocument> Update() => Value("update") switch
    {
        BsonArray pipeline => new PipelineUpdateDefinition<BsonDocument>(pipeline.Select(stage => stage.AsBsonDocument).ToArray()),
        var update => update!.AsBsonDocument,
    };

    public IEnumerable<ArrayFilterDefinition>? ArrayFilters() =>
        Find("arrayFilters")?.AsBsonArray.Select(filter => (ArrayFilterDefinition)new BsonDocumentArrayFilterDefinition<BsonDocument>(filter.AsBsonDocument));

    public Collation? Collation() => Maybe("collation") is { } collation ? MongoDB.Driver.Collation.FromBsonDocument(collation) : null;

    public void Done()
    {
        if (arguments.Names.FirstOrDefault(name => !_asked.Contains(name)) is { } unknown)
        {
            throw new NotKnownException($"the option {unknown}");
        }
    }

    public static TransactionOptions Transaction(BsonDocument options) => new(
        options.TryGetValue("readConcern", out var read) ? Optional.Create(Read(read.AsBsonDocument)) : default,
        options.TryGetValue("readPreference", out var preference)
            ? Optional.Create(new ReadPreference(Enum.Parse<ReadPreferenceMode>(preference["mode"].AsString, ignoreCase: true))) : default,
        options.TryGetValue("writeConcern", out var write) ? Optional.Create(Write(write.AsBsonDocument)) : default,
        options.TryGetValue("maxCommitTimeMS", out var limit) ? Optional.Create<TimeSpan?>(TimeSpan.FromMilliseconds(limit.ToInt32())) : default);

    public static ReadConcern Read(BsonDocument concern) => ReadConcern.FromBsonDocument(concern);

    public static WriteConcern Write(BsonDocument concern) => WriteConcern.FromBsonDocument(concern);

    private BsonValue? Find(string name)
    {
        _asked.Add(name);

        return arguments.TryGetValue(name, out var value) ? value : null;
    }
}
