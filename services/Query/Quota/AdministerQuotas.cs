using System.Security.Claims;
using MailStats.ServiceDefaults;
using MailStats.Storage.Quotas;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Quota;

/// <summary>Limits and settings of the caller's tenant.</summary>
internal static class AdministerQuotas
{
    private const int MostLimits = 1000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var quotas = routes.MapGroup("/v1/admin/quotas").WithTags("Quota").RequireAuthorization(Scopes.Admin);

        quotas.MapGet("", ListAsync).WithName("listQuotas").WithSummary("Settings and every limit with its standing")
            .WithDescription("Limits of the tenant, its domains and mailboxes, each with what is used and reserved of it; `next` is the `offset` of the following page.");
        quotas.MapPut("", SaveAsync).WithName("saveQuota").WithSummary("Set or change a limit; raising it lets mail through at once")
            .WithDescription("The tenant's limit, or with `domain` or `mailbox` one of its own. Recipients beyond it are refused at the MTA.");
        quotas.MapDelete("", RemoveAsync).WithName("removeQuota").WithSummary("Remove a limit")
            .WithDescription("What was counted stays counted: a limit set anew in the same period starts with it.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        quotas.MapPut("/settings", SaveSettingsAsync).WithName("saveQuotaSettings").WithSummary("Billing day, zone and thresholds")
            .WithDescription("The day of the month on which the billing month begins, the zone it is cut in, and the percentages of a limit that are told of.");
    }

    private static async Task<Results<Ok<QuotaList>, ValidationProblem>> ListAsync(
        ClaimsPrincipal user, IQuotaStore quotas, TimeProvider time, CancellationToken cancellationToken, int limit = 100, int offset = 0)
    {
        if (limit is < 1 or > MostLimits || offset < 0)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { [offset < 0 ? "offset" : "limit"] = [$"must be {(offset < 0 ? "0 or more" : $"1 to {MostLimits}")}"] });
        }

        var settings = await quotas.SettingsAsync(user.TenantId(), cancellationToken);
        var standings = await quotas.LimitsAsync(user.TenantId(), offset, limit + 1, cancellationToken);
        var now = time.GetUtcNow();

        return TypedResults.Ok(new QuotaList(
            new QuotaSettingsBody { AnchorDay = settings.AnchorDay, TimeZone = settings.TimeZone, Thresholds = settings.Thresholds },
            [.. standings.Take(limit).Select(standing => QuotaState.Of(standing, now))],
            standings.Count > limit ? offset + limit : null));
    }

    private static async Task<Results<Ok<QuotaState>, ValidationProblem>> SaveAsync(
        QuotaBody body, ClaimsPrincipal user, IQuotaStore quotas, TimeProvider time, CancellationToken cancellationToken)
    {
        QuotaScope.TryRead(user.TenantId(), body.Domain, body.Mailbox, out var scope, out var problems);

        if (body.Limit is not (>= 0 and <= QuotaLimit.Most))
        {
            problems["limit"] = [$"must be 0 to {QuotaLimit.Most}"];
        }

        if (body.Window is not (QuotaWindow.Month or QuotaWindow.Day))
        {
            problems["window"] = ["must be month or day"];
        }

        if (problems.Count > 0)
        {
            return TypedResults.ValidationProblem(problems);
        }

        await quotas.SaveLimitAsync(new QuotaLimit(scope, body.Window, body.Limit!.Value, body.Temporary), cancellationToken);
        var standings = await quotas.StandingsAsync(scope, cancellationToken);

        return TypedResults.Ok(QuotaState.Of(standings.Single(standing => standing.Scope == scope && standing.Window == body.Window), time.GetUtcNow()));
    }

    private static async Task<Results<NoContent, NotFound, ValidationProblem>> RemoveAsync(
        ClaimsPrincipal user,
        IQuotaStore quotas,
        CancellationToken cancellationToken,
        string? domain = null,
        string? mailbox = null,
        QuotaWindow window = QuotaWindow.Month)
    {
        if (!QuotaScope.TryRead(user.TenantId(), domain, mailbox, out var scope, out var problems))
        {
            return TypedResults.ValidationProblem(problems);
        }

        return await quotas.RemoveLimitAsync(scope, window, cancellationToken) ? TypedResults.NoContent() : TypedResults.NotFound();
    }

    private static async Task<Results<Ok<QuotaSettingsBody>, ValidationProblem>> SaveSettingsAsync(
        QuotaSettingsBody body, ClaimsPrincipal user, IQuotaStore quotas, CancellationToken cancellationToken)
    {
        if (body.FindProblems() is { Count: > 0 } problems)
        {
            return TypedResults.ValidationProblem(problems);
        }

        var settings = new QuotaSettings
        {
            TenantId = user.TenantId(),
            AnchorDay = body.AnchorDay,
            TimeZone = body.TimeZone,
            Thresholds = [.. body.Thresholds.Append(QuotaThresholds.Blocked).Distinct().Order()],
        };
        await quotas.SaveSettingsAsync(settings, cancellationToken);

        return TypedResults.Ok(body with { Thresholds = settings.Thresholds });
    }
}

/// <param name="Settings">How the tenant's quotas are counted.</param>
/// <param name="Items">Limits by domain, mailbox and window.</param>
/// <param name="Next">The <c>offset</c> of the next page, null at the end.</param>
public sealed record QuotaList(QuotaSettingsBody Settings, IReadOnlyList<QuotaState> Items, int? Next);

/// <summary>A limit. Without domain and mailbox it is the tenant's own.</summary>
public sealed record QuotaBody
{
    public string? Domain { get; init; }

    public string? Mailbox { get; init; }

    /// <summary><c>month</c> (default) or <c>day</c>.</summary>
    public QuotaWindow Window { get; init; } = QuotaWindow.Month;

    /// <summary>Recipients allowed in the period; 0 blocks all.</summary>
    public long? Limit { get; init; }

    /// <summary>True to refuse with 451 4.7.1 (try later) and not with 550 5.7.1.</summary>
    public bool Temporary { get; init; }
}

/// <summary>How a tenant's quotas are counted.</summary>
public sealed record QuotaSettingsBody
{
    /// <summary>Day on which the billing month begins, 1 to 31; the last day in shorter months.</summary>
    public int AnchorDay { get; init; } = 1;

    /// <summary>IANA zone of the periods' midnights; null for the tenant's own.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Percentages at which notices go out, 1 to 100, at most 20; 100 is always one of them.</summary>
    public IReadOnlyList<int> Thresholds { get; init; } = QuotaThresholds.Default;

    internal Dictionary<string, string[]> FindProblems()
    {
        var problems = new Dictionary<string, string[]>();

        if (AnchorDay is < 1 or > 31)
        {
            problems["anchorDay"] = ["must be 1 to 31"];
        }

        if (TimeZone is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
        {
            problems["timeZone"] = ["is not a known IANA zone"];
        }

        if (Thresholds is not { Count: <= 20 } || Thresholds.Any(threshold => threshold is < 1 or > 100))
        {
            problems["thresholds"] = ["must be at most 20 numbers from 1 to 100"];
        }

        return problems;
    }
}
