using System.Security.Claims;
using MailStats.ServiceDefaults;
using MailStats.Stores.Collections;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Collection;

internal static class GetCollectionSettings
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/settings/collection", HandleAsync)
        .WithName("getCollectionSettings")
        .WithSummary("Whether and how often logs are collected, and the hosts with a setting of their own");

    private static async Task<Ok<CollectionSettingsView>> HandleAsync(
        ClaimsPrincipal caller, ICollectionStore collections, CancellationToken cancellationToken) =>
        TypedResults.Ok(CollectionSettingsView.Of(await collections.SettingsAsync(caller.TenantId(), cancellationToken)));
}
