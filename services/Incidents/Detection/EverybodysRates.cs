namespace MailStats.Incidents.Detection;

/// <summary>
/// What is known before a tenant has sent its first mail: how often mail fails for each cause, and how much that differs from one day,
/// list and receiver to the next. Little of it is left once a tenant has a history of its own.
/// </summary>
internal static class EverybodysRates
{
    /// <summary>Attempts of a tenant after which its own rate counts as much as everybody's.</summary>
    public const double TenantStrength = 30;

    /// <summary>Attempts in the same hours of other days after which they count as much as all hours.</summary>
    public const double HourStrength = 200;

    /// <summary>Failures that are to be expected in the same hours of other days before they count as much as all hours.</summary>
    public const double HourFailures = 10;

    /// <param name="Rate">Share of first attempts that fail for this cause.</param>
    /// <param name="Wander">Deviation of the logarithm of the odds from one hour to another, beside what chance adds.</param>
    /// <param name="Mailings">The same from one mailing's list to another.</param>
    /// <param name="Likeness">Attempts that the rates of a wider series are worth to a narrower one: low where receivers differ much.</param>
    internal readonly record struct Prior(double Rate, double Wander, double Mailings, double Likeness);

    public static Prior Of(FailureClass cause) => cause switch
    {
        FailureClass.Authentication => new(0.002, 0.35, 0.35, 12),
        FailureClass.Reputation => new(0.004, 0.4, 0.5, 10),
        FailureClass.Policy => new(0.004, 0.4, 0.5, 10),
        FailureClass.Configuration => new(0.001, 0.35, 0.35, 10),
        FailureClass.Dns => new(0.003, 0.4, 0.4, 6),
        FailureClass.Rate => new(0.01, 0.4, 0.6, 8),
        FailureClass.Greylisting => new(0.03, 0.5, 0.6, 3),
        FailureClass.Content => new(0.004, 0.45, 0.75, 10),
        FailureClass.Recipients => new(0.02, 0.5, 0.75, 5),
        FailureClass.Mailbox => new(0.01, 0.5, 0.75, 5),
        FailureClass.Receiver => new(0.01, 0.4, 0.4, 6),
        _ => new(0.005, 0.4, 0.4, 8),
    };
}
