namespace MailStats.Classifier.Rules;

/// <summary>One rule: what it looks for and what that means. Rules are tried in the order of their files and lines.</summary>
internal sealed record Rule
{
    public required string Id { get; init; }

    public required Reason Reason { get; init; }

    /// <summary>Any of these must occur; none where the codes alone decide.</summary>
    public required IReadOnlyList<Pattern> Phrases { get; init; }

    /// <summary>None of these may occur.</summary>
    public required IReadOnlyList<Pattern> Unless { get; init; }

    public required RuleCondition When { get; init; }

    /// <summary>The one kind of reply it is for, null for any.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Set where the rule knows better than its reason whether the address is bad.</summary>
    public bool? Hard { get; init; }

    /// <summary>True for findings (no such domain, null MX) that are hard whatever the code says.</summary>
    public bool Finding { get; init; }

    /// <summary>
    /// True for rules that look at the whole reply before the one quoted in it: a failed check of the sender quotes what the
    /// sender's server said.
    /// </summary>
    public bool Whole { get; init; }

    public AdviceTemplate? Advice { get; init; }

    public string? Documentation { get; init; }

    /// <summary>Name of the block list.</summary>
    public string? List { get; init; }

    /// <summary>Look-up page of the block list; <c>{ip}</c> stands for the address.</summary>
    public string? Lookup { get; init; }

    /// <summary>What authentication is missing, as advice names it.</summary>
    public string? Missing { get; init; }

    /// <summary>File and line, for messages.</summary>
    public required string Place { get; init; }
}
