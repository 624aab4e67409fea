namespace MailStats.Mail.Search;

/// <summary>What of a delivery is looked at. Stored in the index as the letter that <see cref="SearchFields.Letter"/> gives: append only.</summary>
public enum SearchField
{
    To = 0,
    From = 1,
    Subject = 2,
    Queue = 3,
    Id = 4,
    Reply = 5,
    Host = 6,
    Tag = 7,
    Ip = 8,
}

/// <summary>Fields by the prefixes that stand for them in a search.</summary>
public static class SearchFields
{
    public const int Count = 9;

    /// <summary>Where a word without a prefix is looked for: an outgoing address is asked for by <c>ip:</c> alone.</summary>
    public static IReadOnlyList<SearchField> OfWords { get; } = Enum.GetValues<SearchField>()[..^1];

    public static string KnownPrefixes { get; } = string.Join(", ", Enum.GetNames<SearchField>().Select(name => name.ToLowerInvariant() + ":"));

    public static char Letter(SearchField field) => (char)('a' + (int)field);

    public static bool TryRead(ReadOnlySpan<char> prefix, out SearchField field) =>
        Enum.TryParse(prefix, ignoreCase: true, out field) && !prefix.ContainsAnyInRange('0', '9');
}
