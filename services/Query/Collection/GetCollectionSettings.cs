using MailStats.ServiceDefaults;
using MailStats.Stores.Collections;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Collection;

internal static class GetCollectionSettings
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/settings/collection", HandleAsync)
        .WithName("getCollectionSettings")
        .WithSummary("Whether and how often logs are collected, and the hosts with a setting of their own")
        .TellsVersion();

    private static async Task<Ok<CollectionSettingsView>> HandleAsync(
        HttpContext http, ICollectionStore collections, CancellationToken cancellationToken) =>
        http.OkWithVersion(CollectionSettingsView.Of(await collections.SettingsAsync(http.User.TenantId(), cancellationToken)));
}
