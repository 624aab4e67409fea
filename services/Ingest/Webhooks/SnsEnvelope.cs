using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MailStats.Ingest.Webhooks;

/// <summary>
/// Amazon SNS' envelope: signed with a key whose certificate lies at Amazon. A right signature proves Amazon, not the topic:
/// that is compared as well. A subscription of the right topic is confirmed.
/// </summary>
/// <remarks>
/// The process has one of it, which keeps certificates. So it asks the factory for a client each time: one that is kept would
/// never learn that Amazon's addresses have changed.
/// </remarks>
internal sealed partial class SnsEnvelope(IHttpClientFactory clients, ILogger<SnsEnvelope> logger)
{
    /// <summary>Bytes of a certificate or of the answer to a confirmation. Amazon's have 2 KB.</summary>
    private const int MaxAnswer = 64 * 1024;

    private const int MaxCertificates = 100;

    private const int KeyBits = 2048;

    private static readonly string[] Notification = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];
    private static readonly string[] Confirmation = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

    // Re-downloading for every post would cost Amazon's round trip each time.
    private readonly ConcurrentDictionary<Uri, X509Certificate2> _certificates = [];

    public static void AddClient(IServiceCollection services) => services
        .AddHttpClient(nameof(SnsEnvelope), client =>
        {
            client.Timeout = TimeSpan.FromSeconds(10);
            client.MaxResponseContentBufferSize = MaxAnswer;
        })
        // Where a redirection leads need not be Amazon's.
        .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });

    public ValueTask<WebhookProof> VerifyAsync(ReadOnlyMemory<byte> body, string topic, SnsHosts hosts, CancellationToken cancellationToken) =>
        VerifyAsync(body, topic, hosts, CertificateAsync, cancellationToken);

    /// <summary>A notification of the topic, signed by a certificate of its own.</summary>
    /// <param name="topic">The topic's ARN.</param>
    /// <param name="hosts">Where certificates may lie.</param>
    /// <param name="address">Where this one would lie; it is not asked for there.</param>
    /// <param name="now">Within the certificate's time.</param>
    public SelfSigned SignSelf(string topic, SnsHosts hosts, string address, DateTimeOffset now)
    {
        using var key = RSA.Create(KeyBits);
        using var made = new CertificateRequest("CN=mailstats test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
        var pem = made.ExportCertificatePem();
        var envelope = new JsonObject
        {
            ["Type"] = "Notification",
            ["MessageId"] = Guid.NewGuid().ToString(),
            ["TopicArn"] = topic,
            ["Message"] = "A test of this webhook source.",
            ["Timestamp"] = now.ToString("O", CultureInfo.InvariantCulture),
            ["SignatureVersion"] = "2",
            ["SigningCertURL"] = address,
        };
        using var unsigned = JsonDocument.Parse(envelope.ToJsonString());
        envelope["Signature"] = Convert.ToBase64String(key.SignData(Signed(unsigned.RootElement), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

        return new(new(envelope.ToJsonString()), (post, cancellationToken) => VerifyAsync(
            post.Body, topic, hosts, (_, _) => Task.FromResult<X509Certificate2?>(X509Certificate2.CreateFromPem(pem)), cancellationToken));
    }

    private async ValueTask<WebhookProof> VerifyAsync(
        ReadOnlyMemory<byte> body,
        string topic,
        SnsHosts hosts,
        Func<Uri, CancellationToken, Task<X509Certificate2?>> certificates,
        CancellationToken cancellationToken)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var envelope = document.RootElement;

            if (envelope.Text("TopicArn") != topic || !await IsSignedAsync(envelope, hosts, certificates, cancellationToken))
            {
                return WebhookProof.Refused;
            }

            if (envelope.Text("Type") == "Notification")
            {
                return WebhookProof.Proven;
            }

            if (envelope.Text("Type") == "SubscriptionConfirmation" && hosts.Confirmation(envelope.Text("SubscribeURL")) is { } confirm)
            {
                using var client = clients.CreateClient(nameof(SnsEnvelope));
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

    private static async Task<bool> IsSignedAsync(
        JsonElement envelope, SnsHosts hosts, Func<Uri, CancellationToken, Task<X509Certificate2?>> certificates, CancellationToken cancellationToken)
    {
        var hash = envelope.Text("SignatureVersion") switch
        {
            "1" => HashAlgorithmName.SHA1,
            "2" => HashAlgorithmName.SHA256,
            _ => default,
        };

        if (hash == default || Proofs.Base64(envelope.Text("Signature")) is not { } signature
            || hosts.Certificate(envelope.Text("SigningCertURL")) is not { } address)
        {
            return false;
        }

        var certificate = await certificates(address, cancellationToken);
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

        using var client = clients.CreateClient(nameof(SnsEnvelope));
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
            // The right host, but no certificate there: nothing is proven by it.
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Amazon SNS did not give a certificate or did not take a confirmation")]
    private static partial void LogUnreachable(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Information, "Confirmed an SNS subscription")]
    private static partial void LogConfirmed(ILogger logger);
}
