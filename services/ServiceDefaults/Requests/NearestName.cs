namespace MailStats.ServiceDefaults;

/// <summary>What somebody meant who wrote a name that is not known.</summary>
internal static class NearestName
{
    /// <summary>Longer ones are nobody's misspelling.</summary>
    private const int Longest = 40;

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
        var nearest = known.Select(other => (Name: other, Distance: Distance(written, Plain(other))))
            .OrderBy(other => other.Distance)
            .ThenBy(other => other.Name, StringComparer.Ordinal)
            .FirstOrDefault();

        return nearest.Name is not null && nearest.Distance * 3 <= Math.Max(written.Length, nearest.Name.Length) ? nearest.Name : null;
    }

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Damerau's distance without overlapping exchanges.</summary>
    private static int Distance(string from, string to)
    {
        var distances = new int[from.Length + 1, to.Length + 1];

        for (var row = 0; row <= from.Length; row++)
        {
            for (var column = 0; column <= to.Length; column++)
            {
                distances[row, column] =
                    row == 0 ? column
                    : column == 0 ? row
                    : Math.Min(
                        Math.Min(distances[row - 1, column], distances[row, column - 1]) + 1,
                        distances[row - 1, column - 1] + (from[row - 1] == to[column - 1] ? 0 : 1));

                if (row > 1 && column > 1 && from[row - 1] == to[column - 2] && from[row - 2] == to[column - 1])
                {
                    distances[row, column] = Math.Min(distances[row, column], distances[row - 2, column - 2] + 1);
                }
            }
        }

        return distances[from.Length, to.Length];
    }
}
