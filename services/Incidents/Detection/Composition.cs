namespace MailStats.Incidents.Detection;

/// <summary>
/// What a wide series' mail is made of. Where most of it comes from parts that always fail more than the others, more of the whole fails
/// though nothing has changed: a large mailing of the domain with the worst list is no outage. And a mailing's list is judged at its domain:
/// what is tolerated there is tolerated of the whole.
/// </summary>
internal static class Composition
{
    /// <summary>Attempts of a window, beyond three times the usual ones, that make it a mailing.</summary>
    private const double LeastMailing = 20;

    /// <summary>The factor, at least 1, by which the parts that sent since a step may fail more than the whole usually does.</summary>
    public static double Factor(Series of, FailureClass cause, long since, long now)
    {
        if (of.Cells.Count < 2)
        {
            return 1;
        }

        var (tried, expected) = (0.0, 0.0);
        Dictionary<Series, double> lists = [];

        foreach (var cell in of.Cells)
        {
            var here = cell.LastStep >= since ? cell.Since(since, cause).Tried : 0;

            if (here > 0)
            {
                tried += here;
                expected += here * Norms.Raised(Norms.RateOf(cell, cause), OfList(cell));
            }
        }

        return tried <= 0 ? 1 : Math.Max(1, expected / tried / Norms.RateOf(of, cause));

        double OfList(Series cell)
        {
            var domain = cell;

            while (domain.Place.Shape != 1 && domain.Wider is { } wider)
            {
                domain = wider;
            }

            if (domain.Place.Shape != 1 || of.Place.Domain is not null || !FailureClasses.IsOfList(cause))
            {
                return 1;
            }

            if (!lists.TryGetValue(domain, out var factor))
            {
                factor = IsMailing(domain, domain.Since(since, cause).Tried, since, now) ? Norms.ToleratedOfMailing(domain, cause) : 1;
                lists.Add(domain, factor);
            }

            return factor;
        }
    }

    /// <summary>
    /// The part of a window's mail that is a mailing's: all of it where that is far more than usual, else what is more than half as much again.
    /// </summary>
    public static double OfMailings(Series of, double tried, long since, long now)
    {
        var usual = of.History.UsualSince(since, now);

        return History.IsMailing(tried, usual, LeastMailing) ? 1
            : tried <= LeastMailing ? 0
            : Math.Max(0, 1 - (1.5 * usual / (tried - LeastMailing)));
    }

    /// <summary>True when a series has far more mail from one step to another than is usual.</summary>
    public static bool IsMailing(Series of, double tried, long since, long now) =>
        History.IsMailing(tried, of.History.UsualSince(since, now), LeastMailing);
}
