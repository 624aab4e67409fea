namespace MailStats.Incidents.Detection;

/// <summary>
/// Tells when an incident is over: when what happens now is far better explained by the usual rate than by the rate of the incident,
/// or when failures that should have come by now have not.
/// </summary>
internal static class Recovery
{
    /// <summary>Nats: a thousand to one.</summary>
    public const double Enough = 7;

    /// <summary>Failures that should have come and did not: by chance in one of 150 cases.</summary>
    public const double Missing = 5;

    /// <summary>Nothing for 25 minutes at the least.</summary>
    public const int LeastQuiet = 5;

    /// <summary>Nothing for six hours ends everything.</summary>
    public const int MostQuiet = 6 * Steps.Hour;

    /// <summary>Takes in the attempts of one step. True when the incident is over.</summary>
    public static bool After(Incident incident, long step)
    {
        var (good, bad) = (incident.StepGood, incident.StepBad);
        (incident.StepGood, incident.StepBad) = (0, 0);

        if (good + bad > 0)
        {
            var rate = Math.Clamp((incident.FailedAttempts + 1) / (incident.Attempts + 2), 0.01, 0.98);
            var usual = Math.Min(Math.Max(1.5 * incident.UsualRate, 0.004), rate / 2);
            var gain = bad * Math.Log(usual / rate) + good * Math.Log((1 - usual) / (1 - rate));
            incident.Recovery = Math.Max(0, incident.Recovery + gain);

            if (incident.Recovery > Enough)
            {
                return true;
            }
        }

        var quiet = step - incident.LastFailure;

        if (quiet < LeastQuiet)
        {
            return false;
        }

        var pace = incident.Failed / Math.Max(1, incident.LastFailure - incident.Since + 1);

        return quiet >= Math.Min(MostQuiet, Missing / Math.Max(1e-9, pace));
    }
}
