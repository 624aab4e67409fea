namespace MailStats.Incidents.Detection;

/// <summary>
/// How likely chance alone explains failures. The rate of a series is not known exactly and wanders from hour to hour, so failures
/// are beta-binomial: the true rate is drawn around the expected one, with a strength that says how steady it is.
/// </summary>
internal static class Chance
{
    /// <summary>Natural logarithm of the probability of at least <paramref name="failed"/> failures in <paramref name="tried"/>.</summary>
    /// <param name="failed">Failures seen.</param>
    /// <param name="tried">Attempts seen, at least <paramref name="failed"/>.</param>
    /// <param name="rate">The expected rate, above 0 and below 1.</param>
    /// <param name="strength">The number of attempts that the knowledge of the rate is worth: a + b of the beta distribution.</param>
    /// <returns>An upper bound that is close where it is small; 0 where there is nothing unusual.</returns>
    public static double LogTail(double failed, double tried, double rate, double strength)
    {
        if (failed <= rate * tried)
        {
            return 0;
        }

        var (a, b) = (rate * strength, (1 - rate) * strength);
        var good = tried - failed;
        var ratio = good <= 0 ? 0 : good / (failed + 1) * (failed + a) / (good - 1 + b);

        if (ratio >= 1)
        {
            return 0;
        }

        // Probabilities fall at least as fast as this ratio from here on: their sum is below that of the geometric series.
        var log = LogGamma(tried + 1) - LogGamma(failed + 1) - LogGamma(good + 1)
            + LogGamma(failed + a) + LogGamma(good + b) - LogGamma(tried + strength)
            + LogGamma(strength) - LogGamma(a) - LogGamma(b) - Math.Log(1 - ratio);

        return Math.Min(0, log);
    }

    /// <summary>By how much a common rate explains outcomes better than the expected ones, natural logarithm.</summary>
    /// <param name="failed">Failures.</param>
    /// <param name="tried">Attempts.</param>
    /// <param name="expected">Logarithm of the likelihood of the same outcomes at their expected rates.</param>
    public static double LogRatio(double failed, double tried, double expected)
    {
        if (tried <= 0)
        {
            return 0;
        }

        var rate = Math.Clamp(failed / tried, 1e-9, 1 - 1e-9);

        return LogLikelihood(failed, tried, rate) - expected;
    }

    public static double LogLikelihood(double failed, double tried, double rate) =>
        failed * Math.Log(rate) + (tried - failed) * Math.Log(1 - rate);

    /// <summary>Stirling's series from 8 on, the recurrence below: exact to 1e-9.</summary>
    internal static double LogGamma(double x)
    {
        var shift = 0.0;

        if (x < 8)
        {
            var product = 1.0;

            while (x < 8)
            {
                product *= x;
                x += 1;
            }

            shift = -Math.Log(product);
        }

        var inverse = 1 / x;
        var square = inverse * inverse;

        return shift + (x - 0.5) * Math.Log(x) - x + 0.91893853320467274
            + inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680)));
    }
}
