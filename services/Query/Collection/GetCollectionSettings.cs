using System.Security.Claims;
using MailStats.Contracts;
using MailStats.ServiceDefaults;
using MailStats.Storage.Collections;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Collection;

internal static class GetCollectionSettings
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/settings/collection", HandleAsync)
        .WithName("getCollectionSettings")
        .WithSummary("Whether and how often logs are collected");

    private static async Task<Ok<CollectionSettings>> HandleAsync(ClaimsPrincipal caller, ICollectionStore collections, CancellationToken cancellationToken) =>
        TypedResults.Ok(await collections.SettingsAsync(caller.TenantId(), cancellationToken));
}
