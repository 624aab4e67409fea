using System.Buffers;

namespace MailStats.Ingest.Events;

/// <summary>Texts that people and servers wrote: cut to a length, freed of control characters.</summary>
internal static class FreeText
{
    private static readonly SearchValues<char> Controls = SearchValues.Create([.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(char.IsControl)]);

    /// <summary>True when a character of the text is a control character (Unicode's category Cc).</summary>
    public static bool HasControls(ReadOnlySpan<char> text) => text.ContainsAny(Controls);

    /// <param name="text">As it came.</param>
    /// <param name="longest">Characters kept.</param>
    /// <param name="keepLines">Keep line breaks (as <c>\n</c>) and tabs; else they become spaces.</param>
    /// <returns>Null when nothing is left.</returns>
    public static string? Clean(string? text, int longest, bool keepLines)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        // Cutting between the halves of a surrogate pair would leave half a character.
        var length = Math.Min(text.Length, longest);
        length -= length < text.Length && char.IsHighSurrogate(text[length - 1]) ? 1 : 0;
        var kept = text.AsSpan(0, length);

        if (keepLines && kept.Contains('\r'))
        {
            return Clean(kept.ToString().ReplaceLineEndings("\n"), longest, keepLines: true);
        }

        var clean = IsClean(kept, keepLines)
            ? (length == text.Length ? text : kept.ToString())
            : string.Create(length, (text, keepLines), static (target, source) =>
            {
                for (var place = 0; place < target.Length; place++)
                {
                    target[place] = IsKept(source.text[place], source.keepLines) ? source.text[place] : ' ';
                }
            });

        var trimmed = clean.AsSpan().Trim();

        return trimmed.IsEmpty ? null : trimmed.Length == clean.Length ? clean : trimmed.ToString();
    }

    private static bool IsClean(ReadOnlySpan<char> text, bool keepLines)
    {
        for (var place = text.IndexOfAny(Controls); place >= 0; place = text.IndexOfAny(Controls))
        {
            if (!IsKept(text[place], keepLines))
            {
                return false;
            }

            text = text[(place + 1)..];
        }

        return true;
    }

    private static bool IsKept(char character, bool keepLines) => !char.IsControl(character) || (keepLines && character is '\n' or '\t');
}
