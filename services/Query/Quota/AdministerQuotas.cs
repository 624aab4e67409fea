using System.Security.Claims;
using MailStats.Mail.Quotas;
using MailStats.Query.Admin;
using MailStats.Query.Lists;
using MailStats.Query.Live;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.Quotas;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace MailStats.Query.Quota;

/// <summary>
/// Limits and settings: of the own tenant for administrators, of every tenant for operators. What a tenant may send in all is
/// the operator's to say (docs/decisions/0012): its administrators divide it among domains and mailboxes.
/// </summary>
internal static class AdministerQuotas
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var own = routes.MapGroup("/v1/admin/quotas").WithTags("Quota").RequireAuthorization(Scopes.Admin);

        own.MapGet("", ListAsync).WithName("listQuotas").WithSummary("Settings and every limit with its standing")
            .WithDescription(
                "Limits of the tenant, its domains and mailboxes, each with what is used and reserved of it; "
                + "`next` is the `offset` of the following page.");
        own.MapPut("", SaveAsync).WithName("saveQuota").WithSummary("Set or change a limit; raising it lets mail through at once")
            .WithDescription(
                "With `domain` or `mailbox` a limit of its own; without, the tenant's, for operators unless the installation lets tenants set theirs. "
                + "Recipients beyond it are refused at the MTA. `If-Match` takes the tag of the limit as it is set, from `GET …/quotas/limit`.")
            .TakesVersion();
        own.MapGet("/limit", GetLimitAsync).WithName("getQuotaLimit").WithSummary("One limit as it is set")
            .WithDescription("`limit` is null where none is set. What is used of it stands in the list.").TellsVersion();
        own.MapDelete("", RemoveAsync).WithName("removeQuota").WithSummary("Remove a limit")
            .WithDescription("What was counted stays counted: a limit set anew in the same period starts with it. The tenant's own goes as it is set.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        own.MapGet("/settings", GetSettingsAsync).WithName("getQuotaSettings").WithSummary("Billing day, zone and thresholds as they stand").TellsVersion();
        own.MapPut("/settings", SaveSettingsAsync).WithName("saveQuotaSettings").WithSummary("Billing day, zone and thresholds")
            .WithDescription(
                "The day of the month on which the billing month begins, the zone it is cut in, and the percentages of a limit that are told of. "
                + "Day and zone say when the limit is whole again, so who may not set it may not change them.")
            .TakesVersion();

        var tenants = routes.MapGroup("/v1/admin/tenants/{tenant}/quotas").WithTags("Quota").RequireAuthorization(Scopes.Operator);

        tenants.MapGet("", ListAsync).WithName("listQuotasOfTenant").WithSummary("A tenant's settings and every limit with its standing")
            .WithDescription("For operators.").ProducesProblem(StatusCodes.Status404NotFound);
        tenants.MapPut("", SaveAsync).WithName("saveQuotaOfTenant").WithSummary("Set or change a limit of a tenant")
            .WithDescription("For operators. The tenant's limit, or with `domain` or `mailbox` one of its own.").ProducesProblem(StatusCodes.Status404NotFound)
            .TakesVersion();
        tenants.MapGet("/limit", GetLimitAsync).WithName("getQuotaLimitOfTenant").WithSummary("One limit of a tenant as it is set")
            .WithDescription("For operators.").ProducesProblem(StatusCodes.Status404NotFound).TellsVersion();
        tenants.MapDelete("", RemoveAsync).WithName("removeQuotaOfTenant").WithSummary("Remove a limit of a tenant")
            .WithDescription("For operators. What was counted stays counted.").ProducesProblem(StatusCodes.Status404NotFound);
        tenants.MapGet("/settings", GetSettingsAsync).WithName("getQuotaSettingsOfTenant").WithSummary("A tenant's billing day, zone and thresholds")
            .WithDescription("For operators.").ProducesProblem(StatusCodes.Status404NotFound).TellsVersion();
        tenants.MapPut("/settings", SaveSettingsAsync).WithName("saveQuotaSettingsOfTenant").WithSummary("Set a tenant's billing day, zone and thresholds")
            .WithDescription("For operators.").ProducesProblem(StatusCodes.Status404NotFound).TakesVersion();
    }

    private static async Task<Results<Ok<QuotaList>, ValidationProblem, ProblemHttpResult>> ListAsync(
        AddressedTenant whose,
        ClaimsPrincipal caller,
        IQuotaStore quotas,
        IOptions<QueryOptions> options,
        TimeProvider time,
        CancellationToken cancellationToken,
        int limit = ListLimits.DefaultQuotas,
        int offset = 0)
    {
        var problems = new FieldProblems();
        limit = ListLimits.Quotas.Check(limit, problems);

        if (offset < 0)
        {
            problems.Add("offset", "must be 0 or more");
        }

        if (problems.Any)
        {
            return problems.Refusal();
        }

        if (!await whose.ExistsAsync(cancellationToken))
        {
            return AdministerTenants.NotFound();
        }

        var settings = await quotas.SettingsAsync(whose.Id, cancellationToken);
        var standings = await quotas.LimitsAsync(whose.Id, offset, limit + 1, cancellationToken);
        var now = time.GetUtcNow();

        return TypedResults.Ok(new QuotaList(
            QuotaSettingsView.Of(settings),
            [.. standings.Take(limit).Select(standing => QuotaState.Of(standing, now))],
            standings.Count > limit ? offset + limit : null,
            MaySetOwnLimit(caller, options)));
    }

    private static async Task<Results<Ok<QuotaSettingsView>, ProblemHttpResult>> GetSettingsAsync(
        AddressedTenant whose, HttpContext http, IQuotaStore quotas, CancellationToken cancellationToken) =>
        await whose.ExistsAsync(cancellationToken)
            ? http.OkWithVersion(QuotaSettingsView.Of(await quotas.SettingsAsync(whose.Id, cancellationToken)))
            : AdministerTenants.NotFound();

    private static async Task<Results<Ok<QuotaState>, ValidationProblem, ProblemHttpResult>> SaveAsync(
        AddressedTenant whose,
        QuotaBody body,
        ClaimsPrincipal caller,
        HttpContext http,
        IQuotaStore quotas,
        LimitChanges views,
        IOptions<QueryOptions> options,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var limit = QuotaNames.ReadLimit(whose.Id, body, problems);

        if (problems.Any)
        {
            return problems.Refusal();
        }

        if (limit.Scope.Domain is null && !MaySetOwnLimit(caller, options))
        {
            return Forbidden();
        }

        if (!await whose.ExistsAsync(cancellationToken))
        {
            return AdministerTenants.NotFound();
        }

        if (await SetAsync(limit, http, quotas, time, cancellationToken) is not { } standing)
        {
            return SettingsVersions.Overtaken();
        }

        await views.TellAsync(whose.Id);
        http.TellVersion(QuotaLimitView.Of(limit.Scope, limit.Window, limit));

        return TypedResults.Ok(standing);
    }

    private static async Task<Results<Ok<QuotaLimitView>, ValidationProblem, ProblemHttpResult>> GetLimitAsync(
        AddressedTenant whose,
        HttpContext http,
        IQuotaStore quotas,
        CancellationToken cancellationToken,
        string? domain = null,
        string? mailbox = null,
        string? window = null)
    {
        var problems = new FieldProblems();
        var scope = QuotaNames.ReadScope(whose.Id, domain, mailbox, problems);
        var read = QuotaNames.ReadWindow(window, problems);

        if (problems.Any)
        {
            return problems.Refusal();
        }

        return await whose.ExistsAsync(cancellationToken)
            ? http.OkWithVersion(QuotaLimitView.Of(scope, read, await quotas.LimitAsync(scope, read, cancellationToken)))
            : AdministerTenants.NotFound();
    }

    private static async Task<Results<NoContent, ValidationProblem, ProblemHttpResult>> RemoveAsync(
        AddressedTenant whose,
        ClaimsPrincipal caller,
        IQuotaStore quotas,
        LimitChanges views,
        IOptions<QueryOptions> options,
        CancellationToken cancellationToken,
        string? domain = null,
        string? mailbox = null,
        string? window = null)
    {
        var problems = new FieldProblems();
        var scope = QuotaNames.ReadScope(whose.Id, domain, mailbox, problems);
        var removed = QuotaNames.ReadWindow(window, problems);

        if (problems.Any)
        {
            return problems.Refusal();
        }

        if (scope.Domain is null && !MaySetOwnLimit(caller, options))
        {
            return Forbidden();
        }

        if (!await quotas.RemoveLimitAsync(scope, removed, cancellationToken))
        {
            return TypedResults.Problem("There is no such limit.", statusCode: StatusCodes.Status404NotFound);
        }

        await views.TellAsync(whose.Id);

        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<QuotaSettingsView>, ValidationProblem, ProblemHttpResult>> SaveSettingsAsync(
        AddressedTenant whose,
        QuotaSettingsBody body,
        ClaimsPrincipal caller,
        HttpContext http,
        IQuotaStore quotas,
        LimitChanges views,
        IOptions<QueryOptions> options,
        CancellationToken cancellationToken)
    {
        if (body.FindProblems() is { Any: true } problems)
        {
            return problems.Refusal();
        }

        var saved = await quotas.SettingsAsync(whose.Id, cancellationToken);

        if ((saved.AnchorDay, saved.TimeZone) != (body.AnchorDay, body.TimeZone) && !MaySetOwnLimit(caller, options))
        {
            return Forbidden();
        }

        if (!await whose.ExistsAsync(cancellationToken))
        {
            return AdministerTenants.NotFound();
        }

        if (await SetAsync(whose.Id, body, http, quotas, cancellationToken) is not { } settings)
        {
            return SettingsVersions.Overtaken();
        }

        await views.TellAsync(whose.Id);

        return http.OkWithVersion(settings);
    }

    /// <summary>Null where another limit stands than the caller demands.</summary>
    private static async Task<QuotaState?> SetAsync(
        QuotaLimit limit, HttpContext http, IQuotaStore quotas, TimeProvider time, CancellationToken cancellationToken)
    {
        http.AddAuditDetail("limit", FormattableString.Invariant($"{limit.Recipients}"));
        http.AddAuditDetail("window", limit.Window == QuotaWindow.Day ? "day" : "month");
        http.AddAuditDetail("of", limit.Scope.Mailbox ?? limit.Scope.Domain ?? "tenant " + limit.Scope.TenantId);
        var demanded = http.VersionDemanded<QuotaLimitView>();

        if (!await quotas.ReplaceLimitAsync(limit, now => demanded(QuotaLimitView.Of(limit.Scope, limit.Window, now)), cancellationToken))
        {
            return null;
        }

        var standings = await quotas.StandingsAsync(limit.Scope, cancellationToken);

        return QuotaState.Of(standings.Single(standing => standing.Scope == limit.Scope && standing.Window == limit.Window), time.GetUtcNow());
    }

    /// <summary>Null where something else stands than the caller demands.</summary>
    private static async Task<QuotaSettingsView?> SetAsync(
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
        var demanded = http.VersionDemanded<QuotaSettingsView>();

        return await quotas.ReplaceSettingsAsync(settings, now => demanded(QuotaSettingsView.Of(now)), cancellationToken)
            ? QuotaSettingsView.Of(settings)
            : null;
    }

    private static bool MaySetOwnLimit(ClaimsPrincipal caller, IOptions<QueryOptions> options) =>
        options.Value.TenantsSetOwnLimit || caller.HasScope(Scopes.Operator);

    private static ProblemHttpResult Forbidden() => TypedResults.Problem(
        "What the tenant may send in all, and when its month begins, is set by the installation's operator. "
        + "Limits of domains and mailboxes, and thresholds, are the tenant's own.",
        statusCode: StatusCodes.Status403Forbidden);
}
