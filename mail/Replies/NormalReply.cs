namespace MailStats.Mail.Replies;

/// <summary>
/// A reply in the one form in which replies are compared: lower case, accents folded, white space collapsed, the codes
/// that start its lines taken off, and what differs between two replies of the same kind replaced by
/// <c>{address}</c>, <c>{ip}</c>, <c>{time}</c>, <c>{id}</c> and <c>{n}</c> (long numbers).
/// </summary>
public readonly ref struct NormalReply
{
    /// <summary>The text in normal form, at most <see cref="ReplyNormalizer.MaximumLength"/> characters.</summary>
    public required ReadOnlySpan<char> Text { get; init; }

    /// <summary>Reply code at the start of the text, 0 where there is none.</summary>
    public int Code { get; init; }

    /// <summary>Enhanced status code at the start of the text, or in the form <c>(#5.1.1)</c> anywhere.</summary>
    public EnhancedCode Enhanced { get; init; }

    /// <summary>
    /// The first IP address of the innermost reply, as a part of the text given; empty where there is none. An address before a
    /// quoted reply is that of the server that gave it.
    /// </summary>
    public ReadOnlySpan<char> Ip { get; init; }

    /// <summary>The receiving host that was written around the reply, empty where none was.</summary>
    public ReadOnlySpan<char> Host { get; init; }

    /// <summary>The command that the reply answers.</summary>
    public SmtpPhase Phase { get; init; }

    /// <summary>Where in <see cref="Text"/> the innermost reply begins that this one quotes, 0 where it quotes none.</summary>
    public int InnerStart { get; init; }

    /// <summary>Reply code of the innermost reply, 0 where there is none.</summary>
    public int InnerCode { get; init; }

    /// <summary>Enhanced status code of the innermost reply.</summary>
    public EnhancedCode InnerEnhanced { get; init; }
}
