using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MailStats.Ingest.Webhooks;

/// <summary>
/// Amazon SNS' envelope: signed with a key whose certificate lies at Amazon. A right signature proves Amazon, not the topic:
/// that is compared as well. A subscription of the right topic is confirmed.
/// </summary>
internal sealed partial class SnsEnvelope(HttpClient client, ILogger<SnsEnvelope> logger)
{
    private const int MaxCertificates = 100;

    private static readonly string[] Notification = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];
    private static readonly string[] Confirmation = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

    // Re-downloading for every post would cost Amazon's round trip each time.
    private readonly ConcurrentDictionary<Uri, X509Certificate2> _certificates = [];

    public async ValueTask<WebhookProof> VerifyAsync(ReadOnlyMemory<byte> body, string topic, CancellationToken cancellationToken)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var envelope = document.RootElement;

            if (envelope.Text("TopicArn") != topic || !await IsSignedAsync(envelope, cancellationToken))
            {
                return WebhookProof.Refused;
            }

            if (envelope.Text("Type") == "Notification")
            {
                return WebhookProof.Proven;
            }

            if (envelope.Text("Type") == "SubscriptionConfirmation" && AmazonAddress(envelope.Text("SubscribeURL")) is { } confirm)
            {
                using var answer = await client.GetAsync(confirm, cancellationToken);
                answer.EnsureSuccessStatusCode();
                LogConfirmed(logger);
            }

            return WebhookProof.Handshake;
        }
        catch (JsonException)
        {
            // What is no JSON is no envelope of SNS.
            return WebhookProof.Refused;
        }
        catch (Exception exception) when (
                exception is HttpRequestException || (exception is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            LogUnreachable(logger, exception);

            return WebhookProof.Unknown;
        }
    }

    private async Task<bool> IsSignedAsync(JsonElement envelope, CancellationToken cancellationToken)
    {
        var hash = envelope.Text("SignatureVersion") switch
        {
            "1" => HashAlgorithmName.SHA1,
            "2" => HashAlgorithmName.SHA256,
            _ => default,
        };

        if (hash == default || Proofs.Base64(envelope.Text("Signature")) is not { } signature
            || AmazonAddress(envelope.Text("SigningCertURL")) is not { } address || !CertificatePath().IsMatch(address.AbsolutePath))
        {
            return false;
        }

        var certificate = await CertificateAsync(address, cancellationToken);
        using var key = certificate?.GetRSAPublicKey();

        return key is not null && key.VerifyData(Signed(envelope), signature, hash, RSASignaturePadding.Pkcs1);
    }

    private static byte[] Signed(JsonElement envelope)
    {
        var text = new StringBuilder();

        foreach (var name in envelope.Text("Type") == "Notification" ? Notification : Confirmation)
        {
            if (envelope.Text(name) is { } value)
            {
                text.Append(name).Append('\n').Append(value).Append('\n');
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private async Task<X509Certificate2?> CertificateAsync(Uri address, CancellationToken cancellationToken)
    {
        if (_certificates.TryGetValue(address, out var known))
        {
            return known;
        }

        var pem = await client.GetStringAsync(address, cancellationToken);

        try
        {
            var certificate = X509Certificate2.CreateFromPem(pem);

            if (_certificates.Count < MaxCertificates)
            {
                _certificates[address] = certificate;
            }

            return certificate;
        }
        catch (CryptographicException)
        {
            // Amazon's host, but no certificate there: nothing is proven by it.
            return null;
        }
    }

    private static Uri? AmazonAddress(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps && address.IsDefaultPort
        && address.UserInfo.Length == 0 && AmazonHost().IsMatch(address.Host)
            ? address
            : null;

    [GeneratedRegex(@"^sns\.[a-z0-9-]{3,30}\.amazonaws\.com(\.cn)?\z")]
    private static partial Regex AmazonHost();

    [GeneratedRegex(@"^/SimpleNotificationService-[A-Za-z0-9]+\.pem\z")]
    private static partial Regex CertificatePath();

    [LoggerMessage(LogLevel.Warning, "Amazon SNS did not give a certificate or did not take a confirmation")]
    private static partial void LogUnreachable(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Information, "Confirmed an SNS subscription")]
    private static partial void LogConfirmed(ILogger logger);
}
