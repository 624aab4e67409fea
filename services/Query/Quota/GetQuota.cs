using System.Security.Claims;
using MailStats.ServiceDefaults;
using MailStats.Stores.Quotas;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Quota;

/// <summary>How much of the quota is taken: the tenant's, or with <c>domain</c> or <c>mailbox</c> that of the tightest limit on it.</summary>
internal static class GetQuota
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/quota", HandleAsync)
        .WithName("getQuota").WithTags("Quota").WithSummary("The quota bar: limit, used, level, reset and projected exhaustion")
        .WithDescription(
            "Of the tenant, or with `domain` or `mailbox` of the tightest limit on it. `blue` up to 80 %, `orange` above, `red` from "
            + "100 % on: mail is blocked. A caller that is limited to some domains sees their own limits only.")
        .ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<Results<Ok<QuotaState>, ValidationProblem, ProblemHttpResult>> HandleAsync(
        ClaimsPrincipal caller, IQuotaStore quotas, TimeProvider time, CancellationToken cancellationToken, string? domain = null, string? mailbox = null)
    {
        var problems = new FieldProblems();
        var scope = QuotaNames.ReadScope(caller.TenantId(), domain, mailbox, problems);

        if (problems.Any)
        {
            return problems.Refusal();
        }

        var standings = await quotas.StandingsAsync(scope, cancellationToken);

        if (caller.Domains().Count > 0)
        {
            // The tenant's limits tell how much mail its other domains send.
            standings = [.. standings.Where(standing => standing.Scope.Domain is not null)];
        }

        if (standings.Count == 0)
        {
            return TypedResults.Problem("The domain has no limit of its own.", statusCode: StatusCodes.Status404NotFound);
        }

        return TypedResults.Ok(QuotaState.Of(standings, time.GetUtcNow()));
    }
}
