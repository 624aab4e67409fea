using MailStats.Query.Periods;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Domains;

/// <summary>The filters of a call whose path names the domain.</summary>
public sealed record DomainFilter
{
    /// <inheritdoc cref="StatisticsFilter.Period"/>
    [FromQuery(Name = "period")]
    public string? Period { get; init; }

    /// <inheritdoc cref="StatisticsFilter.From"/>
    [FromQuery(Name = "from")]
    public string? From { get; init; }

    /// <inheritdoc cref="StatisticsFilter.To"/>
    [FromQuery(Name = "to")]
    public string? To { get; init; }

    /// <inheritdoc cref="StatisticsFilter.TimeZone"/>
    [FromQuery(Name = "timeZone")]
    public string? TimeZone { get; init; }

    internal StatisticsFilter Of(string domain) => new() { Period = Period, From = From, To = To, TimeZone = TimeZone, Domain = domain };
}
