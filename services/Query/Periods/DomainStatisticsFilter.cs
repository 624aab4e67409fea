using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Periods;

/// <summary>The filters of a call whose numbers are kept by sending domain and not by mailbox.</summary>
public sealed record DomainStatisticsFilter
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

    /// <inheritdoc cref="StatisticsFilter.Domain"/>
    [FromQuery(Name = "domain")]
    public string? Domain { get; init; }

    internal StatisticsFilter Of() => new() { Period = Period, From = From, To = To, TimeZone = TimeZone, Domain = Domain };
}
