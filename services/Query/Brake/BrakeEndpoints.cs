using System.ComponentModel;
using System.Security.Claims;
using MailStats.Mail.Brake;
using MailStats.Query.Admin;
using MailStats.Query.Lists;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Brake;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Brake;

/// <summary>Mailboxes that were stopped, their release, and what the settings say.</summary>
internal static class BrakeEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var all = routes.MapGroup("").WithTags("Brake")
            .AddEndpointFilter<NeverKept>()
            .AddEndpointFilter<CursorProblems>()
            .AddOpenApiOperationTransformer(ApiParameters.DescribeAsync);
        var readers = all.MapGroup("").RequireAuthorization(Scopes.Read);
        var administrators = all.MapGroup("").RequireAuthorization(Scopes.Admin);

        readers.MapGet("/v1/brakes", ListAsync)
            .WithName("getBrakes")
            .WithSummary("Mailboxes that were stopped, or would have been")
            .WithDescription("Latest first, by when the behaviour began. Imported history is judged in its own time.");
        administrators.MapPost("/v1/brakes/{id}/release", ReleaseAsync)
            .WithName("releaseBrake")
            .WithSummary("Let a stopped mailbox send again")
            .WithDescription("What it sent until then is taken for right from now on. Released again, nothing changes.")
            .LeavesAnEntry();
        readers.MapGet("/v1/settings/brake", GetSettingsAsync).WithName("getBrakeSettings").WithSummary("What the brake does").TellsVersion();
        administrators.MapPut("/v1/settings/brake", PutSettingsAsync).WithName("putBrakeSettings").WithSummary("Set what the brake does").TakesVersion();
    }

    private static async Task<Results<Ok<BrakePage>, ValidationProblem>> ListAsync(
        ClaimsPrincipal caller,
        [FromQuery(Name = "cursor")] string? cursor,
        [FromQuery(Name = "limit")] string? limitText,
        IBrakeStore brakes,
        SealedCursors cursors,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var limit = ListLimits.Brakes.Read(limitText, problems);

        if (problems.Any)
        {
            return problems.Refusal();
        }

        var page = await cursors.PageAsync(
            $"brakes\n{caller.TenantId()}", cursor, opened => brakes.ListAsync(caller.TenantId(), opened, limit, cancellationToken), cancellationToken);

        return TypedResults.Ok(new BrakePage { Items = [.. page.Items.Select(BrakeItem.Of)], Next = page.Next });
    }

    private static async Task<Results<Ok<BrakeItem>, NotFound>> ReleaseAsync(
        [Description("The stop, as it stands in the list.")] string id, ClaimsPrincipal caller, IBrakeStore brakes, CancellationToken cancellationToken) =>
        await brakes.ReleaseAsync(caller.TenantId(), id, cancellationToken) is { } brake ? TypedResults.Ok(BrakeItem.Of(brake)) : TypedResults.NotFound();

    private static async Task<Ok<BrakeSettingsView>> GetSettingsAsync(HttpContext http, IBrakeStore brakes, CancellationToken cancellationToken) =>
        http.OkWithVersion(BrakeSettingsView.Of(await brakes.SettingsAsync(http.User.TenantId(), cancellationToken)));

    private static async Task<Results<Ok<BrakeSettingsView>, ValidationProblem, ProblemHttpResult>> PutSettingsAsync(
        BrakeSettingsBody body, HttpContext http, IBrakeStore brakes, CancellationToken cancellationToken)
    {
        if (body.PerHour is < 1 or > 1_000_000)
        {
            var problems = new FieldProblems();
            problems.Add("perHour", "must be a whole number from 1 to 1000000, or null for no limit");

            return problems.Refusal();
        }

        var settings = new BrakeSettings { Mode = body.Mode, PerHour = body.PerHour };
        var demanded = http.VersionDemanded<BrakeSettingsView>();

        return await brakes.ReplaceSettingsAsync(http.User.TenantId(), settings, now => demanded(BrakeSettingsView.Of(now)), cancellationToken)
            ? http.OkWithVersion(BrakeSettingsView.Of(settings))
            : SettingsVersions.Overtaken();
    }
}

/// <summary>A page of stops, latest first.</summary>
public sealed record BrakePage
{
    public required IReadOnlyList<BrakeItem> Items { get; init; }

    /// <summary>Cursor of the next page; null at the end.</summary>
    public required string? Next { get; init; }
}

/// <summary>A mailbox that was stopped, or would have been.</summary>
public sealed record BrakeItem
{
    /// <example>"8f0c2a1b04d5e8f607182937"</example>
    public required string Id { get; init; }

    public required string Mailbox { get; init; }

    /// <summary>The login that sent, where it is known.</summary>
    public required string? Login { get; init; }

    /// <summary>When the behaviour began, in the time of the mail.</summary>
    /// <example>"2026-03-25T03:15:00Z"</example>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Enforced, or observed only.</summary>
    public required BrakeMode Mode { get; init; }

    public required BrakeCause Cause { get; init; }

    /// <summary>Recipients since the behaviour began until it was stopped.</summary>
    public required long LetThrough { get; init; }

    /// <summary>Recipients after that: refused, or that would have been.</summary>
    public required long Refused { get; init; }

    /// <summary>When it was released; null while it was not.</summary>
    /// <example>"2026-03-25T08:02:11Z"</example>
    public required DateTimeOffset? ReleasedAt { get; init; }

    internal static BrakeItem Of(StoredBrake brake) => new()
    {
        Id = brake.Id,
        Mailbox = brake.Mailbox,
        Login = brake.Login,
        Since = brake.Since,
        Mode = brake.Mode,
        Cause = brake.Cause,
        LetThrough = brake.LetThrough,
        Refused = brake.Refused,
        ReleasedAt = brake.ReleasedAt,
    };
}
