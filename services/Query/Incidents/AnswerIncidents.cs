using System.ComponentModel;
using System.Security.Claims;
using MailStats.Query.Names;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Incidents;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Incidents;

/// <summary>What people say to incidents: seen, and be silent about such.</summary>
internal static class AnswerIncidents
{
    private const int MostHours = 8_760;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/incidents/{id}/acknowledge", AcknowledgeAsync)
            .WithName("acknowledgeIncident")
            .WithTags("Incidents")
            .WithSummary("Say that an incident was seen")
            .LeavesAnEntry();
        routes.MapPost("/v1/incidents/mute", MuteAsync)
            .WithName("muteIncidents")
            .WithTags("Incidents")
            .WithSummary("Tell nobody of incidents of a kind, domain or provider for some time")
            .WithDescription("They are found and listed all the same. Sent again for the same kind and place, the new time counts.")
            .LeavesAnEntry();
    }

    private static async Task<Results<NoContent, NotFound>> AcknowledgeAsync(
        [Description("Id of the incident.")] string id,
        ClaimsPrincipal caller,
        IIncidentStore store,
        TimeProvider time,
        CancellationToken cancellationToken) =>
        await store.AcknowledgeAsync(caller.TenantId(), id, time.GetUtcNow(), cancellationToken) ? TypedResults.NoContent() : TypedResults.NotFound();

    private static async Task<Results<NoContent, ValidationProblem>> MuteAsync(
        IncidentMuteBody body, ClaimsPrincipal caller, IIncidentStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var scope = MailNames.ReadScope(caller.TenantId(), body.Domain, null, problems);
        var provider = GetIncidents.ReadProvider(body.Provider, problems);

        if (body.Hours is not (>= 1 and <= MostHours))
        {
            problems.Add("hours", $"must be a whole number from 1 to {MostHours}");
        }

        if (problems.Any)
        {
            return problems.Refusal();
        }

        var until = time.GetUtcNow().AddHours(body.Hours!.Value);
        await store.MuteAsync(new(caller.TenantId(), body.Kind, scope.Domain, provider, until), cancellationToken);

        return TypedResults.NoContent();
    }
}
