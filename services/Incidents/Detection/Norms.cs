namespace MailStats.Incidents.Detection;

/// <summary>The failure rate that is expected of a series, and the number of attempts that this knowledge is worth.</summary>
internal readonly record struct Norm(double Rate, double Strength);

/// <summary>
/// Says what is normal. Narrow series borrow from wide ones where they have little history: a sending domain at a receiver from the
/// domain, the receiver and the tenant, the tenant from everybody.
/// </summary>
internal static class Norms
{
    private const double LeastRate = 1e-6;
    private const double GreatestRate = 0.98;

    /// <summary>What is normal for a series outside of a window, with what is tolerated on top.</summary>
    /// <param name="of">The series.</param>
    /// <param name="cause">The cause.</param>
    /// <param name="hour">The hour, counted from 1970.</param>
    /// <param name="window">What lies in the window and is learned already: it is taken out of the history.</param>
    /// <param name="before">What lies before the window and is not learned yet: it is added to the history.</param>
    public static Norm Of(
        Series of, FailureClass cause, long hour, (double Tried, double Failed) window, (double Tried, double Failed) before)
    {
        var prior = EverybodysRates.Of(cause);
        var history = of.History;
        var tried = Math.Max(0, history.TriedFor(cause) - window.Tried) + before.Tried;
        var failed = Math.Clamp(history.FailedOf(cause) - window.Failed + before.Failed, 0, tried);
        var likeness = LikenessOf(of, prior);
        var rate = (failed + likeness * WiderRate(of, cause, prior, before)) / (tried + likeness);
        var around = history.Around(hour, cause);

        if (around.Tried > 0)
        {
            var sameTried = Math.Max(0, around.Tried - window.Tried);
            var sameFailed = Math.Clamp(around.Failed - window.Failed, 0, sameTried);
            rate = (sameFailed + EverybodysRates.HourStrength * rate) / (sameTried + EverybodysRates.HourStrength);
        }

        // The rate is uncertain by what is not known of it, and wanders by what is known of its roughness.
        var uncertainty = history.Spread(cause, prior) + 1 / (tried + likeness);
        rate = Math.Clamp(rate, LeastRate, GreatestRate);

        return new(prior.Tolerated * rate / (1 + (prior.Tolerated - 1) * rate), 1 / uncertainty);
    }

    /// <summary>What is normal for a series, all that is learned taken together.</summary>
    public static double RateOf(Series of, FailureClass cause) => Known(of, cause, EverybodysRates.Of(cause), default);

    private static double LikenessOf(Series of, in EverybodysRates.Prior prior) =>
        of.Place.Shape == 0 ? EverybodysRates.TenantStrength : prior.Likeness;

    private static double WiderRate(Series of, FailureClass cause, in EverybodysRates.Prior prior, (double Tried, double Failed) before)
    {
        if (of.Tenant is null)
        {
            return prior.Rate;
        }

        var one = Known(of.Wider!, cause, prior, before);

        if (of.Beside is null)
        {
            return one;
        }

        // Two wider series: each tells by what factor it differs from the tenant.
        var other = Known(of.Beside, cause, prior, before);

        return Math.Clamp(one * other / Known(of.Tenant, cause, prior, before), Math.Min(one, other) / 4, Math.Max(one, other));
    }

    private static double Known(Series of, FailureClass cause, in EverybodysRates.Prior prior, (double Tried, double Failed) before)
    {
        var likeness = LikenessOf(of, prior);
        var rate = (of.History.FailedOf(cause) + before.Failed + likeness * WiderRate(of, cause, prior, before))
            / (of.History.TriedFor(cause) + before.Tried + likeness);

        return Math.Clamp(rate, LeastRate, GreatestRate);
    }
}
