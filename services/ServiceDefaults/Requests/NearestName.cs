using F23.StringSimilarity;

namespace MailStats.ServiceDefaults;

/// <summary>What somebody meant who wrote a name that is not known.</summary>
internal static class NearestName
{
    /// <summary>Longer ones are nobody's misspelling.</summary>
    private const int Longest = 40;

    /// <summary>Letters to add, to leave out, to change and neighbours to exchange.</summary>
    private static readonly OptimalStringAlignment Distances = new();

    /// <summary>
    /// The known name that the fewest changed, missing, additional or exchanged letters are away, without regard to case and to
    /// <c>_</c> and <c>-</c>; null when a third of the letters or more would have to change.
    /// </summary>
    public static string? Of(string name, IEnumerable<string> known)
    {
        if (name.Length is 0 or > Longest)
        {
            return null;
        }

        var written = Plain(name);
        var nearest = known.Select(other => (Name: other, Distance: Distances.Distance(written, Plain(other))))
            .OrderBy(other => other.Distance)
            .ThenBy(other => other.Name, StringComparer.Ordinal)
            .FirstOrDefault();

        return nearest.Name is not null && nearest.Distance * 3 <= Math.Max(written.Length, nearest.Name.Length) ? nearest.Name : null;
    }

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
}
