using MailStats.Mail.Statistics;

namespace MailStats.Query.Overview;

/// <summary>A count beside that of the previous period.</summary>
public sealed record ComparedCount
{
    /// <example>1250</example>
    public required long Value { get; init; }

    /// <example>1000</example>
    public required long Previous { get; init; }

    /// <summary>Relative change in percent; null when the previous period counted none.</summary>
    /// <example>25.0</example>
    public required decimal? Change { get; init; }

    internal static ComparedCount Of(long value, long previous) => new()
    {
        Value = value,
        Previous = previous,
        Change = previous == 0 ? null : Rates.Round(100m * (value - previous) / previous),
    };
}

/// <summary>A share of the recipients, or of what was delivered, beside that of the previous period.</summary>
public sealed record ComparedRate
{
    /// <summary>Percent of the whole, to four decimals; null when there was none.</summary>
    /// <example>97.5</example>
    public required decimal? Value { get; init; }

    /// <summary>Percent of the previous period's whole; null when there was none.</summary>
    /// <example>96.25</example>
    public required decimal? Previous { get; init; }

    /// <summary>Difference in percentage points; null when either period has no value.</summary>
    /// <example>1.25</example>
    public required decimal? Change { get; init; }

    /// <summary><c>up</c> or <c>down</c> when it changed by more than chance, <c>chance</c> when not, <c>tooFew</c> when too little is known.</summary>
    /// <example>"up"</example>
    public required RateVerdict Verdict { get; init; }

    internal static ComparedRate Of(long value, long recipients, long previousValue, long previousRecipients)
    {
        var rate = Rates.Exact(value, recipients);
        var previous = Rates.Exact(previousValue, previousRecipients);

        return new ComparedRate
        {
            Value = Rates.Round(rate),
            Previous = Rates.Round(previous),
            Change = Rates.Round(rate - previous),
            Verdict = new RateChange(value, recipients, previousValue, previousRecipients).Verdict,
        };
    }
}

/// <summary>Percent of recipients.</summary>
internal static class Rates
{
    public static decimal? Exact(long value, long recipients) => recipients == 0 ? null : 100m * value / recipients;

    /// <summary>Four decimals, as every rate is shown.</summary>
    public static decimal? Of(long value, long recipients) => Round(Exact(value, recipients));

    public static decimal? Round(decimal? percent) => percent is { } known ? Round(known) : null;

    public static decimal Round(decimal percent) => Math.Round(percent, 4, MidpointRounding.AwayFromZero);
}
