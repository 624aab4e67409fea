namespace MailStats.Mail.Search;

/// <summary>A word of a field as the index has it: the field's letter and the word, cut at <see cref="MaxLength"/> characters.</summary>
/// <param name="Text">The letter and the word.</param>
/// <param name="IsBeginning">Whether every word that begins so is meant.</param>
public readonly record struct SearchToken(string Text, bool IsBeginning)
{
    /// <summary>Longer words are told apart by the delivery itself.</summary>
    public const int MaxLength = 48;

    /// <summary>The tokens of a pattern of words; without a space at its end, the last is a beginning.</summary>
    public static IReadOnlyList<SearchToken> Of(SearchField field, string pattern)
    {
        var words = pattern.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var tokens = new SearchToken[words.Length];

        for (var index = 0; index < words.Length; index++)
        {
            tokens[index] = new(Cut(field, words[index]).ToString(), index == words.Length - 1 && pattern[^1] != ' ');
        }

        return tokens;
    }

    /// <summary>Every token of a delivery, each once, in no order.</summary>
    /// <returns>False when there are more than <paramref name="most"/>: then those that were added are not all.</returns>
    public static bool TryAddAll(SearchedTexts texts, HashSet<string> tokens, int most)
    {
        var lookup = tokens.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> token = stackalloc char[1 + MaxLength];

        for (var field = SearchField.To; (int)field < SearchFields.Count; field++)
        {
            token[0] = SearchFields.Letter(field);
            var words = texts.Words(field);

            foreach (var range in words.SplitAny(' ', SearchText.NextValue))
            {
                var word = words[range];

                if (!word.IsEmpty)
                {
                    word = word[..Math.Min(word.Length, MaxLength)];
                    word.CopyTo(token[1..]);

                    if (lookup.Add(token[..(1 + word.Length)]) && tokens.Count > most)
                    {
                        return false;
                    }
                }
            }
        }

        return true;
    }

    private static ReadOnlySpan<char> Cut(SearchField field, string word) =>
        string.Concat([SearchFields.Letter(field)], word.AsSpan(0, Math.Min(word.Length, MaxLength)));
}
