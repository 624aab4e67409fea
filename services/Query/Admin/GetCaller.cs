using System.Security.Claims;
using MailStats.ServiceDefaults;
using MailStats.Stores.Administration;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Admin;

/// <summary>Whose numbers the caller sees, and what it may do.</summary>
public sealed record CallerView
{
    /// <summary>Id of the tenant that the key or token is bound to.</summary>
    /// <example>"shop"</example>
    public required string Tenant { get; init; }

    /// <summary>The tenant's name.</summary>
    /// <example>"Shop Ltd."</example>
    public required string TenantName { get; init; }

    /// <summary>IANA zone that days are cut in unless a request names another.</summary>
    /// <example>"Europe/Berlin"</example>
    public required string TimeZone { get; init; }

    /// <summary>The key's name, or the <c>sub</c> of a token.</summary>
    /// <example>"newsletter"</example>
    public required string Name { get; init; }

    /// <summary>What the caller may do, in the order of the alphabet.</summary>
    [Scope]
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The sending domains whose numbers the caller may see; empty: all of the tenant's.</summary>
    public required IReadOnlyList<string> Domains { get; init; }
}

internal static class GetCaller
{
    public static void Map(IEndpointRouteBuilder reads) => reads.MapGet("/v1/me", HandleAsync)
        .AddEndpointFilter<NeverKept>()
        .WithName("getCaller")
        .WithTags("Administration")
        .WithSummary("Whose numbers these are, and what the caller may do")
        .WithDescription("The tenant that the key or token is bound to, and its scopes: a frontend shows whose page it is and what can be done there.");

    private static async Task<Ok<CallerView>> HandleAsync(
        ClaimsPrincipal caller, ITenantStore tenants, IApiKeyStore keys, CancellationToken cancellationToken)
    {
        var tenant = await tenants.FindAsync(caller.TenantId(), cancellationToken);
        var key = caller.FindFirstValue(Caller.KeyClaim) is { } id
            ? (await keys.ListAsync(caller.TenantId(), cancellationToken)).FirstOrDefault(made => made.Id == id)
            : null;

        return TypedResults.Ok(new CallerView
        {
            Tenant = caller.TenantId(),
            TenantName = tenant?.Name ?? caller.TenantId(),
            TimeZone = tenant?.TimeZone ?? "UTC",
            Name = key?.Terms.Name ?? caller.CallerId(),
            Scopes = [.. caller.FindAll(Caller.ScopeClaim).Select(claim => claim.Value).Order(StringComparer.Ordinal)],
            Domains = caller.Domains(),
        });
    }
}
