using System.ComponentModel;
using System.Security.Claims;
using MailStats.Query.Names;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Incidents;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

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
        routes.MapDelete("/v1/incidents/mute", UnmuteAsync)
            .WithName("unmuteIncidents")
            .WithTags("Incidents")
            .WithSummary("End a mute before its time")
            .WithDescription(
                "Names the kind, domain and provider of the mute exactly; what is absent means a mute of all. What opened in the last hour and "
                + "goes on is told of now.")
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

    private static async Task<Results<NoContent, NotFound, ValidationProblem>> UnmuteAsync(
        [FromQuery(Name = "kind")] string? kind,
        [FromQuery(Name = "domain")] string? domain,
        [FromQuery(Name = "provider")] string? provider,
        ClaimsPrincipal caller,
        IIncidentStore store,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var scope = MailNames.ReadScope(caller.TenantId(), domain, null, problems);
        var (of, at) = (GetIncidents.ReadKind(kind, problems), GetIncidents.ReadProvider(provider, problems));

        if (problems.Any)
        {
            return problems.Refusal();
        }

        return await store.UnmuteAsync(caller.TenantId(), of, scope.Domain, at, cancellationToken) ? TypedResults.NoContent() : TypedResults.NotFound();
    }
}
