using System.Security.Claims;
using MailStats.Mail.Addresses;
using MailStats.Mail.Quotas;
using MailStats.Query.Admin;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.Quotas;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace MailStats.Query.Quota;

/// <summary>
/// Limits and settings: of the own tenant for administrators, of every tenant for operators. What a tenant may send in all is
/// the operator's to say (docs/decisions/0012): its administrators divide it among domains and mailboxes.
/// </summary>
internal static class AdministerQuotas
{
    private const int MostLimits = 1000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var own = routes.MapGroup("/v1/admin/quotas").WithTags("Quota").RequireAuthorization(Scopes.Admin);

        own.MapGet("", ListOwnAsync).WithName("listQuotas").WithSummary("Settings and every limit with its standing")
            .WithDescription("Limits of the tenant, its domains and mailboxes, each with what is used and reserved of it; `next` is the `offset` of the following page.");
        own.MapPut("", SaveOwnAsync).WithName("saveQuota").WithSummary("Set or change a limit; raising it lets mail through at once")
            .WithDescription("With `domain` or `mailbox` a limit of its own; without, the tenant's, for operators unless the installation lets tenants set theirs. Recipients beyond it are refused at the MTA.");
        own.MapDelete("", RemoveOwnAsync).WithName("removeQuota").WithSummary("Remove a limit")
            .WithDescription("What was counted stays counted: a limit set anew in the same period starts with it. The tenant's own goes as it is set.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        own.MapPut("/settings", SaveOwnSettingsAsync).WithName("saveQuotaSettings").WithSummary("Billing day, zone and thresholds")
            .WithDescription("The day of the month on which the billing month begins, the zone it is cut in, and the percentages of a limit that are told of. Day and zone say when the limit is whole again, so who may not set it may not change them.");

        var tenants = routes.MapGroup("/v1/admin/tenants/{tenant}/quotas").WithTags("Quota").RequireAuthorization(Scopes.Operator);

        tenants.MapGet("", ListAsync).WithName("listQuotasOfTenant").WithSummary("A tenant's settings and every limit with its standing")
            .WithDescription("For operators.").ProducesProblem(StatusCodes.Status404NotFound);
        tenants.MapPut("", SaveAsync).WithName("saveQuotaOfTenant").WithSummary("Set or change a limit of a tenant")
            .WithDescription("For operators. The tenant's limit, or with `domain` or `mailbox` one of its own.").ProducesProblem(StatusCodes.Status404NotFound);
        tenants.MapDelete("", RemoveAsync).WithName("removeQuotaOfTenant").WithSummary("Remove a limit of a tenant")
            .WithDescription("For operators. What was counted stays counted.").ProducesProblem(StatusCodes.Status404NotFound);
        tenants.MapPut("/settings", SaveSettingsAsync).WithName("saveQuotaSettingsOfTenant").WithSummary("A tenant's billing day, zone and thresholds")
            .WithDescription("For operators.").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Results<Ok<QuotaList>, ValidationProblem>> ListOwnAsync(
        ClaimsPrincipal caller,
        IQuotaStore quotas,
        IOptions<QueryOptions> options,
        TimeProvider time,
        CancellationToken cancellationToken,
        int limit = 100,
        int offset = 0)
    {
        if (FindProblems(limit, offset) is { } problems)
        {
            return TypedResults.ValidationProblem(problems);
        }

        return TypedResults.Ok(await ReadAsync(caller.TenantId(), MaySetOwnLimit(caller, options), quotas, time, limit, offset, cancellationToken));
    }

    private static async Task<Results<Ok<QuotaList>, ValidationProblem, ProblemHttpResult>> ListAsync(
        [FromRoute(Name = "tenant")] string tenantId,
        IQuotaStore quotas,
        ITenantStore tenants,
        TimeProvider time,
        CancellationToken cancellationToken,
        int limit = 100,
        int offset = 0)
    {
        if (FindProblems(limit, offset) is { } problems)
        {
            return TypedResults.ValidationProblem(problems);
        }

        return await tenants.FindAsync(tenantId, cancellationToken) is null
            ? AdministerTenants.NotFound()
            : TypedResults.Ok(await ReadAsync(tenantId, maySetOwnLimit: true, quotas, time, limit, offset, cancellationToken));
    }

    private static async Task<Results<Ok<QuotaState>, ValidationProblem, ProblemHttpResult>> SaveOwnAsync(
        QuotaBody body,
        ClaimsPrincipal caller,
        HttpContext http,
        IQuotaStore quotas,
        IOptions<QueryOptions> options,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (!QuotaScope.TryReadLimit(caller.TenantId(), body, out var limit, out var problems))
        {
            return TypedResults.ValidationProblem(problems);
        }

        return limit.Scope.Domain is null && !MaySetOwnLimit(caller, options)
            ? Forbidden()
            : TypedResults.Ok(await SetAsync(limit, http, quotas, time, cancellationToken));
    }

    private static async Task<Results<Ok<QuotaState>, ValidationProblem, ProblemHttpResult>> SaveAsync(
        [FromRoute(Name = "tenant")] string tenantId,
        QuotaBody body,
        HttpContext http,
        IQuotaStore quotas,
        ITenantStore tenants,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (!QuotaScope.TryReadLimit(tenantId, body, out var limit, out var problems))
        {
            return TypedResults.ValidationProblem(problems);
        }

        return await tenants.FindAsync(tenantId, cancellationToken) is null
            ? AdministerTenants.NotFound()
            : TypedResults.Ok(await SetAsync(limit, http, quotas, time, cancellationToken));
    }

    private static async Task<Results<NoContent, ValidationProblem, ProblemHttpResult>> RemoveOwnAsync(
        ClaimsPrincipal caller,
        IQuotaStore quotas,
        IOptions<QueryOptions> options,
        CancellationToken cancellationToken,
        string? domain = null,
        string? mailbox = null,
        QuotaWindow window = QuotaWindow.Month)
    {
        if (!QuotaScope.TryRead(caller.TenantId(), domain, mailbox, out var scope, out var problems))
        {
            return TypedResults.ValidationProblem(problems);
        }

        if (scope.Domain is null && !MaySetOwnLimit(caller, options))
        {
            return Forbidden();
        }

        return await quotas.RemoveLimitAsync(scope, window, cancellationToken) ? TypedResults.NoContent() : NoSuchLimit();
    }

    private static async Task<Results<NoContent, ValidationProblem, ProblemHttpResult>> RemoveAsync(
        [FromRoute(Name = "tenant")] string tenantId,
        IQuotaStore quotas,
        CancellationToken cancellationToken,
        string? domain = null,
        string? mailbox = null,
        QuotaWindow window = QuotaWindow.Month)
    {
        if (!QuotaScope.TryRead(tenantId, domain, mailbox, out var scope, out var problems))
        {
            return TypedResults.ValidationProblem(problems);
        }

        return await quotas.RemoveLimitAsync(scope, window, cancellationToken) ? TypedResults.NoContent() : NoSuchLimit();
    }

    private static async Task<Results<Ok<QuotaSettingsBody>, ValidationProblem, ProblemHttpResult>> SaveOwnSettingsAsync(
        QuotaSettingsBody body, ClaimsPrincipal caller, HttpContext http, IQuotaStore quotas, IOptions<QueryOptions> options, CancellationToken cancellationToken)
    {
        if (body.FindProblems() is { Count: > 0 } problems)
        {
            return TypedResults.ValidationProblem(problems);
        }

        var saved = await quotas.SettingsAsync(caller.TenantId(), cancellationToken);

        return (saved.AnchorDay, saved.TimeZone) != (body.AnchorDay, body.TimeZone) && !MaySetOwnLimit(caller, options)
            ? Forbidden()
            : TypedResults.Ok(await SetAsync(caller.TenantId(), body, http, quotas, cancellationToken));
    }

    private static async Task<Results<Ok<QuotaSettingsBody>, ValidationProblem, ProblemHttpResult>> SaveSettingsAsync(
        [FromRoute(Name = "tenant")] string tenantId,
        QuotaSettingsBody body,
        HttpContext http,
        IQuotaStore quotas,
        ITenantStore tenants,
        CancellationToken cancellationToken)
    {
        if (body.FindProblems() is { Count: > 0 } problems)
        {
            return TypedResults.ValidationProblem(problems);
        }

        return await tenants.FindAsync(tenantId, cancellationToken) is null
            ? AdministerTenants.NotFound()
            : TypedResults.Ok(await SetAsync(tenantId, body, http, quotas, cancellationToken));
    }

    private static async Task<QuotaList> ReadAsync(
        string tenantId, bool maySetOwnLimit, IQuotaStore quotas, TimeProvider time, int limit, int offset, CancellationToken cancellationToken)
    {
        var settings = await quotas.SettingsAsync(tenantId, cancellationToken);
        var standings = await quotas.LimitsAsync(tenantId, offset, limit + 1, cancellationToken);
        var now = time.GetUtcNow();

        return new(
            new QuotaSettingsBody { AnchorDay = settings.AnchorDay, TimeZone = settings.TimeZone, Thresholds = settings.Thresholds },
            [.. standings.Take(limit).Select(standing => QuotaState.Of(standing, now))],
            standings.Count > limit ? offset + limit : null,
            maySetOwnLimit);
    }

    private static async Task<QuotaState> SetAsync(QuotaLimit limit, HttpContext http, IQuotaStore quotas, TimeProvider time, CancellationToken cancellationToken)
    {
        http.AddAuditDetail("limit", FormattableString.Invariant($"{limit.Recipients}"));
        http.AddAuditDetail("window", limit.Window == QuotaWindow.Day ? "day" : "month");
        http.AddAuditDetail("of", limit.Scope.Mailbox ?? limit.Scope.Domain ?? "tenant " + limit.Scope.TenantId);
        await quotas.SaveLimitAsync(limit, cancellationToken);
        var standings = await quotas.StandingsAsync(limit.Scope, cancellationToken);

        return QuotaState.Of(standings.Single(standing => standing.Scope == limit.Scope && standing.Window == limit.Window), time.GetUtcNow());
    }

    private static async Task<QuotaSettingsBody> SetAsync(
        string tenantId, QuotaSettingsBody body, HttpContext http, IQuotaStore quotas, CancellationToken cancellationToken)
    {
        var settings = new QuotaSettings
        {
            TenantId = tenantId,
            AnchorDay = body.AnchorDay,
            TimeZone = body.TimeZone,
            Thresholds = [.. body.Thresholds.Append(QuotaThresholds.Blocked).Distinct().Order()],
        };
        http.AddAuditDetail("anchorDay", FormattableString.Invariant($"{settings.AnchorDay}"));
        http.AddAuditDetail("thresholds", string.Join(' ', settings.Thresholds));
        await quotas.SaveSettingsAsync(settings, cancellationToken);

        return body with { Thresholds = settings.Thresholds };
    }

    private static Dictionary<string, string[]>? FindProblems(int limit, int offset) => (limit, offset) switch
    {
        (_, < 0) => new() { ["offset"] = ["must be 0 or more"] },
        (< 1 or > MostLimits, _) => new() { ["limit"] = [$"must be 1 to {MostLimits}"] },
        _ => null,
    };

    private static bool MaySetOwnLimit(ClaimsPrincipal caller, IOptions<QueryOptions> options) =>
        options.Value.TenantsSetOwnLimit || caller.HasScope(Scopes.Operator);

    private static ProblemHttpResult Forbidden() => TypedResults.Problem(
        "What the tenant may send in all, and when its month begins, is set by the installation's operator. Limits of domains and mailboxes, and thresholds, are the tenant's own.",
        statusCode: StatusCodes.Status403Forbidden);

    private static ProblemHttpResult NoSuchLimit() => TypedResults.Problem("There is no such limit.", statusCode: StatusCodes.Status404NotFound);
}
