using MailStats.ServiceDefaults;

namespace MailStats.Query.Collection;

/// <summary>Names that collectors give their hosts.</summary>
internal static class HostNames
{
    private const int Longest = 255;

    /// <summary>Also for the ids of collections. True when it is a name; else there is a problem.</summary>
    public static bool Check(string field, string? name, FieldProblems problems)
    {
        if (name?.Length is > 0 and <= Longest && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_'))
        {
            return true;
        }

        problems.Add(field, $"must be 1 to {Longest} letters, digits, dots, hyphens or underscores");

        return false;
    }
}
