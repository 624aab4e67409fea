using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MailStats.Ingest.Webhooks;
using MailStats.Stores.Webhooks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace MailStats.Ingest.Tests.Webhooks.Samples;

/// <summary>A body with the headers that prove it.</summary>
internal sealed record SignedPost(string Body, params (string Name, string Value)[] Headers)
{
    public WebhookPost Read(byte[]? body = null)
    {
        var headers = new HeaderDictionary();

        foreach (var (name, value) in Headers)
        {
            headers[name] = value;
        }

        return new(headers, body ?? Encoding.UTF8.GetBytes(Body), SignedPosts.Now) { PathAndQuery = "/x" };
    }
}

/// <summary>All providers, and posts that they could have signed.</summary>
internal sealed class SignedPosts : IDisposable
{
    /// <summary>The name that the world knows the server by.</summary>
    public const string PublicHost = "mailstats.shop.example";

    public const string Fallback = "news@fallback.example";

    // Without escapes that can be written in two ways, so that each bit of the text means something.
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string ScalewayTopic = "arn:scw:sns:fr-par:project-8c8bfa06:mailstats";
    private const string ScalewayCertificate = "https://messaging.s3.fr-par.scw.cloud/fr-par/sns/sns_certificate_1.crt";
    private const string AmazonCertificate = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-x.pem";
    private const string Topic = "arn:aws:sns:eu-west-1:111122223333:mailstats";
    private const string Password = "mailstats:a long password";
    private const string Token = "a long secret of ours";

    public static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private readonly ECDsa _sendGrid = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly Amazon _amazon = new();
    private int _tokens;

