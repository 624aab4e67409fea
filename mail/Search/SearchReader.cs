namespace MailStats.Mail.Search;

/// <summary>Takes a search apart into its terms.</summary>
internal static class SearchReader
{
    /// <summary>The terms that have something to look for. Where there is a problem they are not all.</summary>
    public static List<SearchTerm> Read(string text, out string? problem)
    {
        var terms = new List<SearchTerm>();
        var place = 0;
        problem = null;

        while (problem is null && SkipSpace(text, ref place))
        {
            var field = ReadPrefix(text, ref place, out var prefix, out problem);

            if (problem is null && ReadTerm(text, field, ref place, out problem) is { } term)
            {
                if (term.WordCount > 0)
                {
                    terms.Add(term);
                }
                else if (field is not null)
                {
                    problem = $"has no letter or digit after \"{prefix}\"";
                }
            }
        }

        return terms;
    }

    private static SearchField? ReadPrefix(string text, ref int place, out string? prefix, out string? problem)
    {
        (prefix, problem) = (null, null);
        var end = place;

        while (end < text.Length && char.IsAsciiLetter(text[end]))
        {
            end++;
        }

        if (end == place || end == text.Length || text[end] != ':')
        {
            return null;
        }

        prefix = text[place..(end + 1)];

        if (!SearchFields.TryRead(prefix.AsSpan(0, prefix.Length - 1), out var field))
        {
            // "Re: your order" is a subject. With text right behind it, it was meant for a prefix.
            problem = end + 1 < text.Length && !IsSpace(text[end + 1])
                ? $"has the unknown prefix \"{prefix}\". Known are {SearchFields.KnownPrefixes}; write text with a colon in quotation marks"
                : null;

            return null;
        }

        place = end + 1;

        if (!SkipSpace(text, ref place))
        {
            problem = $"has nothing after \"{prefix}\"";
        }

        return field;
    }

    private static SearchTerm? ReadTerm(string text, SearchField? field, ref int place, out string? problem)
    {
        problem = null;

        if (text[place] != '"')
        {
            var start = place;

            while (place < text.Length && !IsSpace(text[place]) && text[place] != '"')
            {
                place++;
            }

            return SearchTerm.Read(field, text[start..place]);
        }

        var open = place++;

        while (place < text.Length && text[place] != '"')
        {
            place += text[place] == '\\' && place + 1 < text.Length ? 2 : 1;
        }

        if (place >= text.Length)
        {
            problem = $"has a quotation mark at character {open + 1} that is not closed";

            return null;
        }

        var quoted = text[(open + 1)..place++];

        if (place + 1 >= text.Length || text[place] != '@' || IsSpace(text[place + 1]))
        {
            return SearchTerm.Phrase(field, SearchText.Unescape(quoted));
        }

        while (place < text.Length && !IsSpace(text[place]))
        {
            place++;
        }

        return SearchTerm.Read(field, text[open..place]);
    }

    /// <summary>False at the end.</summary>
    private static bool SkipSpace(string text, ref int place)
    {
        while (place < text.Length && IsSpace(text[place]))
        {
            place++;
        }

        return place < text.Length;
    }

    private static bool IsSpace(char character) => char.IsWhiteSpace(character) || char.IsControl(character);
}
