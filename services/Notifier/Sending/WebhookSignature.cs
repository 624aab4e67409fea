using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MailStats.Notifier.Sending;

/// <summary>
/// Signs what is posted: <c>MailStats-Signature: v1=HEX</c> with HEX the HMAC-SHA256, keyed with the target's secret (its
/// text in UTF-8), over <c>timestamp.body</c>: the value of <c>MailStats-Timestamp</c> (Unix seconds), a full stop, and the
/// raw bytes of the body. A receiver compares in constant time and refuses timestamps older than five minutes.
/// </summary>
internal static class WebhookSignature
{
    public const string TimestampHeader = "MailStats-Timestamp";

    public const string SignatureHeader = "MailStats-Signature";

    public static string Of(string secret, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var stamp = Encoding.ASCII.GetBytes(Stamp(at) + ".");
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hash.AppendData(stamp);
        hash.AppendData(body);

        return "v1=" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static string Stamp(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>256 random bits.</summary>
    public static string NewSecret() => "whsec_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
}
