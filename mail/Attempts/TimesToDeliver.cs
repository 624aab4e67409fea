namespace MailStats.Mail.Attempts;

/// <summary>How long deliveries took, as counts by <see cref="TimeBins">bin</see>. Adding two is adding their counts.</summary>
public sealed class TimesToDeliver
{
    private readonly SortedDictionary<int, long> _counts = [];

    public long Deliveries { get; private set; }

    public void Add(int bin, long deliveries)
    {
        _counts[bin] = _counts.GetValueOrDefault(bin) + deliveries;
        Deliveries += deliveries;
    }

    /// <summary>Seconds within which a share of the deliveries was made; at most 2 % off the exact time of the delivery at that rank.</summary>
    /// <param name="share">Above 0, up to 1.</param>
    public double Quantile(double share)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(share * Deliveries));

        foreach (var (bin, deliveries) in _counts)
        {
            rank -= deliveries;

            if (rank <= 0)
            {
                return TimeBins.Seconds(bin);
            }
        }

        return 0;
    }
}
