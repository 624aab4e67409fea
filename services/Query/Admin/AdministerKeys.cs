using System.Security.Claims;
using MailStats.Query.Names;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Admin;

/// <summary>An API key, without what only its holder knows.</summary>
public sealed record KeyView
{
    /// <example>"0197f3c2a1b04d5e8f60718293a4b5c6"</example>
    public required string Id { get; init; }

    /// <example>"mail-1 collector"</example>
    public required string Name { get; init; }

    [Scope]
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The sending domains whose numbers it shows; empty: all.</summary>
    public required IReadOnlyList<string> Domains { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>To within five minutes; null while it was not used.</summary>
    public required DateTimeOffset? LastUsedAt { get; init; }

    public required DateTimeOffset? RevokedAt { get; init; }

    internal static KeyView Of(ApiKey key) => new()
    {
        Id = key.Id,
        Name = key.Terms.Name,
        Scopes = key.Terms.Scopes,
        Domains = key.Terms.Domains,
        CreatedAt = key.CreatedAt,
        ExpiresAt = key.Terms.ExpiresAt,
        LastUsedAt = key.LastUsedAt,
        RevokedAt = key.RevokedAt,
    };
}

/// <summary>Keys of the tenant, oldest first, the revoked ones too.</summary>
public sealed record KeyList
{
    public required IReadOnlyList<KeyView> Items { get; init; }
}

/// <summary>A key to be made.</summary>
public sealed record NewKey
{
    /// <summary>What it is for, 1 to 200 characters.</summary>
    /// <example>"mail-1 collector"</example>
    public string? Name { get; init; }

    /// <summary>
    /// One or more of <c>ingest</c>, <c>read</c>, <c>statistics</c>, <c>admin</c>; <c>ingest-all</c> and <c>operator</c> only by an operator.
    /// </summary>
    [Scope]
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>
    /// For a key with the scope <c>statistics</c> alone: the sending domains whose numbers it shows, at most 20. All where absent.
    /// </summary>
    public IReadOnlyList<string>? Domains { get; init; }

    /// <summary>When it ends, in the future; never where absent.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>A key that was made.</summary>
public sealed record MadeKey
{
    /// <summary>The key itself. It is shown this once and kept only as a hash.</summary>
    /// <example>"ms_…"</example>
    public required string Key { get; init; }

    public required KeyView Stored { get; init; }
}

internal static class AdministerKeys
{
    private static readonly string[] _tenantScopes = [Scopes.Ingest, Scopes.Read, Scopes.Statistics, Scopes.Admin];

    private static readonly string[] _operatorScopes = [.. _tenantScopes, Scopes.IngestAll, Scopes.Operator];

    public static void Map(IEndpointRouteBuilder admin, IEndpointRouteBuilder operators)
    {
        admin.MapGet("/keys", ListAsync).WithName("listKeys").WithSummary("API keys of the tenant")
            .WithDescription("Oldest first, the revoked ones too. The keys themselves are not known to the server.");
        admin.MapPost("/keys", AddAsync).WithName("addKey").WithSummary("Make an API key")
            .WithDescription("The key is in the answer and nowhere else: 256 random bits, kept as a hash.");
        admin.MapDelete("/keys/{key}", RevokeAsync).WithName("revokeKey").WithSummary("Revoke an API key")
            .WithDescription("At once in this process, within five seconds in every other.").ProducesProblem(StatusCodes.Status404NotFound);
        operators.MapPost("/tenants/{tenant}/keys", AddAsync).WithName("addKeyForTenant").WithSummary("Make an API key for a tenant")
            .WithDescription("For operators: how a new tenant gets its first key.").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Ok<KeyList>> ListAsync(ClaimsPrincipal caller, IApiKeyStore keys, CancellationToken cancellationToken) =>
        TypedResults.Ok(new KeyList { Items = [.. (await keys.ListAsync(caller.TenantId(), cancellationToken)).Select(KeyView.Of)] });

    private static async Task<Results<Created<MadeKey>, ValidationProblem, ProblemHttpResult>> AddAsync(
        AddressedTenant whose, NewKey body, ClaimsPrincipal caller, HttpContext http, IApiKeyStore keys, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!await whose.ExistsAsync(cancellationToken))
        {
            return AdministerTenants.NotFound();
        }

        var problems = new FieldProblems();
        var name = Texts.ReadName("name", body.Name, problems);
        var allowed = caller.HasScope(Scopes.Operator) ? _operatorScopes : _tenantScopes;
        var scopes = body.Scopes?.Distinct(StringComparer.Ordinal).ToArray() ?? [];

        if (scopes.Length == 0 || scopes.Except(allowed).Any())
        {
            problems.Add("scopes", $"must be one or more of {string.Join(", ", allowed)}.");
        }

        var domains = LimitedDomains.Read(body.Domains, problems);

        if (domains.Count > 0 && scopes is not [Scopes.Statistics])
        {
            problems.Add("domains", "only a key with the scope statistics alone can be limited to domains");
        }

        if (body.ExpiresAt <= time.GetUtcNow())
        {
            problems.Add("expiresAt", "must be in the future");
        }

        if (problems.Any || name is null)
        {
            return problems.Refusal();
        }

        http.AddAuditDetail("name", name);
        http.AddAuditDetail("scopes", string.Join(' ', scopes));

        if (domains.Count > 0)
        {
            http.AddAuditDetail("domains", string.Join(' ', domains));
        }

        var made = await keys.CreateAsync(whose.Id, new(name, scopes, domains, body.ExpiresAt?.ToUniversalTime()), cancellationToken);
        http.AddAuditDetail("key", made.Stored.Id);

        return TypedResults.Created($"/v1/admin/keys/{made.Stored.Id}", new MadeKey { Key = made.Key, Stored = KeyView.Of(made.Stored) });
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(
        [FromRoute(Name = "key")] string keyId, ClaimsPrincipal caller, IApiKeyStore keys, CancellationToken cancellationToken) =>
        await keys.RevokeAsync(caller.TenantId(), keyId, cancellationToken)
            ? TypedResults.NoContent()
            : TypedResults.Problem("This tenant has no such key.", statusCode: StatusCodes.Status404NotFound);
}
