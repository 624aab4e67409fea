using System.Security.Claims;
using MailStats.Query.Lists;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using MailStats.Stores.Lists;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Deliveries;

internal static class GetDeliveries
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/deliveries", HandleAsync)
        .WithName("getDeliveries")
        .WithTags("Deliveries")
        .WithSummary("Deliveries, to be searched")
        .WithDescription(
            "Every recipient of every message once, by the time at which it came to its status, latest first, and of one time by id. "
            + "Without a period everything that is kept is meant. A page has as many items as were asked for, unless it is the last; a "
            + "cursor goes on where the page before ended, whatever has arrived since.");

    private static async Task<Results<Ok<DeliveryPage>, ValidationProblem>> HandleAsync(
        ClaimsPrincipal caller,
        [AsParameters] StatisticsFilter filter,
        [AsParameters] DeliveryFilter deliveries,
        [FromQuery(Name = "cursor")] string? cursor,
        [FromQuery(Name = "limit")] string? limitText,
        Selections selections,
        IDeliveryLog log,
        SealedCursors cursors,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var limit = ListLimits.Deliveries.Read(limitText, problems);

        if (await deliveries.ReadAsync(caller, filter, selections, limit, problems, cancellationToken) is not { } query)
        {
            return problems.Refusal();
        }

        var list = $"deliveries\n{query.Scope}\n{filter}\n{deliveries}";
        var page = await cursors.PageAsync(
            list, cursor, opened => log.DeliveriesAsync(query with { Cursor = opened }, cancellationToken), cancellationToken);

        return TypedResults.Ok(new DeliveryPage { Items = [.. page.Items.Select(DeliveryItem.Of)], Next = page.Next });
    }
}
