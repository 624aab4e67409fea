using System.Text.RegularExpressions;

namespace MailStats.Ingest.Webhooks;

/// <summary>Where those who speak as SNS keep their certificates and have subscriptions confirmed. Elsewhere, a certificate proves nothing.</summary>
internal sealed partial class SnsHosts
{
    // Milliseconds for one match, which takes microseconds: a text that makes it slow is given up.
    private const int MatchMilliseconds = 1000;

    private readonly Regex _certificates;
    private readonly Regex _confirmations;

    private SnsHosts(Regex certificates, Regex confirmations) => (_certificates, _confirmations) = (certificates, confirmations);

    public static SnsHosts Amazon { get; } = new(AmazonCertificate(), AmazonHost());

    public static SnsHosts Scaleway { get; } = new(ScalewayCertificate(), ScalewayHost());

    /// <summary>The address of a certificate; null when it is not theirs.</summary>
    public Uri? Certificate(string? text) => Https(text) is { } address && _certificates.IsMatch(address.Host + address.AbsolutePath) ? address : null;

    /// <summary>The address that confirms a subscription; null when it is not theirs.</summary>
    public Uri? Confirmation(string? text) => Https(text) is { } address && _confirmations.IsMatch(address.Host) ? address : null;

    private static Uri? Https(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps && address.IsDefaultPort
        && address.UserInfo.Length == 0
            ? address
            : null;

    // A region and nothing else: s3-us-west-2 holds the buckets of customers.
    [GeneratedRegex(@"^sns\.[a-z]{2}(-gov|-iso[a-z]?)?-[a-z]{4,12}-[0-9]{1,2}\.amazonaws\.com(\.cn)?\z", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex AmazonHost();

    [GeneratedRegex(
        @"^sns\.[a-z]{2}(-gov|-iso[a-z]?)?-[a-z]{4,12}-[0-9]{1,2}\.amazonaws\.com(\.cn)?/SimpleNotificationService-[A-Za-z0-9]+\.pem\z",
        RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex AmazonCertificate();

    [GeneratedRegex(@"^sns\.mnq\.[a-z]{2}-[a-z]{3}\.scaleway\.com\z", RegexOptions.None, MatchMilliseconds)]
    private static partial Regex ScalewayHost();

    // The one bucket in which Scaleway keeps those of every region; other names are customers'.
    [GeneratedRegex(@"^messaging\.s3\.fr-par\.scw\.cloud/[A-Za-z0-9/_-]{1,100}\.(crt|pem)\z", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex ScalewayCertificate();
}
