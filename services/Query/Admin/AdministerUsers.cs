using System.Security.Claims;
using MailStats.Query.Names;
using MailStats.ServiceDefaults;
using MailStats.Stores.Administration;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Admin;

/// <summary>A person who signs in through the authority, and what that person may do in this tenant.</summary>
public sealed record UserView
{
    /// <summary>The token's <c>sub</c>.</summary>
    /// <example>"ann"</example>
    public required string Subject { get; init; }

    /// <example>"Ann Example"</example>
    public required string Name { get; init; }

    public required UserRole Role { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    internal static UserView Of(TenantUser user) => new() { Subject = user.Subject, Name = user.Name, Role = user.Role, CreatedAt = user.CreatedAt };
}

/// <summary>Users of the tenant, by subject.</summary>
public sealed record UserList
{
    public required IReadOnlyList<UserView> Items { get; init; }
}

/// <summary>Settings of a user.</summary>
public sealed record UserChange
{
    /// <summary>1 to 200 characters.</summary>
    /// <example>"Ann Example"</example>
    public string? Name { get; init; }

    /// <summary><c>viewer</c> reads; <c>administrator</c> reads and administers the tenant.</summary>
    public UserRole? Role { get; init; }
}

internal static class AdministerUsers
{
    private const int LongestSubject = 255;

    public static void Map(IEndpointRouteBuilder admin)
    {
        admin.MapGet("/users", ListAsync).WithName("listUsers").WithSummary("Users and their roles")
            .WithDescription(
                "Who a user is and to which tenant the user belongs says the OpenID Connect authority; "
                + "what the user may do stands here, beside the scopes of the token.");
        admin.MapGet("/users/{subject}", GetAsync).WithName("getUser").WithSummary("One user and that user's role")
            .WithDescription("As the list has it, with the `ETag` that a change can name.").ProducesProblem(StatusCodes.Status404NotFound).TellsVersion();
        admin.MapPut("/users/{subject}", SaveAsync).WithName("saveUser").WithSummary("Give a user a role")
            .WithDescription("Takes effect with the user's next request.").TakesVersion();
        admin.MapDelete("/users/{subject}", RemoveAsync).WithName("removeUser").WithSummary("Take a user's role away")
            .WithDescription("Takes effect with the user's next request.").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<UserList>> ListAsync(ClaimsPrincipal caller, IUserStore users, CancellationToken cancellationToken) =>
        TypedResults.Ok(new UserList { Items = [.. (await users.ListAsync(caller.TenantId(), cancellationToken)).Select(UserView.Of)] });

    private static async Task<Results<Ok<UserView>, ProblemHttpResult>> GetAsync(
        [FromRoute(Name = "subject")] string subject, ClaimsPrincipal caller, HttpContext http, IUserStore users, CancellationToken cancellationToken) =>
        await users.FindAsync(caller.TenantId(), subject, cancellationToken) is { } user ? http.OkWithVersion(UserView.Of(user)) : NotFound();

    private static async Task<Results<Ok<UserView>, ValidationProblem, ProblemHttpResult>> SaveAsync(
        [FromRoute(Name = "subject")] string subject,
        ClaimsPrincipal caller,
        UserChange body,
        HttpContext http,
        IUserStore users,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var name = Texts.ReadName("name", body.Name, problems);

        if (subject.Length > LongestSubject || subject.Any(char.IsControl))
        {
            problems.Add("subject", $"must be at most {LongestSubject} characters, none of them a control character");
        }

        if (body.Role is not (UserRole.Viewer or UserRole.Administrator))
        {
            problems.Add("role", "must be one of viewer, administrator");
        }

        if (problems.Any || name is null)
        {
            return problems.Refusal();
        }

        http.AddAuditDetail("role", body.Role.ToString()!);
        var known = await users.FindAsync(caller.TenantId(), subject, cancellationToken);
        var user = new TenantUser(caller.TenantId(), subject, name, body.Role!.Value, known?.CreatedAt ?? time.GetUtcNow());
        var demanded = http.VersionDemanded<UserView?>();

        return await users.ReplaceAsync(user, now => demanded(now is null ? null : UserView.Of(now)), cancellationToken)
            ? http.OkWithVersion(UserView.Of(user))
            : SettingsVersions.Overtaken();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        [FromRoute(Name = "subject")] string subject, ClaimsPrincipal caller, IUserStore users, CancellationToken cancellationToken) =>
        await users.RemoveAsync(caller.TenantId(), subject, cancellationToken)
            ? TypedResults.NoContent()
            : NotFound();

    private static ProblemHttpResult NotFound() => TypedResults.Problem("This tenant has no such user.", statusCode: StatusCodes.Status404NotFound);
}
