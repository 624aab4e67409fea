using System.Text.Json.Serialization;
using MailStats.Collector.Joining;

namespace MailStats.Collector.State;

/// <summary>What imports left unfinished, see <see cref="UnfinishedMessages"/>.</summary>
internal sealed record UnfinishedState(int Version, IReadOnlyList<JoinedMessage> Messages)
{
    public const int CurrentVersion = 1;

    /// <summary>Connections that were open where logs ended; null in a file of an older version.</summary>
    public IReadOnlyList<ConnectionState>? Connections { get; init; }

    public static StateFile<UnfinishedState> In(string folder, string format) =>
        new(Path.Combine(folder, $"unfinished-{format}.json"), StateJson.Default.UnfinishedState);
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(UnfinishedState))]
[JsonSerializable(typeof(FollowState))]
internal sealed partial class StateJson : JsonSerializerContext;
