using MongoDB.Bson;

namespace MailStats.Stores.Tests.MongoDb.DriverSpecs;

/// <summary>Whether a value is what a test expects: numbers by value, and at the root more fields than are named.</summary>
internal static class SpecMatch
{
    public static bool Is(BsonValue? actual, BsonValue expected, bool isRoot = true) => expected switch
    {
        BsonDocument { ElementCount: 1 } special when special.GetElement(0).Name.StartsWith("$$", StringComparison.Ordinal) =>
            IsSpecial(actual, special.GetElement(0).Name, special[0], isRoot),
        BsonDocument document => actual is BsonDocument found
            && document.All(field => Is(found.TryGetValue(field.Name, out var value) ? value : null, field.Value, isRoot: false))
            && (isRoot || found.Names.All(document.Contains)),
        BsonArray list => actual is BsonArray found && found.Count == list.Count && found.Zip(list).All(pair => Is(pair.First, pair.Second, isRoot)),
        { IsNumeric: true } => actual is { IsNumeric: true } && actual.ToDouble().Equals(expected.ToDouble()),
        _ => expected.Equals(actual ?? BsonNull.Value),
    };

    private static bool IsSpecial(BsonValue? actual, string name, BsonValue operand, bool isRoot) => name switch
    {
        "$$exists" => actual is not null == operand.ToBoolean(),
        "$$unsetOrMatches" => actual is null || Is(actual, operand, isRoot),
        "$$type" => actual is not null && (operand is BsonArray types ? types : [operand]).Any(type => TypeOf(actual) == type),
        _ => throw new NotKnownException($"the matcher {name}"),
    };

    private static string TypeOf(BsonValue value) => value.BsonType switch
    {
        BsonType.Int32 => "int",
        BsonType.Int64 => "long",
        BsonType.Document => "object",
        BsonType.ObjectId => "objectId",
        BsonType.String => "string",
        BsonType.Array => "array",
        BsonType.Boolean => "bool",
        var other => throw new NotKnownException($"the type {other}"),
    };
}

/// <summary>This runner does not know something that a test uses.</summary>
internal sealed class NotKnownException(string what) : Exception(what);
