namespace MailStats.Mail.Statistics;

/// <summary>What the difference between two periods' rates is worth.</summary>
public enum RateVerdict
{
    /// <summary>Fewer than ten cases in both periods together, or fewer than thirty of either whole: nothing can be told.</summary>
    TooFew = 0,

    /// <summary>Chance, and days that differ, explain it.</summary>
    Chance = 1,

    /// <summary>It rose by more than that.</summary>
    Up = 2,

    /// <summary>It fell by more than that.</summary>
    Down = 3,
}

/// <summary>A share of a whole in a period and in the one before.</summary>
/// <param name="Cases">Cases now.</param>
/// <param name="Whole">What they are a share of, at least as many.</param>
/// <param name="CasesBefore">Cases before.</param>
/// <param name="WholeBefore">What those were a share of.</param>
public readonly record struct RateChange(long Cases, long Whole, long CasesBefore, long WholeBefore)
{
    private const long LeastCases = 10;
    private const long LeastWhole = 30;

    /// <summary>One of a hundred differences by chance is larger (two-sided): many are looked at.</summary>
    private const double Deviations = 2.576;

    /// <summary>Lists and days differ: a rate, or what is missing to the whole, wanders by a tenth of itself without a cause worth telling.</summary>
    private const double Wandering = 0.1;

    public double? Rate => Whole > 0 ? (double)Cases / Whole : null;

    public double? RateBefore => WholeBefore > 0 ? (double)CasesBefore / WholeBefore : null;

    public RateVerdict Verdict
    {
        get
        {
            if (Cases + CasesBefore < LeastCases || Whole < LeastWhole || WholeBefore < LeastWhole)
            {
                return RateVerdict.TooFew;
            }

            // Under the assumption that nothing changed, both are drawn from the common rate.
            var common = (double)(Cases + CasesBefore) / (Whole + WholeBefore);
            var chance = common * (1 - common) * (1.0 / Whole + 1.0 / WholeBefore);
            var rare = Math.Min(common, 1 - common);
            var wandering = 2 * Wandering * Wandering * rare * rare;
            var difference = (double)Cases / Whole - (double)CasesBefore / WholeBefore;

            return Math.Abs(difference) <= Deviations * Math.Sqrt(Math.Max(0, chance) + wandering) ? RateVerdict.Chance
                : difference > 0 ? RateVerdict.Up
                : RateVerdict.Down;
        }
    }
}
