using MailStats.ServiceDefaults;
using MailStats.Stores;

namespace MailStats.Query.Collection;

/// <summary>Everything about gathering: settings, the Update button, and what collectors ask and tell.</summary>
internal static class CollectionEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var collection = routes.MapGroup("/v1").WithTags("Collection")
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        var people = collection.MapGroup("").RequireAuthorization(Scopes.Read);
        GetCollectionSettings.Map(people);
        PostCollections.Map(people);
        GetCollections.Map(people);

        PutCollectionSettings.Map(collection.MapGroup("").RequireAuthorization(Scopes.Admin));

        var collectors = collection.MapGroup("").RequireAuthorization(Scopes.Ingest);
        GetPendingCollection.Map(collectors);
        PutHostCollection.Map(collectors);
    }
}
