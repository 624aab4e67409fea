namespace MailStats.Mail.Attempts;

/// <summary>
/// Times to deliver in bins, so that they can be added: whatever the order, and whoever counted them. A bin's upper end is 3 %
/// above its lower end and its value lies between them, so a quantile is at most 1.5 % off. The ends are whole numbers, found
/// without floating point: every machine sorts a time into the same bin.
/// </summary>
public static class TimeBins
{
    /// <summary>Shorter times, in microseconds, are one bin, told as 0: logs tell seconds, a few milliseconds.</summary>
    private const long Shortest = 1_000;

    /// <summary>Longer times are told as this. No queue keeps mail for a year.</summary>
    private const long Longest = 366L * 24 * 3600 * 1_000_000;

    /// <summary>Lower ends; the first bin begins at 0.</summary>
    private static readonly long[] Ends = MakeEnds();

    public static int Count => Ends.Length;

    /// <param name="microseconds">Below zero counts as zero.</param>
    public static int Of(long microseconds)
    {
        var place = Array.BinarySearch(Ends, microseconds);

        return place >= 0 ? place : Math.Max(0, ~place - 1);
    }

    /// <summary>Seconds that stand for a bin: the value whose distance from both ends, measured by the end, is the same.</summary>
    public static double Seconds(int bin)
    {
        if (bin <= 0)
        {
            return 0;
        }

        var lower = Ends[Math.Min(bin, Ends.Length - 1)];
        var upper = bin + 1 < Ends.Length ? Ends[bin + 1] : lower;

        return 2.0 * lower * upper / (lower + upper) / 1_000_000;
    }

    private static long[] MakeEnds()
    {
        var ends = new List<long> { 0 };

        for (var end = Shortest; end <= Longest; end = (end * 103 / 100) + 1)
        {
            ends.Add(end);
        }

        return [.. ends];
    }
}
