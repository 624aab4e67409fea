using MailStats.Mail.Replies;

namespace MailStats.Classifier.Replies;

/// <summary>Everything a verdict may depend on.</summary>
internal readonly ref struct ReplyFacts
{
    public required NormalReply Normal { get; init; }

    /// <summary>Reply code, 0 for none.</summary>
    public required int Code { get; init; }

    public required EnhancedCode Enhanced { get; init; }

    /// <summary>The receiving provider, null where none is known.</summary>
    public required string? Receiver { get; init; }

    /// <summary>The class of the enhanced code that the source gives beside the text, 0 for none.</summary>
    public required int GivenClass { get; init; }

    public required bool? Final { get; init; }

    public required bool Expired { get; init; }

    /// <summary>
    /// 4 or 5: what the codes say about trying again; 0 where there are none. The reply code goes before the enhanced one (RFC 3463
    /// §2), unless only the text has it: an MTA that was refused in the greeting logs <c>4.0.0</c> beside <c>554</c> and tries again.
    /// </summary>
    public int Class =>
        GivenClass != 0 ? GivenClass
        : Code >= 400 ? Code / 100
        : Enhanced.IsNone ? Normal.InnerCode / 100 : Enhanced.Class;
}
