using System.Security.Claims;
using MailStats.Policy.Decisions;
using MailStats.Policy.Postfix;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace MailStats.Policy.Http;

/// <summary>What this process was asked, and how often it could not answer.</summary>
internal static class GetStatus
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/policy/status", Handle)
        .WithName("getPolicyStatus").WithTags("Policy").WithSummary("Decisions and misses of this process since it started")
        .WithDescription(
            "An operator's key is told of all tenants' decisions, every other one of its own tenant's: what could not be understood, answered or "
            + "charged is no tenant's.")
        .RequireAuthorization(Scopes.Admin);

    private static Ok<PolicyStatus> Handle(ClaimsPrincipal user, PolicyFigures figures, PolicyListener listener, IOptions<PolicyOptions> options)
    {
        var (lastAskedAt, counts) = figures.Read(user.HasScope(Scopes.Operator) ? null : user.TenantId());

        return TypedResults.Ok(new PolicyStatus(
            [.. listener.Endpoints.Select(endpoint => endpoint.ToString() ?? "")],
            listener.Sessions,
            options.Value.OnTrouble,
            figures.Since,
            lastAskedAt,
            counts));
    }
}

/// <param name="Listening">Where MTAs may ask.</param>
/// <param name="Sessions">Open MTA sessions.</param>
/// <param name="OnTrouble">What an MTA hears when no decision can be made.</param>
/// <param name="Since">When the counts began.</param>
/// <param name="LastAskedAt">When the last of these questions was asked, null when none was.</param>
/// <param name="Decisions">The counts.</param>
public sealed record PolicyStatus(
    IReadOnlyList<string> Listening, int Sessions, TroubleAnswer OnTrouble, DateTimeOffset Since, DateTimeOffset? LastAskedAt, PolicyCounts Decisions);
