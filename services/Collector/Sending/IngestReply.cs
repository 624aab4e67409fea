using System.Text.Json.Serialization;

namespace MailStats.Collector.Sending;

/// <summary>What <c>POST /v1/events</c> answers, and the parts of a problem (RFC 9457) that say why it did not.</summary>
internal sealed record IngestReply
{
    public long? Accepted { get; init; }

    public long? Repeated { get; init; }

    public IReadOnlyList<RejectedItem>? Rejected { get; init; }

    public OldEvents? Old { get; init; }

    /// <summary>Wrong fields that <see cref="Rejected"/> does not name.</summary>
    public long? MoreRejected { get; init; }

    public string? Title { get; init; }

    public string? Detail { get; init; }
}

/// <summary>Events that the server took and does not show, and what it keeps.</summary>
internal sealed record OldEvents(long Deliveries, int DeliveriesKeptDays, long Statistics, int RollupsKeptMonths)
{
    public static OldEvents? Sum(OldEvents? one, OldEvents? other) =>
        one is null ? other
        : other is null ? one
        : other with { Deliveries = one.Deliveries + other.Deliveries, Statistics = one.Statistics + other.Statistics };
}

internal sealed record RejectedItem(int Index, string? Field, string? Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IngestReply))]
internal sealed partial class IngestReplyJson : JsonSerializerContext;
