namespace MailStats.Collector;

/// <summary>The right name for a misspelt one.</summary>
internal static class NearestName
{
    // Letters of a name for each that may be wrong: with more, another name was meant.
    private const int LettersForAMistake = 3;

    /// <returns><c>: did you mean NAME?</c>, or nothing where no name is near.</returns>
    public static string Suggest(string wrong, IReadOnlyList<string> names) =>
        Find(wrong, names) is { } nearest ? $": did you mean {nearest}?" : "";

    /// <returns>null where no name is near.</returns>
    public static string? Find(string wrong, IReadOnlyList<string> names)
    {
        var nearest = names
            .Select(name => (Name: name, Mistakes: Mistakes(wrong.ToLowerInvariant(), name.ToLowerInvariant())))
            .OrderBy(candidate => candidate.Mistakes)
            .FirstOrDefault((Name: "", Mistakes: int.MaxValue));

        return nearest.Mistakes <= Math.Max(1, nearest.Name.Length / LettersForAMistake) ? nearest.Name : null;
    }

    /// <summary>Letters to add, to leave out, to change and neighbours to exchange (optimal string alignment).</summary>
    private static int Mistakes(string one, string two)
    {
        var table = new int[one.Length + 1, two.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= two.Length; j++)
            {
                table[i, j] = i == 0 || j == 0
                    ? i + j
                    : Math.Min(Math.Min(table[i - 1, j], table[i, j - 1]) + 1, table[i - 1, j - 1] + (one[i - 1] == two[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && one[i - 1] == two[j - 2] && one[i - 2] == two[j - 1])
                {
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
                }
            }
        }

        return table[one.Length, two.Length];
    }
}
