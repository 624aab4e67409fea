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

    /// <summary>The claim that names the user a token was given to (OpenID Connect Core 1.0 §2).</summary>
    public const string SubjectClaim = "sub";

    /// <summary>The tenant the caller is bound to. Only for endpoints that require a scope.</summary>
    public static string TenantId(this ClaimsPrincipal user) =>
        user.FindFirstValue(TenantClaim) ?? throw new InvalidOperationException("The endpoint asks for a tenant but requires no scope.");

    /// <summary>Id of the key, or the subject of a token; for audit.</summary>
    public static string CallerId(this ClaimsPrincipal user) => user.FindFirstValue(KeyClaim) ?? user.FindFirstValue(SubjectClaim) ?? "";

    public static bool HasScope(this ClaimsPrincipal user, string scope) => user.HasClaim(ScopeClaim, scope);

    internal static ClaimsPrincipal Of(ApiKey key, string authenticationType) => new(new ClaimsIdentity(
        [new(TenantClaim, key.TenantId), new(KeyClaim, key.Id), .. key.Scopes.Select(scope => new Claim(ScopeClaim, scope))],
        authenticationType));
}
