using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MailStats.Collector.Formats;

/// <summary>Decodes the encoded words of a header value (RFC 2047). What cannot be decoded stays as it is.</summary>
internal static partial class EncodedWords
{
    private const string Form = @"=\?(?<charset>[^?*\s]+)(\*[^?\s]*)?\?(?<encoding>[BbQq])\?(?<text>[^?\s]*)\?=";

    static EncodedWords() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static string Decode(string value)
    {
        if (!value.Contains("=?", StringComparison.Ordinal))
        {
            return value;
        }

        // Blanks between two encoded words are not part of the text; Postfix writes a folded line's end as "?".
        var joined = Between().Replace(value, "${word}");

        return Word().Replace(joined, match => DecodeWord(match) ?? match.Value);
    }

    private static string? DecodeWord(Match match)
    {
        var text = match.Groups["text"].Value;
        try
        {
            var encoding = Encoding.GetEncoding(match.Groups["charset"].Value);
            var bytes = match.Groups["encoding"].Value is "B" or "b" ? Convert.FromBase64String(text) : FromQ(text);

            return encoding.GetString(bytes);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return null;
        }
    }

    private static byte[] FromQ(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '=' && at + 2 < text.Length
                && byte.TryParse(text.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                bytes.Add(value);
                at += 2;
            }
            else
            {
                bytes.Add(text[at] == '_' ? (byte)' ' : (byte)text[at]);
            }
        }

        return [.. bytes];
    }

    [GeneratedRegex($@"(?<word>{Form})\??\s+(?={Form})", RegexOptions.ExplicitCapture, Matching.Milliseconds)]
    private static partial Regex Between();

    [GeneratedRegex(Form, RegexOptions.ExplicitCapture, Matching.Milliseconds)]
    private static partial Regex Word();
}
