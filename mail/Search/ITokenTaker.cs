namespace MailStats.Mail.Search;

/// <summary>Takes what the index says of one delivery. To be told the same twice changes nothing.</summary>
public interface ITokenTaker
{
    /// <summary>A text of a field: each of its words is a token.</summary>
    void AddWords(SearchField field, string text);

    /// <summary>A text as a whole, under a letter that no field of words has.</summary>
    void Add(char letter, string text);
}
