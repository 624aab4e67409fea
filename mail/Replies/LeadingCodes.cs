using System.Buffers;

namespace MailStats.Mail.Replies;

/// <summary>Codes at the beginning of a reply (RFC 5321 §4.2, RFC 3463 §2). Codes deeper in the text are the classifier's to find.</summary>
public static class LeadingCodes
{
    private static readonly SearchValues<char> CodeCharacters = SearchValues.Create("0123456789.");

    /// <summary>What was given, and where it was not, what the reply begins with.</summary>
    public static (int? ReplyCode, string? EnhancedCode) Fill(int? replyCode, string? enhancedCode, string? reply)
    {
        if (reply is null || (replyCode is not null && enhancedCode is not null))
        {
            return (replyCode, enhancedCode);
        }

        var text = reply.AsSpan().TrimStart();
        var begins = text.Length >= 3
            && text[0] is >= '2' and <= '5' && char.IsAsciiDigit(text[1]) && char.IsAsciiDigit(text[2])
            && (text.Length == 3 || text[3] is ' ' or '-' or '\n');

        if (begins)
        {
            replyCode ??= int.Parse(text[..3], System.Globalization.CultureInfo.InvariantCulture);
            text = text.Length > 4 ? text[4..].TrimStart() : [];
        }

        if (enhancedCode is null)
        {
            var end = text.IndexOfAnyExcept(CodeCharacters);
            var first = end < 0 ? text : text[..end];
            enhancedCode = IsEnhanced(first) ? first.ToString() : null;
        }

        return (replyCode, enhancedCode);
    }

    public static bool IsEnhanced(ReadOnlySpan<char> code)
    {
        if (code.Length is < 5 or > 9 || code[0] is not ('2' or '4' or '5') || code[1] != '.')
        {
            return false;
        }

        var rest = code[2..];
        var dot = rest.IndexOf('.');

        return dot is >= 1 and <= 3
            && rest.Length - dot - 1 is >= 1 and <= 3
            && !rest[..dot].ContainsAnyExceptInRange('0', '9')
            && !rest[(dot + 1)..].ContainsAnyExceptInRange('0', '9');
    }
}
