using System.Numerics;

namespace MailStats.Mail.Replies;

/// <summary>Codes at the beginning of a reply (RFC 5321 §4.2, RFC 2034 §4). Codes deeper in the text are the classifier's to find.</summary>
public static class LeadingCodes
{
    /// <summary>The reply code, 0 where there is none.</summary>
    /// <param name="reply">Characters, or the bytes of a log.</param>
    /// <param name="enhanced">The enhanced code after the reply code, or at the beginning where there is no reply code; empty for none.</param>
    public static int Read<T>(ReadOnlySpan<T> reply, out ReadOnlySpan<T> enhanced)
        where T : unmanaged, IBinaryInteger<T>
    {
        var position = ReplyCodes.SkipSpace(reply, 0);
        if (ReplyCodes.TryRead(reply[position..], out var code))
        {
            position = ReplyCodes.SkipSpace(reply, Math.Min(position + 4, reply.Length));
        }

        var rest = reply[position..];
        enhanced = EnhancedCode.TryRead(rest, out _, out var length) ? rest[..length] : default;

        return code;
    }

    /// <summary>What was given, and where it was not, what the reply begins with.</summary>
    public static (int? ReplyCode, string? EnhancedCode) Fill(int? replyCode, string? enhancedCode, string? reply)
    {
        if (reply is null || (replyCode is not null && enhancedCode is not null))
        {
            return (replyCode, enhancedCode);
        }

        var code = Read(reply.AsSpan(), out var enhanced);

        return (replyCode ?? (code == 0 ? null : code), enhancedCode ?? (enhanced.IsEmpty ? null : enhanced.ToString()));
    }
}
