using System.Security.Claims;
using MailStats.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Admin;

/// <summary>A token to be made.</summary>
public sealed record NewToken
{
    /// <summary>Seconds that it works, 60 to 3600; 900 where absent.</summary>
    /// <example>900</example>
    public int? ExpiresInSeconds { get; init; }

    /// <summary>The sending domains whose numbers it shows, at most 20; those of the key where absent.</summary>
    public IReadOnlyList<string>? Domains { get; init; }
}

/// <summary>A token that was made.</summary>
public sealed record MadeToken
{
    /// <summary>To be sent as a key is: <c>Authorization: Bearer …</c>. It has the scope <c>statistics</c>.</summary>
    /// <example>"mst_…"</example>
    public required string Token { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The sending domains whose numbers it shows; empty: all.</summary>
    public required IReadOnlyList<string> Domains { get; init; }
}

/// <summary>Tokens of minutes for pages that show numbers in somebody's browser, where no key may be.</summary>
internal static class PostToken
{
    private const int Shortest = 60;
    private const int Longest = 3600;
    private const int Usual = 900;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/tokens", HandleAsync)
        .WithName("makeToken")
        .WithTags("Administration")
        .WithSummary("Make a token of minutes for a browser")
        .WithDescription(
            "With an API key that may read or see statistics. The token shows numbers alone, of all the key's domains or fewer, ends by "
            + "itself or with the key, and counts against the key's rate. A token makes no tokens.");

    private static async Task<Results<Ok<MadeToken>, ValidationProblem, ProblemHttpResult>> HandleAsync(
        NewToken body, ClaimsPrincipal caller, BrowserTokens tokens, TimeProvider time, CancellationToken cancellationToken)
    {
        if (caller.TokenEnd() is not null || caller.FindFirstValue(Caller.KeyClaim) is not { } key)
        {
            return TypedResults.Problem("Tokens are made with an API key.", statusCode: StatusCodes.Status403Forbidden);
        }

        var problems = new FieldProblems();
        var seconds = body.ExpiresInSeconds ?? Usual;
        var domains = LimitedDomains.Read(body.Domains, problems);
        var allowed = caller.Domains();

        if (seconds is < Shortest or > Longest)
        {
            problems.Add("expiresInSeconds", $"must be a whole number from {Shortest} to {Longest}");
        }

        if (allowed.Count > 0 && domains.Except(allowed, StringComparer.Ordinal).Any())
        {
            problems.Add("domains", $"the key is limited to {string.Join(", ", allowed)}");
        }

        if (problems.Any)
        {
            return problems.Refusal();
        }

        var expires = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().AddSeconds(seconds).ToUnixTimeSeconds());
        var token = await tokens.MakeAsync(new(caller.TenantId(), key, domains, expires), cancellationToken);

        return TypedResults.Ok(new MadeToken { Token = token, ExpiresAt = expires, Domains = domains.Count > 0 ? domains : allowed });
    }
}
