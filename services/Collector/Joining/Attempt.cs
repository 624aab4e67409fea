using MailStats.Contracts;

namespace MailStats.Collector.Joining;

/// <summary>What one log line says about one recipient.</summary>
internal sealed record Attempt
{
    public required DeliveryEventKind Kind { get; init; }

    public required string Recipient { get; init; }

    /// <summary>UTC ticks.</summary>
    public required long OccurredAt { get; init; }

    public int? ReplyCode { get; init; }

    public string? EnhancedCode { get; init; }

    public string? Reply { get; init; }

    public string? RemoteHost { get; init; }

    public string? Verdict { get; init; }

    public bool Attempted { get; init; } = true;

    public bool Local { get; init; }

    /// <summary>True for a line that gives up without a reply of its own: the recipient's last reply is the reason.</summary>
    public bool GaveUp { get; init; }

    /// <summary>True for a line that only says that it is not yet time to try again.</summary>
    public bool Waits { get; init; }

    /// <summary>True where the mail went on under another queue id of the same host: what counts is reported there.</summary>
    public bool HandedOn { get; init; }
}
