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
            tokens[index] = new(Cut(SearchFields.Letter(field), words[index]), index == words.Length - 1 && pattern[^1] != ' ');
        }

        return tokens;
    }

    /// <summary>Hands on all texts of a delivery.</summary>
    public static void Each(SearchedTexts texts, ITokenTaker taker)
    {
        for (var field = SearchField.To; (int)field < SearchFields.Count; field++)
        {
            foreach (var text in texts.Of(field))
            {
                taker.AddWords(field, text);
            }
        }
    }

    /// <summary>The text of a token.</summary>
    public static string Cut(char letter, string word) => string.Concat([letter], word.AsSpan(0, Math.Min(word.Length, MaxLength)));
}
