using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.Tests.MongoDb.DriverSpecs;

/// <summary>What a test expects of an error.</summary>
internal static class SpecErrors
{
    public static void Check(Exception error, BsonDocument expected)
    {
        foreach (var (name, value) in expected.Select(field => (field.Name, field.Value)))
        {
            if (!Is(error, name, value))
            {
                throw new SpecException($"the error is not of {name} {value}: {error.Message}");
            }
        }
    }

    private static bool Is(Exception error, string name, BsonValue value) => name switch
    {
        // Whose error it is is a driver's affair: what it finds wrong itself is not sent.
        "isError" or "isClientError" or "isTimeoutError" => true,
        "errorContains" => AllMessages(error).Contains(value.AsString, StringComparison.OrdinalIgnoreCase),
        "errorCode" => Codes(error).Contains(value.ToInt32()),
        "errorCodeName" => CodeName(error) == value.AsString,
        "errorLabelsContain" => value.AsBsonArray.All(label => HasLabel(error, label.AsString)),
        "errorLabelsOmit" => value.AsBsonArray.All(label => !HasLabel(error, label.AsString)),
        "expectResult" => SpecMatch.Is((error as MongoBulkWriteException<BsonDocument>)?.Result is { } result ? SpecOperations.Told(result) : null, value),
        _ => throw new NotKnownException($"errors by {name}"),
    };

    private static bool HasLabel(Exception error, string label) => error is MongoException known && known.HasErrorLabel(label);

    private static string AllMessages(Exception error) => error.InnerException is { } inner ? error.Message + AllMessages(inner) : error.Message;

    private static IEnumerable<int> Codes(Exception error) => error switch
    {
        MongoBulkWriteException bulk => bulk.WriteErrors.Select(write => write.Code).Append(bulk.WriteConcernError?.Code ?? 0),
        MongoWriteException write => [write.WriteError?.Code ?? 0, write.WriteConcernError?.Code ?? 0],
        MongoCommandException command => [command.Code],
        _ => [],
    };

    private static string CodeName(Exception error) => error switch
    {
        MongoWriteConcernException concern => concern.WriteConcernResult.Response["writeConcernError"]["codeName"].AsString,
        MongoCommandException command => command.CodeName,
        _ => "",
    };
}
