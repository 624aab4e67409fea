namespace MailStats.Incidents.Detection;

/// <summary>
/// Tells when an incident is over, and when it is not after all. The odds that it is over are kept as of a chain of two states: each outcome
/// is weighed by how much better the usual rate explains it than the share that failed lately, it may end in every step, and with a small
/// chance begin again.
/// </summary>
internal static class Recovery
{
    /// <summary>Logarithm of the odds at first: it goes on.</summary>
    public const double AtFirst = -10;

    /// <summary>Nothing for 25 minutes at the least.</summary>
    public const int LeastQuiet = 5;

    /// <summary>Of a list's mail, which comes at once: nothing for 20 minutes.</summary>
    public const int LeastQuietOfList = 4;

    /// <summary>Nothing for twelve hours ends everything.</summary>
    public const int MostQuiet = 12 * Steps.Hour;

    /// <summary>Logarithm of the odds at which it is told to be over: seven to one. Opening it again when it was not costs little.</summary>
    private const double Over = 2;

    /// <summary>The same, of going on, at which one that is over is open again: twenty to one.</summary>
    private const double Back = 3;

    /// <summary>So much more it takes to be over each time that it was not.</summary>
    private const double More = 1.5;

    /// <summary>The chance that it ends in a step is one over its age and these steps: how long faults last differs by orders of magnitude.</summary>
    private const double Young = 6;

    /// <summary>The chance in a step that one that is over begins again: once a week. The odds of its being over are never higher.</summary>
    private const double Relapse = 1.0 / 2_000;

    /// <summary>Failures that should have come of a list and did not: by chance in one of 33 cases.</summary>
    private const double Missing = 3.5;

    /// <summary>The same of a place, by its usual mail: that no mail came says little about what would have become of it.</summary>
    private const double MissingInPlace = 8;

    /// <summary>In hours without any usual mail so much of the mean is expected all the same.</summary>
    private const double LeastOfMean = 0.1;

    /// <summary>
    /// Mail that is tried again fails more often than other mail in the best of times: what waits is the harder part. So many of a hundred
    /// may fail when all is well again.
    /// </summary>
    private const double UsualAgain = 0.35;

    /// <summary>What has failed for a day, and less than half of it, is learned as what is usual there: it would be told for ever.</summary>
    private const int Lasts = Steps.Day;

    private const double LeastLost = 0.5;

    /// <summary>True when what fails in the place of an incident is how it is by now.</summary>
    public static bool IsLasting(Incident incident, long step) => step - incident.Since > Lasts && incident.Failed < LeastLost * incident.Tried;

    /// <summary>Takes in the attempts of one step of an open incident. True when it is over.</summary>
    /// <param name="incident">The incident.</param>
    /// <param name="step">The step that ends.</param>
    /// <param name="usualMail">First attempts that are usual in the incident's place in an hour (counted from 1970); 0 where that is not known.</param>
    /// <param name="share">The share of its place's last first attempts that failed.</param>
    public static bool IsOver(Incident incident, long step, Func<long, double> usualMail, Func<double> share)
    {
        Weigh(incident, step, share);

        if (incident.Odds >= Over + (More * incident.Times))
        {
            return true;
        }

        var quiet = step - incident.LastFailure;
        var (least, missing) = FailureClasses.EndsWithMailing(incident.Cause) ? (LeastQuietOfList, Missing) : (LeastQuiet, MissingInPlace);
        missing *= 1 + incident.Times;

        return quiet >= least && (quiet >= MostQuiet || Expected(incident, step, usualMail) >= missing);
    }

    /// <summary>Takes in the attempts of one step after an incident was over. True when it goes on.</summary>
    public static bool IsBack(Incident incident, long step, Func<double> share)
    {
        Weigh(incident, step, share);

        return incident.Odds <= -Back;
    }

    private static void Weigh(Incident incident, long step, Func<double> share)
    {
        var outcomes = incident.Step;
        incident.Step = default;
        incident.Share = incident.Share > 0 ? incident.Share : share();
        var first = Rate(incident.Share);
        var again = Rate((incident.FailedAgain + 1) / (incident.FailedAgain + incident.PassedAgain + 2));
        var usual = Math.Min(Math.Max(1.5 * incident.UsualRate, 0.004), first / 2);
        var odds = Math.Exp(incident.Odds);
        var ends = 1 / (step - incident.Since + Young);
        incident.Odds = Math.Log((odds + ends) / (1 + (odds * Relapse)))
            + Gain(outcomes.Good, outcomes.Bad, first, usual)
            + Gain(outcomes.GoodAgain, outcomes.BadAgain, again, Math.Min(UsualAgain, again / 2));

        if (incident.Odds < 0 && outcomes.Bad + outcomes.BadAgain > 0)
        {
            (incident.Held, incident.Good) = (step, null);
            incident.Share = share();
        }
        else if (outcomes.Good + outcomes.GoodAgain > 0)
        {
            incident.Good ??= step;
        }
    }

    /// <summary>
    /// Failures that should have come since the last one, had the incident gone on: at its pace so far, and by the hours in which its place
    /// usually has mail. That nothing fails at night says little. What concerns a place and not a list is looked for in the place's
    /// usual mail alone: that a mailing has ended does not end it.
    /// </summary>
    private static double Expected(Incident incident, long step, Func<long, double> usualMail)
    {
        var quiet = step - incident.LastFailure;
        var from = Math.Max(incident.Since, incident.LastFailure - Steps.Day + 1);
        var pace = incident.Failed / Math.Max(1, incident.LastFailure - incident.Since + 1);
        var since = History.Sum(incident.LastFailure + 1, step, usualMail);
        var during = History.Sum(from, incident.LastFailure, usualMail) / (incident.LastFailure - from + 1);

        if (since + during <= 0)
        {
            return quiet * pace;
        }

        var floor = LeastOfMean * Math.Max(during, since / quiet);
        var byHour = pace * Math.Min(quiet, (since + (floor * quiet)) / (during + floor));

        return FailureClasses.IsOfList(incident.Cause) ? byHour : Math.Min(byHour, since * Rate(incident.Share));
    }

    private static double Rate(double share) => Math.Clamp(share, 0.01, 0.98);

    /// <summary>By how much the usual rate explains outcomes better than that of the incident, in nats.</summary>
    private static double Gain(int good, int bad, double rate, double usual) =>
        bad * Math.Log(usual / rate) + good * Math.Log((1 - usual) / (1 - rate));
}
