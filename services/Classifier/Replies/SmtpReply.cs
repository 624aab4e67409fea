namespace MailStats.Classifier.Replies;

/// <summary>What a server said when it refused or deferred a recipient, or what the sending MTA wrote in its place.</summary>
public readonly record struct SmtpReply
{
    /// <summary>Reply code (RFC 5321 §4.2), 0 where the source gives none; one at the start of <see cref="Text"/> is found.</summary>
    public int Code { get; init; }

    /// <summary>Enhanced status code (RFC 3463), where the source gives it; one at the start of <see cref="Text"/> is found.</summary>
    public string? EnhancedCode { get; init; }

    /// <summary>The reply, one line or many.</summary>
    public string? Text { get; init; }

    /// <summary>Host name of the server that answered.</summary>
    public string? Host { get; init; }

    /// <summary>Domain of the recipient.</summary>
    public string? RecipientDomain { get; init; }

    /// <summary>Whether the attempt was the last one, where the source tells; null lets the codes decide.</summary>
    public bool? Final { get; init; }

    /// <summary>True when the sending MTA gave up because the message had waited too long.</summary>
    public bool Expired { get; init; }
}
