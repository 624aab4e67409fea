using MongoDB.Bson;

namespace MailStats.Stores.Tests.MongoDb.DriverSpecs;

/// <summary>One file of MongoDB's tests for its drivers, in their unified format.</summary>
internal sealed record SpecFile(string Name, BsonDocument Content)
{
    /// <summary>What the stand-in says it is (<c>hello</c>).</summary>
    private static readonly Version Server = new(8, 0);

    public IEnumerable<BsonDocument> Tests => Documents(Content, "tests");

    public static IEnumerable<SpecFile> In(string folder) => new[] { "crud", "transactions", "retryable-reads", "retryable-writes", "sessions" }
        .SelectMany(name => Directory.EnumerateFiles(Path.Combine(folder, "source", name, "tests"), "*.json", SearchOption.AllDirectories))
        .Order(StringComparer.Ordinal)
        .Select(path => new SpecFile(Path.GetRelativePath(Path.Combine(folder, "source"), path), BsonDocument.Parse(File.ReadAllText(path))))
        .Where(file => file.Content.Contains("schemaVersion"));

    /// <summary>Whether a test is for a replica set of the stand-in's version.</summary>
    public bool IsFor(BsonDocument test) => !test.Contains("skipReason") && Allows(Content) && Allows(test);

    public static IEnumerable<BsonDocument> Documents(BsonDocument document, string name) =>
        document.GetValue(name, new BsonArray()).AsBsonArray.Select(value => value.AsBsonDocument);

    private static bool Allows(BsonDocument document) =>
        !document.Contains("runOnRequirements") || Documents(document, "runOnRequirements").Any(requirement =>
            Version(requirement, "minServerVersion", "0.0") <= Server
            && Version(requirement, "maxServerVersion", "99.0") >= Server
            && requirement.GetValue("topologies", new BsonArray { "replicaset" }).AsBsonArray.Contains("replicaset")
            && !requirement.GetValue("auth", false).ToBoolean()
            && !requirement.Contains("serverParameters"));

    private static Version Version(BsonDocument requirement, string name, string otherwise) =>
        System.Version.Parse(requirement.GetValue(name, otherwise).AsString.Replace(".x", "", StringComparison.Ordinal));
}
