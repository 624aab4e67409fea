using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using MailStats.Contracts;

namespace MailStats.Ingest.Tests.Webhooks;

/// <summary>Posts of Amazon SES by way of SNS: signature, certificate and topic.</summary>
public sealed class AmazonWebhookTests
{
    private const string Topic = "arn:aws:sns:eu-west-1:111122223333:mailstats";

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public async Task Amazons_signature_is_checked_and_its_topic_compared(string version)
    {
        using var key = RSA.Create(2048);
        await using var app = await IngestApp.StartAsync();
        app.Journal.Amazon.Certificate = CertificateOf(key);
        var path = await app.AddSourceAsync("ses", Topic);
        const string message = """
            {"eventType":"Bounce","bounce":{"bounceType":"Permanent","bounceSubType":"NoEmail",
            "timestamp":"2026-11-20T09:14:03.120Z","feedbackId":"0102019a-f1",
            "reportingMTA":"dns; a1-2.smtp-out.eu-west-1.amazonses.com","bouncedRecipients":[{"emailAddress":"ann@example.net",
            "status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 no such user"}]},"mail":{"messageId":"0102019a-aa",
            "timestamp":"2026-11-20T09:14:01.000Z","source":"news@shop.example","destination":["ann@example.net",
            "bob@example.org"]}}
            """;

        using var subscribed = await app.PostWebhookAsync(path, Envelope(key, version, "SubscriptionConfirmation", "You have chosen", Topic));
        using var validated = await app.PostWebhookAsync(
            path, Envelope(key, version, "Notification", "Successfully validated SNS topic for Amazon SES event publishing.", Topic));
        using var other = await app.PostWebhookAsync(path, Envelope(key, version, "Notification", message, Topic + "2"));
        using var forged = await app.PostWebhookAsync(
            path, Envelope(key, version, "Notification", message, Topic).Replace("ann@", "eve@", StringComparison.Ordinal));
        using var elsewhere = await app.PostWebhookAsync(
            path,
            Envelope(key, version, "Notification", message, Topic)
                .Replace("sns.eu-west-1.amazonaws.com/S", "sns.eu-west-1.amazonaws.com.evil.example/S", StringComparison.Ordinal));
        using var answer = await app.PostWebhookAsync(path, Envelope(key, version, "Notification", message, Topic));
        await app.Subscriber.WaitForAsync(1);
        var made = app.Subscriber.Events.Single();

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK), (subscribed.StatusCode, validated.StatusCode, answer.StatusCode));
        Assert.Equal(
            (HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden),
            (other.StatusCode, forged.StatusCode, elsewhere.StatusCode));
        Assert.Equal(["/SimpleNotificationService-x.pem", "/?Action=ConfirmSubscription"], app.Journal.Amazon.Asked.Select(address => address.PathAndQuery));
        Assert.Equal(
            (DeliveryEventKind.Bounced, "ann@example.net", "0102019a-aa", 550, "5.1.1", "Bounce/Permanent/NoEmail"),
            (made.Kind, made.Recipient, made.MessageKey, made.ReplyCode, made.EnhancedCode, made.SourceVerdict));
    }

    [Theory]
    [InlineData("https://sns.s3-us-west-2.amazonaws.com/SimpleNotificationService-x.pem")]
    [InlineData("https://sns.elasticbeanstalk.amazonaws.com/SimpleNotificationService-x.pem")]
    [InlineData("https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-x.pem")]
    public async Task A_certificate_of_a_customers_bucket_proves_nothing(string address)
    {
        using var key = RSA.Create(2048);
        await using var app = await IngestApp.StartAsync();
        app.Journal.Amazon.Certificate = CertificateOf(key);
        var path = await app.AddSourceAsync("ses", Topic);
        var envelope = JsonNode.Parse(Envelope(key, "2", "Notification", "{}", Topic))!;
        envelope["SigningCertURL"] = address;

        using var answer = await app.PostWebhookAsync(path, envelope.ToJsonString());

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Empty(app.Journal.Amazon.Asked);
    }

    [Theory]
    [InlineData("eu-west-1", "com")]
    [InlineData("ap-southeast-2", "com")]
    [InlineData("us-gov-west-1", "com")]
    [InlineData("cn-north-1", "com.cn")]
    public async Task A_certificate_of_any_region_of_Amazons_is_asked_for(string region, string domain)
    {
        using var key = RSA.Create(2048);
        await using var app = await IngestApp.StartAsync();
        app.Journal.Amazon.Certificate = CertificateOf(key);
        var path = await app.AddSourceAsync("ses", Topic);
        var envelope = JsonNode.Parse(Envelope(key, "2", "Notification", "{}", Topic))!;
        envelope["SigningCertURL"] = $"https://sns.{region}.amazonaws.{domain}/SimpleNotificationService-x.pem";

        using var answer = await app.PostWebhookAsync(path, envelope.ToJsonString());

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static string Envelope(RSA key, string version, string type, string message, string topic)
    {
        var fields = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["Message"] = message, ["MessageId"] = "7d0c2f6e", ["Timestamp"] = "2026-11-20T09:14:03.300Z", ["TopicArn"] = topic, ["Type"] = type,
        };

        if (type == "SubscriptionConfirmation")
        {
            fields["SubscribeURL"] = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription";
            fields["Token"] = "t";
        }

        var text = string.Concat(fields.Select(field => $"{field.Key}\n{field.Value}\n"));
        var hash = version == "1" ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256;
        var body = new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, (JsonNode?)field.Value)))
        {
            ["SignatureVersion"] = version,
            ["Signature"] = Convert.ToBase64String(key.SignData(Encoding.UTF8.GetBytes(text), hash, RSASignaturePadding.Pkcs1)),
            ["SigningCertURL"] = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-x.pem",
        };

        return body.ToJsonString();
    }

    private static string CertificateOf(RSA key)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=sns", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(now, now.AddDays(1));

        return certificate.ExportCertificatePem();
    }
}
