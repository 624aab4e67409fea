using System.Globalization;

namespace MailStats.ScaleBench;

/// <param name="Warming">Before anything is measured, for each aggregator, so that every process has compiled what is hot.</param>
/// <param name="Deliveries">Of the first part, for each aggregator, sent as fast as the broker takes them.</param>
/// <param name="Rate">Events a second of the second part.</param>
/// <param name="Seconds">How long the second part takes.</param>
internal sealed record Load(int Warming, int Deliveries, int Rate, int Seconds);

/// <summary>What one number of aggregators made of one number of tenants.</summary>
internal sealed record Outcome
{
    public const string Head =
        "tenants  aggregators  µs an event  events/s  transactions  begun again per 1,000  lag p50 ms  p99 ms  verify";

    public required int Tenants { get; init; }

    public required int Aggregators { get; init; }

    /// <summary>Processor time of all aggregators for an event of the first part.</summary>
    public required double Microseconds { get; init; }

    /// <summary>Applied a second in the first part. On a machine of few cores the stand-in and the aggregators share them.</summary>
    public required double EventsPerSecond { get; init; }

    /// <summary>Committed, of both parts.</summary>
    public required long Transactions { get; init; }

    public required long BegunAgain { get; init; }

    /// <summary>Where transactions met.</summary>
    public required IReadOnlyList<(string Collection, long Times)> Conflicts { get; init; }

    /// <summary>How long ago the oldest delivery was sent that is not applied, looked at all the time in the second part.</summary>
    public required IReadOnlyList<double> LagMilliseconds { get; init; }

    /// <summary>What the aggregator's command <c>verify</c> says.</summary>
    public required bool IsRight { get; init; }

    public double BegunAgainPerThousand => 1_000.0 * BegunAgain / Transactions;

    public string Line() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Tenants,7:N0}  {Aggregators,11}  {Microseconds,11:N1}  {EventsPerSecond,8:N0}  {Transactions,12:N0}  {BegunAgainPerThousand,21:N1}  "
            + $"{Lag(0.5),10:N0}  {Lag(0.99),6:N0}  {(IsRight ? "right" : "WRONG")}"
            + $"{string.Concat(Conflicts.Select(place => $"  {place.Collection} {place.Times}"))}");

    private double Lag(double share) => LagMilliseconds.Count == 0 ? 0 : LagMilliseconds.Order().ElementAt((int)(share * (LagMilliseconds.Count - 1)));
}
