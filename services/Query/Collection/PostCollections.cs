using System.Security.Claims;
using MailStats.ServiceDefaults;
using MailStats.Stores.Collections;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Collection;

internal static class PostCollections
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/collections", HandleAsync)
        .WithMetadata(new TellsLocation())
        .WithName("postCollections")
        .WithSummary("Collect now on every host (the Update button); also while collection is off")
        .LeavesAnEntry();

    private static async Task<Accepted<CollectionRunBody>> HandleAsync(
        ClaimsPrincipal caller, ICollectionStore collections, CancellationToken cancellationToken)
    {
        var collection = await collections.RequestAsync(caller.TenantId(), cancellationToken);

        return TypedResults.Accepted("/v1/collections", CollectionRunBody.Of(collection));
    }
}
