using System.Security.Cryptography;
using System.Text;

namespace MailStats.Ingest.Webhooks;

/// <summary>Comparisons that take as long for a wrong secret as for a right one.</summary>
internal static class Proofs
{
    public static bool Same(string? given, string wanted) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(wanted));

    /// <summary>
    /// Basic authentication with <c>user:password</c>, or a bearer token where the secret holds no colon; the scheme in any case
    /// (RFC 9110 §11.1). Wrong credentials are asked for again: at a 403 Postmark would stop for good.
    /// </summary>
    public static WebhookProof Authorization(IHeaderDictionary headers, string secret)
    {
        if (headers.Authorization is not [{ Length: > 0 } header] || header.Trim().Split(' ', 2) is not [var scheme, var given])
        {
            return WebhookProof.Asked;
        }

        var basic = secret.Contains(':', StringComparison.Ordinal);
        var wanted = basic ? Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)) : secret;

        return scheme.Equals(basic ? "Basic" : "Bearer", StringComparison.OrdinalIgnoreCase) && Same(given.Trim(), wanted)
            ? WebhookProof.Proven
            : WebhookProof.Asked;
    }

    /// <summary>The header that <see cref="Authorization"/> takes.</summary>
    public static (string Name, string Value) AuthorizationOf(string secret) => ("Authorization", secret.Contains(':', StringComparison.Ordinal)
        ? "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(secret))
        : "Bearer " + secret);

    public static byte[] Hmac(string message, string key) => HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(message));

    public static byte[]? Base64(string? text)
    {
        var bytes = new byte[(text?.Length ?? 0) * 3 / 4 + 3];

        return text is not null && Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }

    /// <summary>The bytes of a SHA-256 in hexadecimal digits; null when the text is none.</summary>
    public static byte[]? Hex(string? text) =>
        text is { Length: 2 * SHA256.HashSizeInBytes } && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text) : null;

    public static bool HasHmac(ReadOnlySpan<byte> message, string key, byte[]? given) =>
        given is not null && CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), message), given);
}
