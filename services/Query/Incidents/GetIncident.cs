using System.ComponentModel;
using System.Security.Claims;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Incidents;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Incidents;

internal static class GetIncident
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/incidents/{id}", HandleAsync)
        .WithName("getIncident")
        .WithTags("Incidents")
        .WithSummary("One incident with its evidence");

    private static async Task<Results<Ok<IncidentItem>, NotFound>> HandleAsync(
        [Description("Id of the incident.")] string id,
        ClaimsPrincipal caller,
        IIncidentStore store,
        TimeProvider time,
        CancellationToken cancellationToken) =>
        await store.FindAsync(caller.TenantId(), id, cancellationToken) is { } stored
            ? TypedResults.Ok(IncidentItem.Of(stored, await store.MutesAsync(caller.TenantId(), time.GetUtcNow(), cancellationToken)))
            : TypedResults.NotFound();
}
