using System.Text;
using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;

namespace MailStats.Mail.Search;

/// <summary>
/// A search: terms that must all match, in the language of the API's lists. This is the definition of what a search finds; an
/// index only says where to look.
/// </summary>
public sealed class SearchQuery
{
    /// <summary>Bytes of UTF-8: ten times a long subject.</summary>
    public const int MaxBytes = 4096;

    public const int MaxWords = 200;

    private SearchQuery(IReadOnlyList<SearchTerm> terms, string text) => (Terms, Text) = (terms, text);

    /// <summary>Finds every delivery.</summary>
    public static SearchQuery Everything { get; } = new([], "");

    public IReadOnlyList<SearchTerm> Terms { get; }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Null and a problem, as what follows the field's name, when the text cannot be searched for.</summary>
    public static SearchQuery? Parse(string? text, out string? problem)
    {
        problem = null;

        if (string.IsNullOrWhiteSpace(text))
        {
            return Everything;
        }

        if (text.Length > MaxBytes || Encoding.UTF8.GetByteCount(text) > MaxBytes)
        {
            problem = $"must be at most {MaxBytes} bytes long";

            return null;
        }

        var terms = SearchReader.Read(text, out problem);

        if (problem is null && terms.Count == 0)
        {
            problem = "has no letter or digit to look for";
        }
        else if (problem is null && terms.Sum(term => term.WordCount) > MaxWords)
        {
            problem = $"must have at most {MaxWords} words";
        }

        return problem is null ? new(terms, text) : null;
    }

    /// <summary>The same, which finds addresses also in the forms in which they may be kept.</summary>
    public SearchQuery KnowingForms(AddressPrivacy? addresses) =>
        addresses is null ? this : new([.. Terms.Select(term => term.KnowingForms(addresses))], Text);

    public bool Matches(SearchedTexts texts)
    {
        for (var index = 0; index < Terms.Count; index++)
        {
            if (!Terms[index].Matches(texts))
            {
                return false;
            }
        }

        return true;
    }

    public bool Matches(string recipient, DeliveryState state)
    {
        var texts = new SearchedTexts();
        texts.Read(recipient, state);

        return Matches(texts);
    }

    public override string ToString() => Text;
}
