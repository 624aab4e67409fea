namespace MailStats.Contracts;

/// <summary>Why a delivery failed and what to do about it, told from the SMTP reply.</summary>
public sealed record Classification
{
    /// <summary>The reason, for example <c>mailbox_full</c>; <c>unknown</c> when the reply could not be classified.</summary>
    public required string Reason { get; init; }

    /// <summary>True when the address or its domain is proven bad: stop sending to it.</summary>
    public required bool Hard { get; init; }

    /// <summary>True when this attempt is over (5xx, expired); false when trying again may help.</summary>
    public required bool Permanent { get; init; }

    /// <summary>True when no rule knew the reply.</summary>
    public required bool Unknown { get; init; }

    /// <summary>
    /// Who has to act: <c>recipient</c>, <c>authentication</c>, <c>content</c>, <c>reputation</c>, <c>receiver</c>, <c>sender_system</c>,
    /// <c>none</c>.
    /// </summary>
    public required string Actor { get; init; }

    /// <summary>One line that says what to do, written for a person who runs mail.</summary>
    public required string Advice { get; init; }

    /// <summary>The receiver's own page about this reply, where there is one.</summary>
    public string? Documentation { get; init; }

    /// <summary>Id of the rule that decided.</summary>
    public string? Rule { get; init; }

    /// <summary>
    /// Grows each time the operator's own rules change; 0 for the built-in rules alone. Of two classifications of the
    /// same event the one with the higher revision counts.
    /// </summary>
    public long Revision { get; init; }
}
