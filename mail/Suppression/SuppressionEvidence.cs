using System.Text.Json.Serialization;

namespace MailStats.Mail.Suppression;

/// <summary>How much a delivery says against its address.</summary>
// Stored as a number: append only.
public enum EvidenceKind
{
    Unknown = 0,

    /// <summary>The address or its domain is bad: one is enough.</summary>
    Hard = 1,

    /// <summary>The address may be bad: two messages make an entry.</summary>
    Weak = 2,

    /// <summary>The recipient complained.</summary>
    Complaint = 3,

    /// <summary>The provider did not send because of its own list.</summary>
    Provider = 4,
}

/// <summary>
/// What one delivery says against its address: a function of the delivery's state, so that it is replaced when a later
/// event or a new classification changes that.
/// </summary>
public sealed record SuppressionEvidence
{
    /// <summary>Characters of a reply that are kept.</summary>
    public const int LongestReply = 500;

    [JsonPropertyName("k")]
    public required EvidenceKind Kind { get; init; }

    /// <summary>When it failed, microseconds of Unix time.</summary>
    [JsonPropertyName("a")]
    public required long At { get; init; }

    /// <summary>When the event was acknowledged, microseconds of Unix time; of repetitions the first. A removal by hand holds against all before it.</summary>
    [JsonPropertyName("t")]
    public long AcknowledgedAt { get; init; }

    /// <summary>Key of the delivery in hexadecimal; empty for what was imported.</summary>
    [JsonPropertyName("d")]
    public string Delivery { get; init; } = "";

    /// <summary>The event that told of it.</summary>
    [JsonPropertyName("e")]
    public Guid EventId { get; init; }

    [JsonPropertyName("r")]
    public string? Reason { get; init; }

    [JsonPropertyName("x")]
    public string? Reply { get; init; }

    /// <summary>Where the event came from (<c>sendgrid/newsletter</c>): of providers' lists only. Null for what was heard before it was kept.</summary>
    [JsonPropertyName("s")]
    public string? Source { get; init; }

    /// <summary>Where the entry was imported with an end of its own.</summary>
    [JsonPropertyName("u")]
    public long? ExpiresAt { get; init; }

    /// <summary>Order in which the latest is the greatest; the same for all who hold the same evidence.</summary>
    internal static int Compare(SuppressionEvidence left, SuppressionEvidence right)
    {
        var order = left.Kind.CompareTo(right.Kind);
        order = order != 0 ? order : left.At.CompareTo(right.At);

        return order != 0 ? order : string.CompareOrdinal(left.Delivery, right.Delivery);
    }
}
