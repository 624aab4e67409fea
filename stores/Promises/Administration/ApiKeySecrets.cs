using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;

namespace MailStats.Stores.Administration;

/// <summary>How keys look, and what is kept of them.</summary>
public static class ApiKeySecrets
{
    public static string NewKey() => "ms_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    public static ClaimsPrincipal CallerOf(ApiKey key) => new(new ClaimsIdentity(
        [new("tenant", key.TenantId), new("key", key.Id), .. key.Scopes.Select(scope => new Claim("scope", scope))],
        authenticationType: "ApiKey"));

    public static bool IsValid(this ApiKey key, DateTimeOffset now) => key.RevokedAt is null && !(key.ExpiresAt <= now);
}
