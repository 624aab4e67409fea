using System.Globalization;
using System.Text;

namespace MailStats.Mail.Addresses;

/// <summary>
/// An address as RFC 5321, 6531 (UTF-8 local parts) and 5890 (domains) have it. Stricter where a wrong address would make
/// a wrong line in the statistics, laxer where MTAs are: local parts over 64 octets are common (VERP, SRS).
/// </summary>
public static class EmailAddress
{
    /// <summary>RFC 5321 §4.5.3.1.3, without the angle brackets.</summary>
    public const int MaxOctets = 254;

    /// <summary>The address with its domain in lower-case ASCII form.</summary>
    /// <returns>Null and an error when the text is not an address.</returns>
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

        if (Ascii.IsValid(local) && DomainName.IsInForm(given))
        {
            whole = address.Length == text.Length ? text : address.ToString();
        }
        else if (DomainName.Read(given, out error) is { } domain)
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

    /// <summary>
    /// What a mail server's log has where an address belongs, for statistics that count it too: <c>user@gmail..com</c>,
    /// <c>a@b@c.example</c>, <c>root</c>. As it stands but for what no line of text can hold, cut at <see cref="MaxOctets"/>.
    /// </summary>
    /// <returns>Null when nothing is left.</returns>
    public static string? Keep(string text)
    {
        var kept = new StringBuilder(Math.Min(text.Length, MaxOctets));
        var octets = 0;

        foreach (var rune in text.AsSpan().Trim().EnumerateRunes())
        {
            // Half a surrogate pair is enumerated as the replacement character.
            var shown = Rune.IsControl(rune) ? Rune.ReplacementChar : rune;
            octets += shown.Utf8SequenceLength;

            if (octets > MaxOctets)
            {
                break;
            }

            kept.Append(shown.ToString());
        }

        return kept.Length == 0 ? null : kept.ToString();
    }

    /// <summary>The address out of a header From: bare, or after a name in angle brackets; the last where there are several.</summary>
    public static string? ReadHeader(string text, out string? error) =>
        Read(TryTakeOutOfBrackets(text, out var address) && address.Length < text.Length ? address.ToString() : text, out error);

    /// <summary>
    /// True for one address with nothing around it that another parser takes as well: mail clients throw at what they do not take.
    /// </summary>
    public static bool CanBeSentTo(string text) =>
        !text.Any(IsUnprintable) && Read(text, out _) is not null && System.Net.Mail.MailAddress.TryCreate(text, out var mail) && mail.Address == text;

    // A quoted local part may hold a line's end, which in a header is the end of the header.
    private static bool IsUnprintable(char letter) => char.GetUnicodeCategory(letter)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    /// <summary>The part after the last @: a quoted local part may hold one too. The whole text when there is none.</summary>
    public static ReadOnlySpan<char> DomainOf(ReadOnlySpan<char> address) => address[(address.LastIndexOf('@') + 1)..];

    /// <summary>
    /// The text in the last angle brackets; the whole text when there are none. False when the bracket is not closed:
    /// then what follows it.
    /// </summary>
    internal static bool TryTakeOutOfBrackets(ReadOnlySpan<char> text, out ReadOnlySpan<char> address)
    {
        address = text[(text.LastIndexOf('<') + 1)..];

        if (address.Length == text.Length)
        {
            return true;
        }

        var close = address.IndexOf('>');
        address = close < 0 ? address : address[..close];

        return close >= 0;
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
}
