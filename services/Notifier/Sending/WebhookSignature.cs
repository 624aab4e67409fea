using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using StandardWebhooks;

namespace MailStats.Notifier.Sending;

/// <summary>
/// Signs what is posted, in two ways with one secret. By Standard Webhooks 1.0 (<c>webhook-id</c>, <c>webhook-timestamp</c>,
/// <c>webhook-signature: v1,BASE64</c>), for whose receivers there are libraries. And, for receivers of before, by
/// <c>MailStats-Signature: v1=HEX</c>: HMAC-SHA256 keyed with the secret's text, over <c>timestamp.body</c>.
/// </summary>
internal static class WebhookSignature
{
    /// <summary>The headers that prove the post.</summary>
    /// <param name="secret"><c>whsec_</c> and base64 of 24 to 64 bytes. Secrets of before have hexadecimal digits there, which are base64 as well.</param>
    /// <param name="id">The same for every repetition of the notice.</param>
    /// <param name="at">When it is posted.</param>
    /// <param name="body">The body, which goes out in UTF-8.</param>
    public static IReadOnlyList<(string Name, string Value)> Of(string secret, string id, DateTimeOffset at, string body)
    {
        var stamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var own = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{stamp}.{body}"));

        return
        [
            ("webhook-id", id),
            ("webhook-timestamp", stamp),
            ("webhook-signature", new StandardWebhook(secret).Sign(id, at, body)),
            ("MailStats-Timestamp", stamp),
            ("MailStats-Signature", "v1=" + Convert.ToHexStringLower(own)),
        ];
    }

    /// <summary>256 random bits.</summary>
    public static string NewSecret() => "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
