using System.Security.Claims;
using MailStats.Contracts;
using MailStats.ServiceDefaults;
using MailStats.Storage.Collections;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Collection;

internal static class PutCollectionSettings
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/settings/collection", HandleAsync)
        .WithName("putCollectionSettings")
        .WithSummary("Switch collection on or off, every 1 to 24 hours or continuous; collectors follow within half a minute");

    private static async Task<Results<Ok<CollectionSettings>, ValidationProblem>> HandleAsync(
        CollectionSettings body, ClaimsPrincipal caller, ICollectionStore collections, CancellationToken cancellationToken)
    {
        if (body.IntervalHours is < 1 or > 24)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["intervalHours"] = ["must be 1 to 24"] });
        }

        await collections.SaveSettingsAsync(caller.TenantId(), body, cancellationToken);

        return TypedResults.Ok(body);
    }
}
