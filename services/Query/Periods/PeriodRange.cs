using MailStats.Mail.Time;
namespace MailStats.Query.Periods;

/// <summary>The time that numbers are about, and the time before it that they are compared with.</summary>
public sealed record PeriodRange
{
    /// <summary>Start, included, with the zone's offset.</summary>
    /// <example>"2026-03-25T00:00:00+01:00"</example>
    public required DateTimeOffset From { get; init; }

    /// <summary>End, not included.</summary>
    /// <example>"2026-04-01T00:00:00+02:00"</example>
    public required DateTimeOffset To { get; init; }

    /// <summary>Start of the previous period: as many calendar days before, or for a range of instants the same time elapsed.</summary>
    /// <example>"2026-03-18T00:00:00+01:00"</example>
    public required DateTimeOffset PreviousFrom { get; init; }

    /// <summary>
    /// End of the previous period, not included: <c>from</c>, or sooner while the period is running, so that spans of the same
    /// length are compared.
    /// </summary>
    /// <example>"2026-03-25T00:00:00+01:00"</example>
    public required DateTimeOffset PreviousTo { get; init; }

    /// <summary>IANA name of the zone that days and hours are cut in.</summary>
    /// <example>"Europe/Berlin"</example>
    public required string TimeZone { get; init; }

    internal static PeriodRange Of(Period period) => new()
    {
        From = period.Current.From.In(period.Zone),
        To = period.Current.To.In(period.Zone),
        PreviousFrom = period.Previous.From.In(period.Zone),
        PreviousTo = period.Previous.To.In(period.Zone),
        TimeZone = period.Zone.Id,
    };
}
