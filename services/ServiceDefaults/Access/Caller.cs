using System.Globalization;
using System.Security.Claims;
using MailStats.Stores;
using MailStats.Stores.Administration;

namespace MailStats.ServiceDefaults;

/// <summary>Who calls, out of an API key or a token. The names of claims stand here alone.</summary>
public static class Caller
{
    /// <summary>The claim that names the tenant a caller is bound to.</summary>
    public const string TenantClaim = "tenant";

    /// <summary>The claim that holds the id (not the secret) of an API key.</summary>
    public const string KeyClaim = "key";

    /// <summary>The claim that holds one scope.</summary>
    public const string ScopeClaim = "scope";

    /// <summary>The claim that names one sending domain whose numbers the caller is limited to; a caller without one sees all.</summary>
    public const string DomainClaim = "domain";

    /// <summary>The claim that says when a <see cref="BrowserToken"/> ends, in seconds of Unix time; nobody else has it.</summary>
    public const string TokenEndClaim = "token-end";

    /// <summary>The claim that names the user a token was given to (OpenID Connect Core 1.0 §2).</summary>
    public const string SubjectClaim = "sub";

    /// <summary>The tenant the caller is bound to. Only for endpoints that require a scope.</summary>
    public static string TenantId(this ClaimsPrincipal user) =>
        user.FindFirstValue(TenantClaim) ?? throw new InvalidOperationException("The endpoint asks for a tenant but requires no scope.");

    /// <summary>Id of the key, or the subject of a token; for audit.</summary>
    public static string CallerId(this ClaimsPrincipal user) => user.FindFirstValue(KeyClaim) ?? user.FindFirstValue(SubjectClaim) ?? "";

    public static bool HasScope(this ClaimsPrincipal user, string scope) => user.HasClaim(ScopeClaim, scope);

    /// <summary>The sending domains whose numbers the caller may see; empty: all of the tenant's.</summary>
    public static IReadOnlyList<string> Domains(this ClaimsPrincipal user) => [.. user.FindAll(DomainClaim).Select(claim => claim.Value)];

    /// <summary>When a browser's token ends; null for keys and for the authority's tokens.</summary>
    public static DateTimeOffset? TokenEnd(this ClaimsPrincipal user) => user.FindFirstValue(TokenEndClaim) is { } end
        ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(end, CultureInfo.InvariantCulture))
        : null;

    internal static ClaimsPrincipal Of(ApiKey key, string authenticationType) => Of(key, key.Terms.Scopes, key.Terms.Domains, null, authenticationType);

    internal static ClaimsPrincipal Of(
        ApiKey key, IReadOnlyList<string> scopes, IReadOnlyList<string> domains, DateTimeOffset? tokenEnd, string authenticationType)
    {
        var claims = new List<Claim> { new(TenantClaim, key.TenantId), new(KeyClaim, key.Id) };
        claims.AddRange(scopes.Select(scope => new Claim(ScopeClaim, scope)));
        claims.AddRange(domains.Select(domain => new Claim(DomainClaim, domain)));

        if (tokenEnd is { } end)
        {
            claims.Add(new(TokenEndClaim, end.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
        }

        return new(new ClaimsIdentity(claims, authenticationType));
    }
}
