using MailStats.Stores.Administration;

namespace MailStats.Policy.Decisions;

/// <summary>How far the MTA is with a message.</summary>
internal enum PolicyStage
{
    /// <summary>Nothing that a quota has to say about.</summary>
    Other,

    /// <summary>Recipients are being named: the answer is advice, nothing is taken.</summary>
    Advisory,

    /// <summary>The whole message is there: what is let through now is taken.</summary>
    Binding,
}

/// <summary>A message at an MTA, in the words all protocols share.</summary>
internal sealed record SubmittedMessage
{
    public required PolicyStage Stage { get; init; }

    /// <summary>Envelope sender, empty for the null sender.</summary>
    public required string Sender { get; init; }

    /// <summary>Name of the authenticated login, empty without one.</summary>
    public required string Login { get; init; }

    /// <summary>Recipients the answer is about.</summary>
    public required int Recipients { get; init; }

    /// <summary>The recipient, where the MTA names a single one; else empty.</summary>
    public string Recipient { get; init; } = "";

    /// <summary>The recipients that the MTA names, to be looked up on the suppression list.</summary>
    public IReadOnlyList<string> NamedRecipients { get; init; } = [];

    /// <summary>IP address of the client that submits the message, empty where the MTA does not say.</summary>
    public string ClientAddress { get; init; } = "";

    /// <summary>Names the attempt: asked again, it is the same message.</summary>
    public required string Key { get; init; }

    public string QueueId { get; init; } = "";

    /// <summary>Which listener of the MTA asks; see <see cref="PolicyOptions.Contexts"/>.</summary>
    public string Context { get; init; } = "";

    /// <summary>The tenant to charge whatever the sender, where the asking MTA speaks for one only.</summary>
    public string? Tenant { get; init; }
}

/// <summary>What the MTA is told: null lets the message through, else the whole SMTP reply.</summary>
/// <param name="Refusal"><c>550 5.7.1 …</c> or <c>451 4.7.1 …</c>.</param>
internal readonly record struct Verdict(string? Refusal)
{
    public static readonly Verdict Pass = new(null);
}
