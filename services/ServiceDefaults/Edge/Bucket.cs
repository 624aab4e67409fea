using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace MailStats.ServiceDefaults;

/// <summary>What a request is counted under.</summary>
/// <param name="Kind"><c>key</c>, <c>webhook</c> or <c>address</c>: the name of the limit in answers.</param>
/// <param name="Name">Whose it is: a proven caller, or an address.</param>
internal readonly record struct Bucket(string Kind, string Name)
{
    private const string Key = "key";
    private const string Webhook = "webhook";
    private const string Address = "address";

    private static readonly PathString Webhooks = "/v1/webhooks";
    private static readonly object Place = new();

    public bool IsWebhook => Kind == Webhook;

    /// <summary>Chosen once for each request: while it is answered its key may become a proven one.</summary>
    public static Bucket Of(HttpContext context, ProvenCallers proven)
    {
        if (context.Items.TryGetValue(Place, out var known))
        {
            return (Bucket)known!;
        }

        var bucket = CredentialOf(context) is { } credential && proven.Find(credential) is { } caller
            ? new Bucket(IsPost(context) ? Webhook : Key, caller)
            : new Bucket(Address, AddressOf(context));
        context.Items[Place] = bucket;

        return bucket;
    }

    /// <summary>
    /// Hash of what the request proves itself with, so that none is kept in clear: the key or token without its scheme and
    /// spaces, or the address that a webhook posts to, which is as unguessable. Null where there is none.
    /// </summary>
    public static string? CredentialOf(HttpContext context) =>
        IsPost(context) ? Hash(context.Request.Path.Value!)
        : KeysAndTokens.BearerOf(context) is { Length: > 0 } bearer ? Hash(bearer)
        : null;

    private static bool IsPost(HttpContext context) => context.Request.Path.StartsWithSegments(Webhooks, StringComparison.OrdinalIgnoreCase);

    private static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>An IPv6 address by its /64, of which one customer has all.</summary>
    private static string AddressOf(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address)
        {
            return "";
        }

        var bytes = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();

        return Convert.ToHexString(bytes.AsSpan(0, Math.Min(8, bytes.Length)));
    }
}
