using System.Security.Claims;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Statistics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Overview;

internal static class GetOverview
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/overview", HandleAsync)
        .WithName("getOverview")
        .WithTags("Statistics")
        .WithSummary("Indicators of a period and their change")
        .WithDescription(
            "Recipients, deliveries and bounces of the period, their rates, and the change against the period of the same length "
            + "directly before. Days before a run of days are as many calendar days, whatever their length in hours. While the period is "
            + "running, it is compared with as much of the previous one as has passed of it.");

    private static async Task<Results<Ok<Overview>, ValidationProblem>> HandleAsync(
        ClaimsPrincipal caller,
        [AsParameters] StatisticsFilter filter,
        Selections selections,
        IStatisticsStore store,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();

        if (await selections.ReadAsync(caller, filter, problems, cancellationToken) is not { } selection)
        {
            return problems.Refusal();
        }

        var current = await store.SumAsync(selection.Scope, selection.Period.Current, cancellationToken);
        var previous = await store.SumAsync(selection.Scope, selection.Period.Previous, cancellationToken);

        return TypedResults.Ok(Overview.Compare(selection.Period, current, previous));
    }
}
