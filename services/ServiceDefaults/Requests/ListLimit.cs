using System.Globalization;

namespace MailStats.ServiceDefaults;

/// <summary>How many items a list answers at most: unless the caller says, and in any case.</summary>
public sealed record ListLimit(int Default, int Highest)
{
    private const string Field = "limit";

    /// <summary>A limit as it stands in the query string, null where it does not.</summary>
    public int Read(string? text, FieldProblems problems)
    {
        if (text is null)
        {
            return Default;
        }

        return Check(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : 0, problems);
    }

    /// <summary>The limit when it is one; else the default, and a problem.</summary>
    public int Check(int limit, FieldProblems problems)
    {
        if (limit >= 1 && limit <= Highest)
        {
            return limit;
        }

        problems.Add(Field, $"must be a whole number from 1 to {Highest}");

        return Default;
    }
}
