namespace MailStats.Incidents.Detection;

/// <summary>Failures of a series that chance does not explain.</summary>
/// <param name="Series">The series.</param>
/// <param name="Cause">Their cause.</param>
/// <param name="Since">The step since which they are least likely.</param>
/// <param name="LogChance">Natural logarithm of the probability that chance made them.</param>
internal sealed record Alarm(Series Series, FailureClass Cause, long Since, double LogChance);

/// <summary>
/// The sequential test. After every step in which something failed, all windows that end now and begin with a failure are compared with
/// what is normal, and the least likely of them counts: it is at once the most likely moment of the change.
/// </summary>
internal static class ChangeTest
{
    /// <summary>Fewer failing recipients are never an incident: they are looked at one by one.</summary>
    public const int LeastFailures = 10;

    /// <summary>Where most mail fails usually: successes that the knowledge of the rate is worth at least, so that none among hundreds is unusual.</summary>
    private const double LeastGood = 10;

    /// <summary>
    /// Logarithm of the probability below which a mailing's list is told, in place of <see cref="Threshold"/>: how much lists differ is
    /// tolerated already, far out where few lists are, and of one mailing only so many windows are looked at.
    /// </summary>
    private const double OfMailing = -9;

    /// <summary>A list of which fewer fail than three in a hundred is a good one, however much worse than others it is.</summary>
    private const double LeastOfList = 0.03;

    /// <summary>One false alarm in this many tenant-months, if rates were as steady as the model says.</summary>
    public const double MonthsPerFalseAlarm = 10;

    /// <summary>
    /// The logarithm of the probability below which a window alarms: so many steps, causes and series are looked at in a month that
    /// less would alarm by chance.
    /// </summary>
    public static double Threshold(int activeSeries) =>
        -Math.Log(30.0 * Steps.Day * FailureClasses.Count * Math.Max(10, activeSeries) * MonthsPerFalseAlarm);

    /// <summary>The least likely window, null where all are likely enough.</summary>
    /// <param name="series">The series.</param>
    /// <param name="cause">The cause.</param>
    /// <param name="now">The step that ends the windows.</param>
    /// <param name="unfinished">The part of this step that is still to come, 0 to 1.</param>
    /// <param name="threshold">See <see cref="Threshold"/>.</param>
    /// <param name="habit">A factor on the odds, at least 1: what the tenant was told of lately and was over by itself (<see cref="ListHabits"/>).</param>
    public static Alarm? Look(Series series, FailureClass cause, long now, double unfinished, double threshold, double habit)
    {
        if (series.KeptFailed(cause) < LeastFailures)
        {
            return null;
        }

        var recent = series.Recent;
        var (tried, failed) = (Coming(series, now, unfinished), 0.0);
        var (learnedTried, learnedFailed, freshTried, freshFailed) = (0.0, 0.0, 0.0, 0.0);
        var (least, since) = (threshold, long.MinValue);
        var (usual, tolerated, ofMailing) = (0.0, 0.0, 0.0);
        var (composed, composedAt) = (1.0, 0.0);
        var isOfList = FailureClasses.IsOfList(cause);
        var isOfDomainsList = isOfList && series.Place.Shape is 1 or 3;

        for (var index = recent.Count - 1; index >= 0; index--)
        {
            var counts = recent[index];

            if (counts.Step > now)
            {
                continue;
            }

            var here = counts[cause];
            var of = counts.TriedFor(cause);
            tried += of;
            failed += here;

            if (counts.Learned)
            {
                var weight = series.History.WeightAt(counts.Step / Steps.Hour);
                (learnedTried, learnedFailed) = (learnedTried + of * weight, learnedFailed + here * weight);
            }
            else
            {
                (freshTried, freshFailed) = (freshTried + of, freshFailed + here);
            }

            if (here == 0 || failed < LeastFailures)
            {
                continue;
            }

            if (tolerated == 0)
            {
                (usual, tolerated) = (Norms.RateOf(series, cause), Norms.Tolerated(series, cause));
            }

            // Most windows are ordinary: nothing is worked out for them.
            if (failed <= usual * tried)
            {
                continue;
            }

            var before = (Math.Max(0, series.RecentTried(cause) - freshTried), Math.Max(0, series.RecentFailed(cause) - freshFailed));
            var norm = Norms.Of(series, cause, now / Steps.Hour, (learnedTried, learnedFailed), before, tolerated);
            norm = isOfList ? norm with { Rate = Math.Max(norm.Rate, LeastOfList) } : norm;
            var most = Norms.Most(usual, cause);
            var chance = Tail(norm.Rate);

            if (chance >= (isOfDomainsList ? Math.Max(least, OfMailing) : least))
            {
                continue;
            }

            var more = Surroundings.Factor(series, cause, counts.Step);
            most = Norms.Raised(most, more);
            var (allowance, leastOfList) = (0.0, 0.0);

            if (Composition.OfMailings(series, tried, counts.Step, now) is > 0 and var part)
            {
                ofMailing = ofMailing == 0 ? Norms.ToleratedOfMailing(series, cause) : ofMailing;
                more = Math.Max(more, 1 + part * (ofMailing / tolerated - 1));

                if (isOfDomainsList && part == 1)
                {
                    // At one of its receivers a list is judged as the domain's: hardly anything failed there before, which says little.
                    allowance = Math.Max(0, OfMailing - threshold);
                    leastOfList = series.Place.Shape == 1 ? 0 : Norms.Raised(Norms.RateOf(series.Wider!, cause), ofMailing * habit);
                }
            }

            chance = Raised(more * habit, chance);

            // What a window is made of changes slowly, and costs a look at all parts.
            if (chance - allowance < least && tried >= 2 * composedAt)
            {
                (composed, composedAt) = (Composition.Factor(series, cause, counts.Step, now), tried);
            }

            chance = (chance - allowance < least ? Raised(Math.Max(more, composed) * habit, chance) : chance) - allowance;

            double Raised(double factor, double otherwise) =>
                factor <= 1 && leastOfList <= norm.Rate ? otherwise : Tail(Math.Max(leastOfList, Norms.Raised(norm.Rate, factor)));

            double Tail(double rate) =>
                Chance.LogTail(failed, tried, Math.Min(rate, most), Math.Max(norm.Strength, rate > 0.5 ? LeastGood / (1 - Math.Min(rate, most)) : 0));

            if (chance < least)
            {
                (least, since) = (chance, counts.Step);
            }
        }

        return since == long.MinValue ? null : new(series, cause, since, least);
    }

    /// <summary>
    /// A step that is still going on is judged as if normal mail were to follow: what alarms now alarms at its end too, so that
    /// following live and reading history afterwards tell the same.
    /// </summary>
    private static double Coming(Series series, long now, double unfinished)
    {
        var recent = series.Recent;

        if (unfinished <= 0 || recent.Count < 2)
        {
            return 0;
        }

        var (tried, first) = (0.0, now);

        for (var index = recent.Count - 1; index >= 0 && recent[index].Step > now - Steps.Hour; index--)
        {
            if (recent[index].Step < now)
            {
                tried += recent[index].Tried;
                first = recent[index].Step;
            }
        }

        return first == now ? 0 : unfinished * tried / (now - first);
    }
}
