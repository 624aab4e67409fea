namespace MailStats.Incidents.Detection;

/// <summary>
/// What is known before a tenant has sent its first mail: how often mail fails for each cause, and how much that differs from hour to
/// hour and from one receiver to the next. Little of it is left once a tenant has a history of its own.
/// </summary>
internal static class EverybodysRates
{
    /// <summary>Attempts of a tenant after which its own rate counts as much as everybody's.</summary>
    public const double TenantStrength = 30;

    /// <summary>Attempts in the same hours of other days after which they count as much as all hours.</summary>
    public const double HourStrength = 200;

    /// <param name="Rate">Share of first attempts that fail for this cause.</param>
    /// <param name="Spread">Correlation of two attempts of one hour: 0 where each fails for itself.</param>
    /// <param name="MaxSpread">No history makes a series rougher than this: else one burst would make blind for the next.</param>
    /// <param name="Likeness">Attempts that the rates of a wider series are worth to a narrower one: low where receivers differ much.</param>
    /// <param name="Tolerated">
    /// Days differ, lists differ: odds of up to this many times the usual ones are nobody's incident, however much mail shows them.
    /// </param>
    internal readonly record struct Prior(double Rate, double Spread, double MaxSpread, double Likeness, double Tolerated = 3);

    public static Prior Of(FailureClass cause) => cause switch
    {
        FailureClass.Authentication => new(0.002, 0.005, 0.03, 12),
        FailureClass.Reputation => new(0.004, 0.01, 0.03, 10),
        FailureClass.Policy => new(0.004, 0.01, 0.03, 10),
        FailureClass.Configuration => new(0.001, 0.005, 0.03, 10),
        FailureClass.Dns => new(0.003, 0.01, 0.03, 6),
        FailureClass.Rate => new(0.01, 0.01, 0.03, 8),
        FailureClass.Greylisting => new(0.03, 0.02, 0.05, 3, 8),
        FailureClass.Content => new(0.004, 0.01, 0.03, 10, 4),
        FailureClass.Recipients => new(0.02, 0.015, 0.03, 5, 4),
        FailureClass.Mailbox => new(0.01, 0.015, 0.03, 5, 4),
        FailureClass.Receiver => new(0.01, 0.01, 0.03, 6),
        _ => new(0.005, 0.01, 0.03, 8),
    };
}
