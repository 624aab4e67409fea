using System.Security.Claims;
using MailStats.Mail.Lists;
using MailStats.Query.Lists;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Activity;

/// <summary>Which activities, beside the filters of every statistics call.</summary>
internal sealed record ActivityFilter : IListFilter<ActivityQuery>
{
    /// <summary>Words that must all match.</summary>
    [FromQuery(Name = "search")]
    public string? Search { get; init; }

    /// <summary>One or more statuses.</summary>
    [FromQuery(Name = "status")]
    public string? Status { get; init; }

    public async Task<ActivityQuery?> ReadAsync(
        ClaimsPrincipal caller, StatisticsFilter filter, Selections selections, int limit, FieldProblems problems, CancellationToken cancellationToken)
    {
        var selection = await selections.ReadListAsync(caller, filter, problems, cancellationToken);
        var query = new ActivityQuery
        {
            Scope = selection?.Scope ?? default,
            Range = selection?.Range,
            Search = ListTexts.ReadSearch(Search, problems),
            Statuses = ListTexts.ReadStatuses(Status, GetActivities.Statuses, problems),
            Limit = limit,
        };

        return problems.Any || selection is null ? null : query;
    }
}
