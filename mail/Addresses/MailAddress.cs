using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;

namespace MailStats.Mail.Addresses;

/// <summary>
/// An address as RFC 5321, 6531 (UTF-8 local parts) and 5890 (domains) have it. Stricter where a wrong address would make
/// a wrong line in the statistics, laxer where MTAs are: local parts over 64 octets are common (VERP, SRS).
/// </summary>
public static class MailAddress
{
    /// <summary>RFC 5321 §4.5.3.1.3, without the angle brackets.</summary>
    public const int MaxOctets = 254;

    private const int MaxDomain = 253;
    private const int MaxLabel = 63;

    private static readonly IdnMapping Idn = new() { AllowUnassigned = true };
    private static readonly SearchValues<char> PlainDomain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");
    private static readonly SearchValues<char> AsciiDomain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    /// <summary>The address with its domain in lower-case ASCII form.</summary>
    /// <returns>Null and an error when the text is no address.</returns>
    public static string? Read(string text, out string? error)
    {
        var address = text.AsSpan().Trim();

        if (address is ['<', .., '>'])
        {
            address = address[1..^1];
        }

        error = Check(address, out var at);

        if (error is not null)
        {
            return null;
        }

        var given = address[(at + 1)..];
        var local = address[..at];
        string whole;

        if (Ascii.IsValid(local) && !given.ContainsAnyExcept(PlainDomain) && AreLabels(given))
        {
            whole = address.Length == text.Length ? text : address.ToString();
        }
        else if (Domain(given, out error) is { } domain)
        {
            whole = string.Concat(local.ToString().Normalize(NormalizationForm.FormC), "@", domain);
        }
        else
        {
            return null;
        }

        if (Encoding.UTF8.GetByteCount(whole) > MaxOctets)
        {
            error = $"is longer than {MaxOctets} octets";

            return null;
        }

        return whole;
    }

    /// <summary>The address out of a header From: bare, or after a name in angle brackets; the first where there are several.</summary>
    public static string? ReadHeader(string text, out string? error)
    {
        var open = text.LastIndexOf('<');
        var close = open < 0 ? -1 : text.IndexOf('>', open);

        return Read(close > 0 ? text[(open + 1)..close] : text, out error);
    }

    private static string? Check(ReadOnlySpan<char> address, out int at)
    {
        at = address.LastIndexOf('@');

        if (address.IsEmpty)
        {
            return "is empty";
        }

        if (address.Length > 4 * MaxOctets)
        {
            return $"is longer than {MaxOctets} octets";
        }

        if (at < 0)
        {
            return "has no domain";
        }

        if (at == 0)
        {
            return "has no local part";
        }

        var quoted = at > 2 && address[0] == '"' && address[at - 1] == '"';

        for (var place = 0; place < at; place++)
        {
            var character = address[place];

            if (char.IsControl(character))
            {
                return "has a control character";
            }

            if (!quoted && (char.IsWhiteSpace(character) || character is '@' or '<' or '>' or ',' or ';' or '"'))
            {
                return "has a character that only a quoted local part may have";
            }

            if (char.IsSurrogate(character) && !IsPair(address, place))
            {
                return "is not valid Unicode";
            }
        }

        return null;
    }

    private static bool IsPair(ReadOnlySpan<char> text, int place) => char.IsHighSurrogate(text[place])
        ? place + 1 < text.Length && char.IsLowSurrogate(text[place + 1])
        : place > 0 && char.IsHighSurrogate(text[place - 1]);

    /// <summary>A domain in lower-case ASCII form, or an address literal as it stands.</summary>
    public static string? Domain(ReadOnlySpan<char> given, out string? error)
    {
        error = null;
        var text = given is [.., '.'] ? given[..^1] : given;

        if (text is ['[', .., ']'])
        {
            var literal = text[1..^1];
            literal = literal.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? literal[5..] : literal;
            error = IPAddress.TryParse(literal, out _) ? null : "has an address literal that is no address";

            return error is null ? text.ToString().ToLowerInvariant() : null;
        }

        var ascii = text.ContainsAnyExcept(PlainDomain)
            ? text.ContainsAnyExcept(AsciiDomain) ? ToAscii(text) : text.ToString().ToLowerInvariant()
            : text.ToString();

        if (ascii is null || !AreLabels(ascii))
        {
            error = "has a domain that is no domain name";

            return null;
        }

        return ascii;
    }

    private static string? ToAscii(ReadOnlySpan<char> domain)
    {
        if (Ascii.IsValid(domain))
        {
            return null;
        }

        try
        {
            var ascii = Idn.GetAscii(domain.ToString().Normalize(NormalizationForm.FormC).ToLowerInvariant()).ToLowerInvariant();

            return ascii.AsSpan().ContainsAnyExcept(PlainDomain) ? null : ascii;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool AreLabels(ReadOnlySpan<char> domain)
    {
        if (domain.Length is 0 or > MaxDomain)
        {
            return false;
        }

        foreach (var label in domain.Split('.'))
        {
            var text = domain[label];

            if (text.Length is 0 or > MaxLabel || text[0] == '-' || text[^1] == '-')
            {
                return false;
            }
        }

        return true;
    }
}
