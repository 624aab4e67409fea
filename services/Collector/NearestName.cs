using F23.StringSimilarity;

namespace MailStats.Collector;

/// <summary>The right name for a misspelt one.</summary>
internal static class NearestName
{
    // Letters of a name for each that may be wrong: with more, another name was meant.
    private const int LettersForAMistake = 3;

    /// <summary>Characters. Longer ones are nobody's misspelling.</summary>
    private const int Longest = 40;

    /// <summary>Letters to add, to leave out, to change and neighbours to exchange.</summary>
    private static readonly OptimalStringAlignment Mistakes = new();

    /// <returns><c>: did you mean NAME?</c>, or nothing where no name is near.</returns>
    public static string Suggest(string wrong, IReadOnlyList<string> names) =>
        Find(wrong, names) is { } nearest ? $": did you mean {nearest}?" : "";

    /// <returns>null where no name is near.</returns>
    public static string? Find(string wrong, IReadOnlyList<string> names)
    {
        if (wrong.Length > Longest)
        {
            return null;
        }

        var nearest = names
            .Select(name => (Name: name, Mistakes: Mistakes.Distance(wrong.ToLowerInvariant(), name.ToLowerInvariant())))
            .MinBy(candidate => candidate.Mistakes);

        return nearest.Name is not null && nearest.Mistakes <= Math.Max(1, nearest.Name.Length / LettersForAMistake) ? nearest.Name : null;
    }
}