    public SignedPosts()
    {
        using var certificate = new CertificateRequest("CN=sns", _rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(Now, Now.AddDays(1));
        _amazon.Certificate = certificate.ExportCertificatePem();
        var envelopes = new SnsEnvelope(new AmazonClients(_amazon), NullLogger<SnsEnvelope>.Instance);
        Providers = new IWebhookProvider[]
        {
            new AmazonSes(envelopes), new SendGrid(), new Mailgun(new Tokens()), new Postmark(), new SparkPost(), new KumoMta(), new Postal(), new Stalwart(),
            new Resend(), new Brevo(), new Mailjet(), new Mandrill(), new MailerSend(), new Mailtrap(), new AzureCommunication(), new ZeptoMail(),
            new Scaleway(envelopes),
        }.ToDictionary(provider => provider.Name);
    }

    public IReadOnlyDictionary<string, IWebhookProvider> Providers { get; }

    public string Certificate => _amazon.Certificate;

    public WebhookSource SourceOf(string provider) => new("wh_" + provider, "acme", provider, "main", SecretOf(provider), Fallback, DateTimeOffset.UnixEpoch);

    public string SecretOf(string provider) => provider switch
    {
        "ses" => Topic,
        "scaleway" => ScalewayTopic,
        "resend" => "whsec_" + Convert.ToBase64String(Encoding.UTF8.GetBytes(Token)),
        "sendgrid" => Convert.ToBase64String(_sendGrid.ExportSubjectPublicKeyInfo()),
        "postal" => _rsa.ExportSubjectPublicKeyInfoPem(),
        "postmark" or "mailjet" => Password,
        _ => Token,
    };

    /// <summary>The body as the provider sends it, signed.</summary>
    /// <param name="sample">What it tells.</param>
    /// <param name="stamp">Seconds of Unix time at which it is sent.</param>
    /// <param name="path">Where it is sent to, for signatures that hold the address.</param>
    public SignedPost Sign(ProviderSample sample, long? stamp = null, string path = "/x")
    {
        var seconds = (stamp ?? Now.ToUnixTimeSeconds()).ToString(CultureInfo.InvariantCulture);
        var bytes = Encoding.UTF8.GetBytes(sample.Body);

        return sample.Provider switch
        {
            "ses" => new(Envelope(sample.Body, Topic, AmazonCertificate)),
            "scaleway" => new(Envelope(sample.Body, ScalewayTopic, ScalewayCertificate)),
            "resend" => new(
                sample.Body, ("svix-id", "msg_2W2D3qXLS5fOaPja1GDg7rF2CwB"), ("svix-timestamp", seconds),
                ("svix-signature", "v1,bm9ib2R5J3M= v1," + Convert.ToBase64String(HMACSHA256.HashData(
                    Encoding.UTF8.GetBytes(Token), Encoding.UTF8.GetBytes($"msg_2W2D3qXLS5fOaPja1GDg7rF2CwB.{seconds}.{sample.Body}"))))),
            "mandrill" => new(
                "mandrill_events=" + Uri.EscapeDataString(sample.Body), ("X-Forwarded-Host", PublicHost),
                ("X-Mandrill-Signature", Convert.ToBase64String(CryptographicOperations.HmacData(
                    HashAlgorithmName.SHA1, Encoding.UTF8.GetBytes(Token),
                    Encoding.UTF8.GetBytes($"https://{PublicHost}{path}mandrill_events{sample.Body}"))))),
            "mailersend" => new(sample.Body, ("Signature", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Token), bytes)))),
            "mailtrap" => new(sample.Body, ("Mailtrap-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Token), bytes)))),
            "zeptomail" => new(
                "event=" + Uri.EscapeDataString(sample.Body),
                ("producer-signature", $"ts={seconds}000;s={Uri.EscapeDataString(Convert.ToBase64String(HMACSHA256.HashData(
                    Encoding.UTF8.GetBytes(Token), bytes)))};s-algorithm=HmacSHA256")),
            "mailjet" => new(sample.Body, ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Password)))),
            "sendgrid" => new(
                sample.Body, ("X-Twilio-Email-Event-Webhook-Timestamp", seconds),
                ("X-Twilio-Email-Event-Webhook-Signature", Convert.ToBase64String(_sendGrid.SignData(
                    Encoding.UTF8.GetBytes(seconds + sample.Body), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)))),
            "mailgun" => new(SignMailgun(sample.Body, seconds)),
            "postmark" => new(sample.Body, ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Password)))),
            "postal" => new(
                sample.Body, ("X-Postal-Signature-256", Convert.ToBase64String(_rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)))),
            "stalwart" => new(sample.Body, ("X-Signature", Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Token), bytes)))),
            _ => new(sample.Body, ("Authorization", "Bearer " + Token)),
        };
    }

    /// <summary>The body alone, for what does not look at signatures.</summary>
    public static string Unsigned(ProviderSample sample) =>
        sample.Provider is "ses" or "scaleway" ? new JsonObject { ["Type"] = "Notification", ["Message"] = sample.Body }.ToJsonString() : sample.Body;

    public void Dispose()
    {
        _amazon.Dispose();
        _sendGrid.Dispose();
        _rsa.Dispose();
    }

    private string SignMailgun(string body, string seconds)
    {
        var token = "token" + Interlocked.Increment(ref _tokens).ToString("D45", CultureInfo.InvariantCulture);
        var node = JsonNode.Parse(body)!;
        node["signature"] = new JsonObject
        {
            ["timestamp"] = seconds,
            ["token"] = token,
            ["signature"] = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Token), Encoding.UTF8.GetBytes(seconds + token))),
        };

        return node.ToJsonString();
    }

    private string Envelope(string message, string topic, string certificate)
    {
        var fields = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["Message"] = message, ["MessageId"] = "7d0c2f6e", ["Timestamp"] = "2026-11-20T09:14:03.300Z", ["TopicArn"] = topic, ["Type"] = "Notification",
        };
        var text = string.Concat(fields.Select(field => $"{field.Key}\n{field.Value}\n"));

        return new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, (JsonNode?)field.Value)))
        {
            ["SignatureVersion"] = "2",
            ["Signature"] = Convert.ToBase64String(_rsa.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
            ["SigningCertURL"] = certificate,
        }.ToJsonString(Relaxed);
    }

    private sealed class AmazonClients(HttpMessageHandler amazon) : IHttpClientFactory
    {
        public HttpClient CreateClient(string name) => new(amazon, disposeHandler: false);
    }
}
