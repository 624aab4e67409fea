namespace MailStats.Incidents.Detection;

/// <summary>
/// What happens to the rest of the wider series at the same time. Where that moves too, the change is a wider one: it is told there, once,
/// and a part of it is unusual only by what it differs from the rest.
/// </summary>
internal static class Surroundings
{
    /// <summary>Failures that should have come, below which a wider series says little.</summary>
    private const double Shrinking = 5;

    private const double Greatest = 30;

    /// <summary>The factor, at least 1, by which more than usual fails around a series since a step.</summary>
    public static double Factor(Series of, FailureClass cause, long since)
    {
        if (of.Tenant is null)
        {
            return 1;
        }

        var mine = of.Since(since, cause);
        var expected = mine.Tried * Norms.RateOf(of, cause);
        var factor = Math.Max(Beside(of.Tenant), Beside(of.Wider!));

        return Math.Min(Greatest, of.Beside is null ? factor : Math.Max(factor, Beside(of.Beside)));

        double Beside(Series wider)
        {
            var all = wider.Since(since, cause);
            var (tried, failed) = (all.Tried - mine.Tried, Math.Max(0, all.Failed - mine.Failed));

            if (tried <= 0)
            {
                return 1;
            }

            var rate = Norms.RateOf(wider, cause);
            var usual = Math.Max(all.Tried * rate - expected, tried * rate / 4);

            return Math.Max(1, (failed + Shrinking) / (usual + Shrinking));
        }
    }
}
