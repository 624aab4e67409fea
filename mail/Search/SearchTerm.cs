using System.Net;
using MailStats.Mail.Addresses;

namespace MailStats.Mail.Search;

/// <summary>One thing that a delivery must have.</summary>
public sealed class SearchTerm
{
    private static readonly SearchField[] Addresses = [SearchField.To, SearchField.From];

    private readonly IReadOnlyList<SearchField> _fields;
    private readonly Kind _kind;

    /// <summary>What is looked for in the words of a field: with a space before, and one behind where the last word is whole.</summary>
    private readonly string _pattern;

    /// <summary>Folded; of an address, a domain.</summary>
    private readonly string? _whole;
    private readonly IPAddress? _ip;
    private readonly string? _address;
    private readonly string[] _hidden = [];

    private SearchTerm(Kind kind, SearchField? field, string text, bool whole)
    {
        _kind = kind;
        _fields = field is { } one ? [one] : kind is Kind.Words ? SearchFields.OfWords : Addresses;
        var words = SearchText.Words(text);
        _pattern = whole || words.Length == 0 ? words : words[..^1];
    }

    private SearchTerm(SearchTerm term, string[] hidden)
        : this(term._kind, null, "", whole: true) =>
        (_fields, _pattern, _whole, _address, _hidden) = (term._fields, term._pattern, term._whole, term._address, hidden);

    private enum Kind
    {
        Words,
        Address,
        Domain,
        Ip,
    }

    public int WordCount => _pattern.AsSpan().TrimEnd(' ').Count(' ');

    /// <summary>Unquoted text: a complete address or domain as a whole, else words in order, the last the beginning of one.</summary>
    public static SearchTerm Read(SearchField? field, string text)
    {
        var address = field is null or SearchField.To or SearchField.From ? text : "";
        address = address is ['<', .., '>'] ? address[1..^1] : address;

        if (address is ['@', ..] && IsComplete(address.AsSpan(1)) && DomainName.Read(address.AsSpan(1), out _) is { } domain)
        {
            return new(Kind.Domain, field, domain, whole: true) { Whole = SearchText.Fold(domain) };
        }

        if (address.LastIndexOf('@') is > 0 and var at && IsComplete(address.AsSpan(at + 1)) && EmailAddress.Read(address, out _) is { } whole)
        {
            return new(Kind.Address, field, SearchText.FoldAddress(whole), whole: true) { Whole = SearchText.FoldAddress(whole), Address = whole };
        }

        // 192.0.2 is a beginning too, though it can be read as an address.
        return field is SearchField.Ip && IPAddress.TryParse(text, out var ip) && (text.Contains(':', StringComparison.Ordinal) || text.Count(c => c == '.') == 3)
            ? new(Kind.Ip, field, ip.ToString(), whole: true) { Ip = ip }
            : new(Kind.Words, field, text, whole: false);
    }

    /// <summary>Words that are whole and stand next to each other.</summary>
    public static SearchTerm Phrase(SearchField? field, string text) => new(Kind.Words, field, text, whole: true);

    private string? Whole { init => _whole = value; }

    private string? Address { init => _address = value; }

    private IPAddress? Ip { init => _ip = value; }

    /// <summary>The same, which finds an address also in the forms in which it may be kept.</summary>
    public SearchTerm KnowingForms(AddressPrivacy addresses) => _address is null
        ? this
        : new(this, [addresses.Protect(_address, AddressForm.Masked), addresses.Protect(_address, AddressForm.Hashed)]);

    public bool Matches(SearchedTexts texts)
    {
        switch (_kind)
        {
            case Kind.Words:
                foreach (var field in _fields)
                {
                    if (texts.Words(field).IndexOf(_pattern, StringComparison.Ordinal) >= 0)
                    {
                        return true;
                    }
                }

                return false;
            case Kind.Ip:
                return texts.OutgoingAddresses().Any(address => IPAddress.TryParse(address, out var ip) && ip.Equals(_ip));
            default:
                return (_fields.Contains(SearchField.To) && (IsSame(texts.Recipient) || IsHidden(texts.Recipient)))
                    || (_fields.Contains(SearchField.From) && texts.Senders().Any(IsSame));
        }
    }

    /// <summary>
    /// What the index must say of a delivery that matches: all tokens of one of the alternatives. It may say so of others too.
    /// </summary>
    public IEnumerable<IReadOnlyList<SearchToken>> Alternatives()
    {
        foreach (var field in _fields)
        {
            yield return SearchToken.Of(field, _pattern);

            foreach (var hidden in field is SearchField.To ? _hidden : [])
            {
                yield return SearchToken.Of(field, SearchText.Words(hidden));
            }
        }
    }

    /// <summary>An MTA's own names apart (<c>localhost</c>), a domain has a dot, and a name of two letters or more behind it.</summary>
    private static bool IsComplete(ReadOnlySpan<char> domain)
    {
        domain = domain.TrimEnd('.');

        return domain is ['[', .., ']']
            || (domain.LastIndexOf('.') is > 0 and var dot && domain.Length - dot > 2 && domain[(dot + 1)..].ContainsAnyExceptInRange('0', '9'));
    }

    private bool IsSame(string address)
    {
        var folded = SearchText.FoldAddress(address);

        return _kind is Kind.Address ? folded == _whole : folded.AsSpan(folded.LastIndexOf('@') + 1).SequenceEqual(_whole) && folded.Contains('@');
    }

    /// <summary>A masked address begins with its first letter as it was reported.</summary>
    private bool IsHidden(string recipient) => Array.Exists(_hidden, form => recipient.Equals(form, StringComparison.OrdinalIgnoreCase));
}
