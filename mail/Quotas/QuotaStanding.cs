using MailStats.Mail.Statistics;
using MailStats.Mail.Time;

namespace MailStats.Mail.Quotas;

/// <summary>The colour of the quota bar.</summary>
public enum QuotaLevel
{
    /// <summary>80 % or less is taken.</summary>
    Blue = 0,

    /// <summary>More than 80 % is taken.</summary>
    Orange = 1,

    /// <summary>All is taken: mail is blocked.</summary>
    Red = 2,
}

/// <summary>
/// How one limit stands in its current period. What is <em>taken</em> is what the logs show as accepted
/// (<paramref name="Used"/>) and what the MTA was allowed to accept but no log has shown yet (<paramref name="Reserved"/>).
/// </summary>
/// <param name="Scope">Whose limit it is.</param>
/// <param name="Window">Month or day.</param>
/// <param name="Limit">Recipients allowed in the period; null when nothing limits them.</param>
/// <param name="Used">Recipients accepted in the period, by their cohort.</param>
/// <param name="Reserved">Recipients let through that no log has shown yet.</param>
/// <param name="Period">The current period.</param>
/// <param name="Temporary">True when a refusal says "try again later" (451) and not "no" (550).</param>
/// <param name="TimeZone">IANA name of the zone the period is cut in.</param>
public sealed record QuotaStanding(
    StatisticsScope Scope,
    QuotaWindow Window,
    long? Limit,
    long Used,
    long Reserved,
    QuotaPeriod Period,
    bool Temporary,
    string TimeZone)
{
    /// <summary>
    /// Of <see cref="Used"/>, recipients that the log reported since the limit was set and that no reservation had been made
    /// for: mail that passed by the policy service.
    /// </summary>
    public long Unreserved { get; init; }

    public long Taken => Used + Reserved;

    /// <summary>Recipients that still fit, never below 0; null when nothing limits them.</summary>
    public long? Remaining => Limit is { } limit ? Math.Max(0, limit - Taken) : null;

    /// <summary>True when not one recipient more is let through.</summary>
    public bool Blocked => Remaining == 0;

    /// <summary>
    /// What is taken in percent of the limit, cut to two decimals so that 99.999 does not read 100; null without a limit. 100
    /// when the limit is 0.
    /// </summary>
    public decimal? Percent => Limit switch
    {
        null => null,
        0 => 100m,
        { } limit => Math.Floor(Taken * 10_000m / limit) / 100m,
    };

    public QuotaLevel Level => Limit switch
    {
        null => QuotaLevel.Blue,
        { } limit when Taken >= limit => QuotaLevel.Red,
        { } limit when QuotaThresholds.IsReached(QuotaThresholds.Orange, Taken, limit) => QuotaLevel.Orange,
        _ => QuotaLevel.Blue,
    };

    public bool Fits(long recipients) => Limit is not { } limit || Taken + recipients <= limit;

    /// <summary>
    /// When the limit will be reached if the rest of the period goes on at its pace so far; null when it is reached
    /// already, when it will hold until the period ends, or when an hour or less has passed. Reckoned from the end of the running quarter
    /// hour: while nothing is sent, it is the same from one second to the next.
    /// </summary>
    public DateTimeOffset? ProjectExhaustion(DateTimeOffset now)
    {
        if (Remaining is not > 0 || Taken <= 0 || now - Period.Start <= TimeSpan.FromHours(1))
        {
            return null;
        }

        var quarter = UnixTime.QuarterOf(now);
        var from = UnixTime.StartOfQuarter(UnixTime.StartOfQuarter(quarter) == now ? quarter : quarter + 1);
        var seconds = (double)Remaining.Value / Taken * (from - Period.Start).TotalSeconds;
        var left = (Period.End - from).TotalSeconds;

        return seconds < left ? from.AddSeconds(Math.Ceiling(seconds)) : null;
    }
}
