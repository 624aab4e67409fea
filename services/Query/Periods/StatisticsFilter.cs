using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Periods;

/// <summary>
/// The filters every statistics call takes, as given in the query string. They are texts, so that a mistake in one can
/// be reported by name together with all others.
/// </summary>
public sealed record StatisticsFilter
{
    /// <summary>
    /// One of <c>today</c>, <c>yesterday</c>, <c>last-24-hours</c>, <c>last-7-days</c> (the default; includes today),
    /// <c>last-30-days</c>. Not together with <c>from</c>.
    /// </summary>
    [FromQuery(Name = "period")]
    public string? Period { get; init; }

    /// <summary>First day (<c>2026-03-01</c>), or an instant on a quarter hour (RFC 3339).</summary>
    [FromQuery(Name = "from")]
    public string? From { get; init; }

    /// <summary>Last day, included; or the instant, on a quarter hour, up to which to count, not included. Where absent: until now.</summary>
    [FromQuery(Name = "to")]
    public string? To { get; init; }

    /// <summary>IANA time zone in which days and hours are cut. The tenant's zone where absent.</summary>
    [FromQuery(Name = "timeZone")]
    public string? TimeZone { get; init; }

    /// <summary>Only this sending domain.</summary>
    [FromQuery(Name = "domain")]
    public string? Domain { get; init; }

    /// <summary>Only this mailbox (the sender's address).</summary>
    [FromQuery(Name = "mailbox")]
    public string? Mailbox { get; init; }
}
