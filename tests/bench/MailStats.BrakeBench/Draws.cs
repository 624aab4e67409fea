namespace MailStats.BrakeBench;

/// <summary>Numbers drawn with a seed.</summary>
internal sealed class Draws(int seed)
{
    private readonly Random _random = new(seed);

    public double Next() => _random.NextDouble();

    public int Below(int limit) => _random.Next(limit);

    public int Between(int least, int below) => _random.Next(least, below);

    public bool Chance(double probability) => _random.NextDouble() < probability;

    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    /// <summary>Around a middle, with a deviation of its logarithm.</summary>
    public double Around(double middle, double deviation) => middle * Math.Exp(deviation * Normal());

    public int Geometric(double ends) => (int)(Math.Log(1 - _random.NextDouble()) / Math.Log(1 - ends));

    public int Binomial(int all, double share)
    {
        var found = 0;

        for (var one = 0; one < all; one++)
        {
            found += Chance(share) ? 1 : 0;
        }

        return found;
    }

    public int Poisson(double mean)
    {
        if (mean > 60)
        {
            return (int)Math.Max(0, Math.Round(mean + (Math.Sqrt(mean) * Normal())));
        }

        var (count, product, end) = (0, _random.NextDouble(), Math.Exp(-mean));

        while (product > end)
        {
            count++;
            product *= _random.NextDouble();
        }

        return count;
    }

    /// <summary>Of mean 1; the smaller the shape, the more days differ (Marsaglia and Tsang, 2000).</summary>
    public double Gamma(double shape)
    {
        var (d, c) = (shape - (1 / 3.0), 1 / Math.Sqrt(9 * (shape - (1 / 3.0))));

        while (true)
        {
            var x = Normal();
            var v = Math.Pow(1 + (c * x), 3);

            if (v > 0 && Math.Log(1 - _random.NextDouble()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v / shape;
            }
        }
    }
}
