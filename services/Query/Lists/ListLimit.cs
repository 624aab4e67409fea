using System.Globalization;
using MailStats.Query.Periods;

namespace MailStats.Query.Lists;

/// <summary>How many items a list answers at most.</summary>
internal sealed record ListLimit(int Default, int Highest)
{
    /// <summary>Statistics by name come whole as a rule.</summary>
    public static readonly ListLimit Statistics = new(1_000, 10_000);

    /// <summary>Pages of single deliveries.</summary>
    public static readonly ListLimit Activities = new(10, 500);

    public static readonly ListLimit ErrorEvents = new(50, 500);

    public static readonly ListLimit Audit = new(50, 500);

    public static readonly ListLimit Mailboxes = new(100, 1_000);

    public static readonly ListLimit Reasons = new(20, 200);

    public int Read(string? text, Problems problems)
    {
        if (text is null)
        {
            return Default;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit >= 1 && limit <= Highest)
        {
            return limit;
        }

        problems.Add("limit", $"Must be a whole number from 1 to {Highest}.");

        return Default;
    }
}
