namespace MailStats.Mail.Search;

/// <summary>The tokens of a delivery, each once: what the index is compared with.</summary>
public sealed class TokenSet : ITokenTaker
{
    private readonly HashSet<string> _tokens = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Tokens => _tokens;

    public void AddWords(SearchField field, string text)
    {
        foreach (var word in SearchText.Words(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Add(SearchFields.Letter(field), word);
        }
    }

    public void Add(char letter, string text) => _tokens.Add(SearchToken.Cut(letter, text));
}
