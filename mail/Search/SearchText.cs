using System.Buffers;
using System.Globalization;
using System.Text;
using MailStats.Mail.Addresses;

namespace MailStats.Mail.Search;

/// <summary>
/// Letters as searches compare them: compatibility decomposition, marks dropped, full case folding. What has no decomposition
/// stays (<c>ø</c>, <c>ł</c>).
/// </summary>
public static class SearchText
{
    /// <summary>Between the values of one field: no word reaches over it.</summary>
    public const char NextValue = '\n';

    /// <summary>The words of a text, each with one space before it, and a space at the end; nothing when there is no word.</summary>
    public static string Words(string text)
    {
        var output = new ArrayBufferWriter<char>(text.Length + 2);
        AppendWords(text, output);

        return output.WrittenSpan.ToString();
    }

    /// <summary>The same, written behind what is there.</summary>
    public static void AppendWords(string text, ArrayBufferWriter<char> output)
    {
        if (!Ascii.IsValid(text))
        {
            AppendFolded(Decompose(text), output);

            return;
        }

        var room = output.GetSpan((2 * text.Length) + 2);
        var written = 0;
        var inWord = false;

        foreach (var character in text)
        {
            if (char.IsAsciiLetterOrDigit(character))
            {
                if (!inWord)
                {
                    room[written++] = ' ';
                    inWord = true;
                }

                room[written++] = (char)(character | (char.IsAsciiLetterUpper(character) ? 0x20 : 0));
            }
            else
            {
                inWord = false;
            }
        }

        if (written > 0)
        {
            room[written++] = ' ';
        }

        output.Advance(written);
    }

    /// <summary>The whole text with its letters folded and everything else as it is.</summary>
    public static string Fold(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text.ToLowerInvariant();
        }

        var folded = new StringBuilder(text.Length);

        foreach (var rune in Decompose(text).EnumerateRunes())
        {
            if (!IsMark(Rune.GetUnicodeCategory(rune)))
            {
                Append(folded, rune);
            }
        }

        return folded.ToString();
    }

    /// <summary>An address in the form in which two are the same mailbox: a quoted local part without its quotation marks, the domain in ASCII.</summary>
    public static string FoldAddress(string address)
    {
        var at = address.LastIndexOf('@');

        if (at < 0)
        {
            return Fold(address);
        }

        var local = address[..at];

        if (local is ['"', _, .., '"'])
        {
            local = Unescape(local.AsSpan(1, local.Length - 2));
        }

        return string.Concat(Fold(local), "@", Fold(DomainName.Fold(address[(at + 1)..])));
    }

    /// <summary>Takes the backslashes off quoted characters (RFC 5322 §3.2.1).</summary>
    public static string Unescape(ReadOnlySpan<char> text)
    {
        var plain = new StringBuilder(text.Length);

        for (var index = 0; index < text.Length; index++)
        {
            index += text[index] == '\\' && index + 1 < text.Length ? 1 : 0;
            plain.Append(text[index]);
        }

        return plain.ToString();
    }

    private static void AppendFolded(string decomposed, ArrayBufferWriter<char> output)
    {
        var folded = new StringBuilder(decomposed.Length + 2);
        var inWord = false;

        foreach (var rune in decomposed.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);

            if (IsMark(category))
            {
                // Dropped, and no end of a word.
                continue;
            }

            if (!Rune.IsLetter(rune) && category != UnicodeCategory.DecimalDigitNumber)
            {
                inWord = false;
                continue;
            }

            if (!inWord)
            {
                folded.Append(' ');
                inWord = true;
            }

            Append(folded, rune);
        }

        if (folded.Length > 0)
        {
            folded.Append(' ');
        }

        foreach (var chunk in folded.GetChunks())
        {
            output.Write(chunk.Span);
        }
    }

    /// <summary>Sharp s is the one letter without a decomposition that full case folding makes two of.</summary>
    private static void Append(StringBuilder folded, Rune rune)
    {
        if (rune.Value is 0xDF or 0x1E9E)
        {
            folded.Append("ss");
        }
        else
        {
            folded.Append(Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune)));
        }
    }

    private static bool IsMark(UnicodeCategory category) =>
        category is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    /// <summary>Half a surrogate pair, which no decomposition takes, becomes the replacement character: it is no letter either.</summary>
    private static string Decompose(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormKD);
        }
        catch (ArgumentException)
        {
            var whole = new StringBuilder(text.Length);

            foreach (var rune in text.EnumerateRunes())
            {
                whole.Append(rune);
            }

            return whole.ToString().Normalize(NormalizationForm.FormKD);
        }
    }
}
