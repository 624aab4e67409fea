namespace MailStats.Incidents.Detection;

/// <summary>The failure rate that is expected of a series at most, and the number of attempts that this knowledge is worth.</summary>
internal readonly record struct Norm(double Rate, double Strength);

/// <summary>
/// Says what is normal. Narrow series borrow from wide ones where they have little history: a sending domain at a receiver from the
/// domain, the receiver and the tenant, the tenant from everybody.
/// </summary>
internal static class Norms
{
    private const double LeastRate = 1e-6;
    private const double GreatestRate = 0.98;

    /// <summary>Odds of up to this many times the usual ones are nobody's incident, however steady a series was and however much mail shows it.</summary>
    private const double LeastTolerated = 2.5;

    /// <summary>
    /// The same of greylisting, which puts off half of the mail on one day and all of it on another, and takes it at the next try. Where it
    /// was seldom before it is told all the same.
    /// </summary>
    private const double LeastToleratedOfGreylisting = 40;

    /// <summary>
    /// Deviations of its wander by which the odds of a series may be higher than usual. A day is one draw for a cause, however much mail it
    /// has: in some 30 days, 12 causes and 10 places that go their own way, one is higher in ten months.
    /// </summary>
    private const double Deviations = 4;

    /// <summary>The same for mailings: there are fewer of them than there are hours.</summary>
    private const double DeviationsOfMailings = 3.2;

    /// <summary>The factor on the odds that is explained by a mailing: one list is one draw, and lists differ more than days.</summary>
    public static double ToleratedOfMailing(Series of, FailureClass cause) =>
        Math.Exp(DeviationsOfMailings * Math.Sqrt(WanderOfMailings(of, cause, EverybodysRates.Of(cause).Mailings) * OfFewDays(of)));

    private static double WanderOfMailings(Series of, FailureClass cause, double prior)
    {
        var wider = of.Wider is null ? prior * prior : WanderOfMailings(of.Wider, cause, prior);

        if (of.Beside is not null)
        {
            wider = Math.Max(wider, WanderOfMailings(of.Beside, cause, prior));
        }

        return of.History.WanderOfMailings(cause, prior, wider);
    }

    /// <summary>The factor on the odds that is explained by how much the series wanders, and by how few days are known of it.</summary>
    public static double Tolerated(Series of, FailureClass cause)
    {
        var variance = Wander(of, cause, EverybodysRates.Of(cause).Wander) * OfFewDays(of);

        return Math.Max(cause == FailureClass.Greylisting ? LeastToleratedOfGreylisting : LeastTolerated, Math.Exp(Deviations * Math.Sqrt(variance)));
    }

    /// <summary>A day is one draw: with few of them, what is usual is known as badly as the next day's is.</summary>
    private static double OfFewDays(Series of) => 1 + (1 / Math.Max(1, of.History.Days));

    /// <summary>The variance of the logarithm of a series' odds. What is narrow wanders with what is wide.</summary>
    public static double Wander(Series of, FailureClass cause) => Wander(of, cause, EverybodysRates.Of(cause).Wander);

    private static double Wander(Series of, FailureClass cause, double prior)
    {
        var wider = of.Wider is null ? prior * prior : Wander(of.Wider, cause, prior);

        if (of.Beside is not null)
        {
            wider = Math.Max(wider, Wander(of.Beside, cause, prior));
        }

        return of.History.Wander(cause, prior, wider);
    }

    /// <summary>What is normal for a series outside of a window, with what is tolerated on top.</summary>
    /// <param name="of">The series.</param>
    /// <param name="cause">The cause.</param>
    /// <param name="hour">The hour, counted from 1970.</param>
    /// <param name="window">What lies in the window and is learned already: it is taken out of the history.</param>
    /// <param name="before">What lies before the window and is not learned yet: it is added to the history.</param>
    /// <param name="tolerated">The factor on the odds.</param>
    public static Norm Of(
        Series of, FailureClass cause, long hour, (double Tried, double Failed) window, (double Tried, double Failed) before, double tolerated)
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
            // The window is no part of them: what is younger than two hours is not learned yet, and it is no longer than half a day.
            var strength = Math.Max(EverybodysRates.HourStrength, EverybodysRates.HourFailures / Math.Max(LeastRate, rate));
            rate = (around.Failed + strength * rate) / (around.Tried + strength);
        }

        return new(Raised(Math.Clamp(rate, LeastRate, GreatestRate), tolerated), tried + likeness);
    }

    /// <summary>The rate up to which what fails is nobody's incident where so much usually does.</summary>
    public static double Nobodys(double usual) => Raised(usual, LeastTolerated);

    /// <summary>No wander explains a rate past this: of what usually succeeds, only a fifth still does. Greylisting may be of all first attempts.</summary>
    public static double Most(double usual, FailureClass cause) => cause == FailureClass.Greylisting ? GreatestRate : 1 - ((1 - usual) / 5);

    /// <summary>The rate whose odds are so many times those of another.</summary>
    public static double Raised(double rate, double factor) => factor * rate / (1 + (factor - 1) * rate);

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
