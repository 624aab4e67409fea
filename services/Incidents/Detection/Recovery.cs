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

    /// <summary>Nothing for six hours ends everything.</summary>
    public const int MostQuiet = 6 * Steps.Hour;

    /// <summary>
    /// Mail that is tried again fails more often than other mail in the best of times: what waits is the harder part. So many of a hundred
    /// may fail when all is well again.
    /// </summary>
    private const double UsualAgain = 0.35;

    /// <summary>Takes in the attempts of one step. True when the incident is over.</summary>
    public static bool After(Incident incident, long step)
    {
        var outcomes = incident.Step;
        incident.Step = default;
        var (first, again) = Rates(incident);
        var usual = Math.Min(Math.Max(1.5 * incident.UsualRate, 0.004), first / 2);
        incident.Recovery = Math.Max(
            0,
            incident.Recovery + Gain(outcomes.Good, outcomes.Bad, first, usual)
                + Gain(outcomes.GoodAgain, outcomes.BadAgain, again, Math.Min(UsualAgain, again / 2)));

        if (incident.Recovery > Enough)
        {
            return true;
        }

        var quiet = step - incident.LastFailure;

        if (quiet < LeastQuiet)
        {
            return false;
        }

        var pace = incident.Failed / Math.Max(1, incident.LastFailure - incident.Since + 1);

        return quiet >= Math.Min(MostQuiet, Missing / Math.Max(1e-9, pace));
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
