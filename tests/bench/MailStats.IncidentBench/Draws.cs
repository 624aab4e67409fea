namespace MailStats.IncidentBench;

/// <summary>Numbers drawn with a seed.</summary>
internal sealed class Draws(int seed)
{
    private readonly Random _random = new(seed);

    public double Next() => _random.NextDouble();

    public int Below(int limit) => _random.Next(limit);

    public bool Chance(double probability) => _random.NextDouble() < probability;

    public double Between(double least, double most) => least + (most - least) * _random.NextDouble();

    /// <summary>Every order of magnitude is as likely as the other.</summary>
    public double Magnitude(double least, double most) => least * Math.Pow(most / least, _random.NextDouble());

    public double Normal()
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble()));

        return radius * Math.Cos(2 * Math.PI * _random.NextDouble());
    }

    /// <summary>A factor around 1 whose logarithm has this deviation.</summary>
    public double Factor(double deviation) => Math.Exp(deviation * Normal());

    public int Poisson(double mean)
    {
        if (mean > 40)
        {
            return Math.Max(0, (int)Math.Round(mean + Math.Sqrt(mean) * Normal()));
        }

        var (limit, product, count) = (Math.Exp(-mean), _random.NextDouble(), 0);

        while (product > limit)
        {
            product *= _random.NextDouble();
            count++;
        }

        return count;
    }

    public int Weighted(double[] cumulated)
    {
        var at = _random.NextDouble() * cumulated[^1];
        var index = Array.BinarySearch(cumulated, at);

        return Math.Min(index < 0 ? ~index : index + 1, cumulated.Length - 1);
    }
}
