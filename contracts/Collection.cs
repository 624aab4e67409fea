using System.Text.Json.Serialization;

namespace MailStats.Contracts;

/// <summary>How a host's collector gathers: its own setting of <c>/v1/settings/collection</c>, else its tenant's.</summary>
public sealed record CollectionSettings
{
    /// <summary>False: nothing is read until a collection is asked for.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Hours between two collections, 1 to 24. Without meaning while <c>continuous</c>.</summary>
    public int IntervalHours { get; init; } = 1;

    /// <summary>True: lines are read as they are written.</summary>
    public bool Continuous { get; init; } = true;
}

/// <summary>How far a collection is on one host, or on all its hosts.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CollectionState>))]
public enum CollectionState
{
    /// <summary>Not given.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown = 0,

    /// <summary>Asked for, not begun.</summary>
    [JsonStringEnumMemberName("waiting")]
    Waiting = 1,

    /// <summary>Reading and sending.</summary>
    [JsonStringEnumMemberName("running")]
    Running = 2,

    /// <summary>All that was written before it began has been taken by Ingest.</summary>
    [JsonStringEnumMemberName("done")]
    Done = 3,

    /// <summary>Ended early; the error says why.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed = 4,
}

/// <summary>What a collector asks now and then: <c>GET /v1/collections/pending?host=…</c>.</summary>
public sealed record CollectionOrder
{
    /// <summary>How to gather.</summary>
    public required CollectionSettings Settings { get; init; }

    /// <summary>The collection that waits for this host; null when none does.</summary>
    public string? CollectionId { get; init; }
}

/// <summary>What a collector tells of a collection on its host: <c>PUT /v1/collections/{id}/hosts/{host}</c>.</summary>
public sealed record CollectionReport
{
    /// <summary><c>running</c>, <c>done</c> or <c>failed</c>.</summary>
    public CollectionState State { get; init; }

    /// <summary>Lines read.</summary>
    public long Lines { get; init; }

    /// <summary>Events that Ingest took.</summary>
    public long Deliveries { get; init; }

    /// <summary>Why it failed, or what could not be read.</summary>
    public string? Error { get; init; }

    /// <summary>True for a collection that the collector began by itself because its hour had come.</summary>
    public bool Scheduled { get; init; }
}

/// <summary>Reflection-free JSON for what collectors ask and tell.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CollectionOrder))]
[JsonSerializable(typeof(CollectionReport))]
public sealed partial class CollectionJson : JsonSerializerContext;
