using System.Security.Claims;
using MailStats.ServiceDefaults;
using MailStats.Stores.Collections;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Collection;

internal static class PutCollectionSettings
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/settings/collection", HandleAsync)
        .WithName("putCollectionSettings")
        .WithSummary("Switch collection on or off, every 1 to 24 hours or continuous, for all hosts or single ones; collectors follow within half a minute");

    private static async Task<Results<Ok<CollectionSettingsView>, ValidationProblem>> HandleAsync(
        CollectionSettingsBody body, ClaimsPrincipal caller, ICollectionStore collections, CancellationToken cancellationToken)
    {
        if (body.FindProblems() is { Any: true } problems)
        {
            return problems.Refusal();
        }

        var settings = body.ToSettings();
        await collections.SaveSettingsAsync(caller.TenantId(), settings, cancellationToken);

        return TypedResults.Ok(CollectionSettingsView.Of(settings));
    }
}
