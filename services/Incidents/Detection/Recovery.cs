namespace MailStats.Incidents.Detection;

/// <summary>
/// Tells when an incident is over: when what happens now is far better explained by the usual rate than by the rate of the incident,
/// or when failures that should have come by now have not.
/// </summary>
internal static class Recovery
{
    /// <summary>
    /// Nats: a hundred to one. What comes back within two hours is the same incident, so that a little too soon costs less than much too late.
    /// </summary>
    public const double Enough = 4.6;

    /// <summary>Failures that should have come and did not: by chance in one of 33 cases.</summary>
    public const double Missing = 3.5;

    /// <summary>Nothing for 25 minutes at the least.</summary>
    public const int LeastQuiet = 5;

    /// <summary>Nothing for twelve hours ends everything.</summary>
    public const int MostQuiet = 12 * Steps.Hour;

    /// <summary>Failures past which an incident is looked at so often that chance alone would end it: it takes more to end it then.</summary>
    private const double Long = 30;

    /// <summary>In hours without any usual mail so much of the mean is expected all the same.</summary>
    private const double LeastOfMean = 0.1;

    /// <summary>
    /// Mail that is tried again fails more often than other mail in the best of times: what waits is the harder part. So many of a hundred
    /// may fail when all is well again.
    /// </summary>
    private const double UsualAgain = 0.35;

    /// <summary>Takes in the attempts of one step. True when the incident is over.</summary>
    /// <param name="incident">The incident.</param>
    /// <param name="step">The step that ends.</param>
    /// <param name="usualMail">First attempts that are usual in the incident's place in an hour (counted from 1970); 0 where that is not known.</param>
    public static bool After(Incident incident, long step, Func<long, double> usualMail)
    {
        var outcomes = incident.Step;
        incident.Step = default;
        var (first, again) = Rates(incident);
        var usual = Math.Min(Math.Max(1.5 * incident.UsualRate, 0.004), first / 2);
        incident.Recovery = Math.Max(
            0,
            incident.Recovery + Gain(outcomes.Good, outcomes.Bad, first, usual)
                + Gain(outcomes.GoodAgain, outcomes.BadAgain, again, Math.Min(UsualAgain, again / 2)));

        var looks = Math.Log(Math.Max(1, incident.Failed / Long));

        if (incident.Recovery > Enough + (looks / 2))
        {
            return true;
        }

        var quiet = step - incident.LastFailure;

        if (quiet < LeastQuiet)
        {
            return false;
        }

        return quiet >= MostQuiet || Expected(incident, step, usualMail) >= Missing + (looks / 2);
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

        return FailureClasses.IsOfList(incident.Cause) ? byHour : Math.Min(byHour, since * Rates(incident).First);
    }

    /// <summary>Shares that failed in the incident: of first attempts, and of mail that was tried again.</summary>
    private static (double First, double Again) Rates(Incident incident)
    {
        var (retries, failedRetries) = (incident.Attempts - incident.Tried, incident.FailedAttempts - incident.Failed);

        return (Rate(incident.Failed, incident.Tried), Rate(failedRetries, retries));
    }

    private static double Rate(double failed, double tried) => Math.Clamp((failed + 1) / (tried + 2), 0.01, 0.98);

    /// <summary>By how much the usual rate explains outcomes better than that of the incident, in nats.</summary>
    private static double Gain(int good, int bad, double rate, double usual) =>
        bad * Math.Log(usual / rate) + good * Math.Log((1 - usual) / (1 - rate));
}
