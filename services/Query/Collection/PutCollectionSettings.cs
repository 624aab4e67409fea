using MailStats.ServiceDefaults;
using MailStats.Stores.Collections;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Collection;

internal static class PutCollectionSettings
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/settings/collection", HandleAsync)
        .WithName("putCollectionSettings")
        .WithSummary("Switch collection on or off, every 1 to 24 hours or continuous, for all hosts or single ones; collectors follow within half a minute")
        .TakesVersion();

    private static async Task<Results<Ok<CollectionSettingsView>, ValidationProblem, ProblemHttpResult>> HandleAsync(
        CollectionSettingsBody body, HttpContext http, ICollectionStore collections, CancellationToken cancellationToken)
    {
        if (body.FindProblems() is { Any: true } problems)
        {
            return problems.Refusal();
        }

        var settings = body.ToSettings();
        var demanded = http.VersionDemanded<CollectionSettingsView>();

        return await collections.ReplaceSettingsAsync(
            http.User.TenantId(), settings, now => demanded(CollectionSettingsView.Of(now)), cancellationToken)
            ? http.OkWithVersion(CollectionSettingsView.Of(settings))
            : SettingsVersions.Overtaken();
    }
}
