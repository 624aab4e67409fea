using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MailStats.Contracts;

namespace MailStats.Ingest.Tests.Webhooks;

public sealed class WebhookTests
{
    private const string Topic = "arn:aws:sns:eu-west-1:111122223333:mailstats";
    private const string Password = "postmark:a long password";

    [Fact]
    public async Task SendGrid_is_proven_by_its_signature_over_the_raw_bytes()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var app = await IngestApp.StartAsync();
        var path = await AddAsync(app, "sendgrid", Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()), "news@shop.example");
        const string body = """
            [{"email":"ann@example.net","timestamp":1795166043,"smtp-id":"<a1@shop.example>","event":"bounce","type":"bounce",
              "bounce_classification":"Invalid Address","status":"5.1.1","reason":"550 5.1.1 no such user",
              "sg_event_id":"Zm9v","sg_message_id":"a1.filter-7.1"},
             {"email":"bob@example.org","timestamp":1795166050000,"event":"deferred","attempt":"2",
              "response":"451 4.7.1 greylisted","sg_event_id":"YmF6","sg_message_id":"a1.filter-7.2"},
             {"email":"eve@example.org","timestamp":1795166050,"event":"dropped","reason":"Bounced Address","sg_event_id":"eA","sg_message_id":"a2.x"},
             {"email":"eve@example.org","timestamp":1795166050,"event":"bounce","type":"expired","sg_event_id":"eB","sg_message_id":"a3.x"},
             {"email":"eve@example.org","timestamp":1795166050,"event":"open","sg_event_id":"eC","sg_message_id":"a3.x"},
             {"email":5,"event":"delivered"}]
            """;
        var signature = Convert.ToBase64String(
            key.SignData(Encoding.UTF8.GetBytes("1795166060" + body), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        (string, string)[] headers = [("X-Twilio-Email-Event-Webhook-Timestamp", "1795166060"), ("X-Twilio-Email-Event-Webhook-Signature", signature)];

        using var forged = await PostAsync(app, path, body + " ", headers);
        using var answer = await PostAsync(app, path, body, headers);
        var result = await answer.Content.ReadFromJsonAsync<JsonElement>();
        await app.Subscriber.WaitForAsync(1);
        var events = app.Subscriber.Events.ToList();

        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
        Assert.Equal((HttpStatusCode.OK, 4), (answer.StatusCode, result.GetProperty("accepted").GetInt32()));
        Assert.Contains(
            result.GetProperty("rejected").EnumerateArray(),
            field => field.GetProperty("index").GetInt32() == 4 && field.GetProperty("field").GetString() == "occurredAt");
        Assert.Equal(
            [DeliveryEventKind.Bounced, DeliveryEventKind.Deferred, DeliveryEventKind.Bounced, DeliveryEventKind.Expired],
            events.Select(made => made.Kind));
        Assert.Equal(
            ("a1", 550, "5.1.1", "sendgrid/main", "news@shop.example"),
            (events[0].MessageKey, events[0].ReplyCode, events[0].EnhancedCode, events[0].Source, events[0].Sender));
        Assert.Equal((2, DateTimeOffset.FromUnixTimeSeconds(1795166050)), (events[1].AttemptNumber, events[1].OccurredAt));
        Assert.False(events[2].Attempted);
    }

    [Fact]
    public async Task Mailguns_token_proves_one_body_only_and_only_while_it_is_young()
    {
        await using var app = await IngestApp.StartAsync();
        var path = await AddAsync(app, "mailgun", "a signing key of mailgun");
        var stamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        using var first = await PostAsync(app, path, Mailgun("t1", stamp, "ann@example.net"));
        using var again = await PostAsync(app, path, Mailgun("t1", stamp, "ann@example.net"));
        using var stolen = await PostAsync(app, path, Mailgun("t1", stamp, "eve@example.net"));
        using var old = await PostAsync(app, path, Mailgun("t2", stamp - 86_400, "ann@example.net"));
        await app.Subscriber.WaitForAsync(2);
        var events = app.Subscriber.Events.ToList();

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, again.StatusCode));
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (stolen.StatusCode, old.StatusCode));
        Assert.Equal(events[0].EventId, events[1].EventId);
        Assert.Equal(
            (DeliveryEventKind.Deferred, "a1@shop.example", 452, "4.2.2", 3, "mx1.example.net", 18432L),
            (
                events[0].Kind, events[0].MessageKey, events[0].ReplyCode, events[0].EnhancedCode,
                events[0].AttemptNumber, events[0].RemoteHost, events[0].Bytes));
    }

    [Fact]
    public async Task Postmark_is_asked_for_its_password()
    {
        await using var app = await IngestApp.StartAsync();
        var path = await AddAsync(app, "postmark", Password, "news@shop.example");
        const string body = """
            {"RecordType":"Bounce","ID":901542550,"Type":"HardBounce","MessageID":"883953f4",
            "Details":"smtp;550 5.1.1 no such user","Email":"ann@example.net","From":"news@shop.example",
            "BouncedAt":"2026-11-20T04:14:03.3963933-05:00","Subject":"Hello"}
            """;
        var right = ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Password)));

        using var nameless = await PostAsync(app, path, body);
        using var wrong = await PostAsync(app, path, body, ("Authorization", "Basic eDp5"));
        using var hopeless = await PostAsync(app, path, "{", right);
        using var answer = await PostAsync(app, path, body, right);
        await app.Subscriber.WaitForAsync(1);
        var made = app.Subscriber.Events.Single();

        Assert.Equal((HttpStatusCode.Unauthorized, "Basic"), (nameless.StatusCode, nameless.Headers.WwwAuthenticate.Single().Scheme));
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden, HttpStatusCode.OK), (wrong.StatusCode, hopeless.StatusCode, answer.StatusCode));
        Assert.Equal((DeliveryEventKind.Bounced, 550, "5.1.1", "news@shop.example"), (made.Kind, made.ReplyCode, made.EnhancedCode, made.HeaderFrom));
        Assert.Equal(new DateTimeOffset(2026, 11, 20, 9, 14, 3, TimeSpan.Zero), made.OccurredAt.AddTicks(-(made.OccurredAt.Ticks % TimeSpan.TicksPerSecond)));
    }

    [Fact]
    public async Task SparkPosts_ping_is_answered_and_its_numbers_in_texts_are_read()
    {
        await using var app = await IngestApp.StartAsync();
        var path = await AddAsync(app, "sparkpost", "a bearer token of ours");
        var key = ("Authorization", "Bearer a bearer token of ours");

        using var ping = await PostAsync(app, path, """[{"msys":{}}]""", key);
        using var answer = await PostAsync(app, path, """
            [{"msys":{"message_event":{"type":"bounce","event_id":"84345317653491230","timestamp":"1795166043",
              "message_id":"0004e3724f57753a3561","raw_rcpt_to":"Ann@example.net","rcpt_to":"ann@example.net","msg_from":"news@shop.example",
              "friendly_from":"{{broken","bounce_class":"10","error_code":"550","num_retries":"2","msg_size":"18432",
              "raw_reason":"550 5.1.1 <ann@example.net>: no such user"}}}]
            """, key);
        await app.Subscriber.WaitForAsync(1);
        var made = app.Subscriber.Events.Single();

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (ping.StatusCode, answer.StatusCode));
        Assert.Equal(
            (DeliveryEventKind.Bounced, "Ann@example.net", 3, 18432L, "bounce/10"),
            (made.Kind, made.Recipient, made.AttemptNumber, made.Bytes, made.SourceVerdict));
    }

    [Fact]
    public async Task KumoMtas_batches_and_lists_of_recipients_are_expanded()
    {
        await using var app = await IngestApp.StartAsync();
        var path = await AddAsync(app, "kumomta", "a bearer token of ours");

        using var answer = await PostAsync(app, path, """
            [{"type":"Bounce","id":"1d98076abbbc11ed","sender":"news@shop.example","recipient":["ann@example.net","bob@example.net"],"size":0,
              "response":{"code":550,"enhanced_code":{"class":5,"subject":1,"detail":1},"content":"no such user"},
              "peer_address":{"name":"mx1.example.net.","addr":"192.0.2.7"},"timestamp":1795166043,"event_time":"2026-11-20T09:14:03.120Z",
              "created":1795166040,"num_attempts":0,"bounce_classification":"InvalidRecipient","headers":{"Subject":"Hello"},
              "queue":"spring:shop7@example.net","egress_pool":"warm","source_address":{"address":"[2001:db8::25]:53210"},
              "tls_protocol_version":"TLSv1.3","meta":{"authn_id":"shop7"},"reception_protocol":"ESMTP","nodeid":"557f3ad4"},
             {"type":"Delivery","id":"x","sender":"a@b.example","recipient":"c@d.example","reception_protocol":"LogRecord","timestamp":1795166043}]
            """, ("Authorization", "Bearer a bearer token of ours"));
        await app.Subscriber.WaitForAsync(1);
        var events = app.Subscriber.Events.ToList();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(["ann@example.net", "bob@example.net"], events.Select(made => made.Recipient));
        Assert.Equal(
            (550, "5.1.1", "550 5.1.1 no such user", 1, "mx1.example.net", null),
            (
                events[0].ReplyCode, events[0].EnhancedCode, events[0].ReplyText,
                events[0].AttemptNumber, events[0].RemoteHost, events[0].Bytes));
        Assert.Equal(
            ("2001:db8::25", "warm", "shop7 spring", "TLSv1.3", null, "shop7"),
            (
                events[0].OutgoingIp, events[0].Pool, string.Join(' ', events[0].Tags ?? []),
                events[0].TlsVersion, events[0].ClientAddress, events[0].Login));
    }

    [Fact]
    public async Task Postal_is_proven_by_its_SHA_256_signature()
    {
        using var key = RSA.Create(2048);
        await using var app = await IngestApp.StartAsync();
        var path = await AddAsync(app, "postal", key.ExportSubjectPublicKeyInfoPem(), "news@shop.example");
        const string body = """
            {"event":"MessageDeliveryFailed","timestamp":1795166043.08,"uuid":"5fec5077","payload":{"status":"HardFail",
            "output":"550 5.1.1 no such user","timestamp":1795166043.01,"message":{"id":1571,"direction":"outgoing",
            "message_id":"a1@rp.shop.example","to":"ann@example.net","from":"news@shop.example","subject":"Hello",
            "timestamp":1795166040.2}}}
            """;
        var signature = Convert.ToBase64String(key.SignData(Encoding.UTF8.GetBytes(body), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

        using var unsigned = await PostAsync(app, path, body);
        using var answer = await PostAsync(app, path, body, ("X-Postal-Signature-256", signature));
        await app.Subscriber.WaitForAsync(1);
        var made = app.Subscriber.Events.Single();

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (unsigned.StatusCode, answer.StatusCode));
        Assert.Equal((DeliveryEventKind.Bounced, "postal/main/1571", 550), (made.Kind, made.MessageKey, made.ReplyCode));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1795166043010), made.OccurredAt);
    }

    [Fact]
    public async Task Stalwart_is_proven_by_its_HMAC()
    {
        await using var app = await IngestApp.StartAsync();
        var path = await AddAsync(app, "stalwart", "a signature key of stalwart");
        const string body = """
            {"events":[{"id":"1","createdAt":"2026-11-20T09:14:03Z","type":"delivery.dsn-perm-fail","data":{"queueId":77,
            "from":"news@shop.example","to":"ann@example.net","hostname":"mx1.example.net","code":550,
            "details":"5.1.1 no such user"}},{"id":"2","createdAt":"2026-11-20T09:14:03Z","type":"smtp.ehlo","data":{}}]}
            """;
        var signature = Convert.ToBase64String(HMACSHA256.HashData("a signature key of stalwart"u8, Encoding.UTF8.GetBytes(body)));

        using var forged = await PostAsync(app, path, body + "\n", ("X-Signature", signature));
        using var answer = await PostAsync(app, path, body, ("X-Signature", signature));
        await app.Subscriber.WaitForAsync(1);
        var made = app.Subscriber.Events.Single();

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (forged.StatusCode, answer.StatusCode));
        Assert.Equal((DeliveryEventKind.Bounced, 550, "5.1.1", "stalwart/main/77"), (made.Kind, made.ReplyCode, made.EnhancedCode, made.MessageKey));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public async Task Amazons_signature_is_checked_and_its_topic_compared(string version)
    {
        using var key = RSA.Create(2048);
        await using var app = await IngestApp.StartAsync();
        app.Journal.Amazon.Certificate = CertificateOf(key);
        var path = await AddAsync(app, "ses", Topic);
        const string message = """
            {"eventType":"Bounce","bounce":{"bounceType":"Permanent","bounceSubType":"NoEmail",
            "timestamp":"2026-11-20T09:14:03.120Z","feedbackId":"0102019a-f1",
            "reportingMTA":"dns; a1-2.smtp-out.eu-west-1.amazonses.com","bouncedRecipients":[{"emailAddress":"ann@example.net",
            "status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 no such user"}]},"mail":{"messageId":"0102019a-aa",
            "timestamp":"2026-11-20T09:14:01.000Z","source":"news@shop.example","destination":["ann@example.net",
            "bob@example.org"]}}
            """;

        using var subscribed = await PostAsync(app, path, Envelope(key, version, "SubscriptionConfirmation", "You have chosen", Topic));
        using var validated = await PostAsync(
            app, path, Envelope(key, version, "Notification", "Successfully validated SNS topic for Amazon SES event publishing.", Topic));
        using var other = await PostAsync(app, path, Envelope(key, version, "Notification", message, Topic + "2"));
        using var forged = await PostAsync(app, path, Envelope(key, version, "Notification", message, Topic).Replace("ann@", "eve@", StringComparison.Ordinal));
        using var elsewhere = await PostAsync(
            app, path,
            Envelope(key, version, "Notification", message, Topic)
                .Replace("sns.eu-west-1.amazonaws.com/S", "sns.eu-west-1.amazonaws.com.evil.example/S", StringComparison.Ordinal));
        using var answer = await PostAsync(app, path, Envelope(key, version, "Notification", message, Topic));
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
    [InlineData("ses"), InlineData("sendgrid"), InlineData("mailgun"), InlineData("postmark")]
    [InlineData("sparkpost"), InlineData("kumomta"), InlineData("postal"), InlineData("stalwart")]
    public async Task An_unknown_source_and_another_providers_are_not_found(string provider)
    {
        await using var app = await IngestApp.StartAsync();
        var path = await AddAsync(app, "kumomta", "a bearer token of ours");

        using var unknown = await PostAsync(app, $"/v1/webhooks/{provider}/wh_x", "[]");
        using var crossed = await PostAsync(app, path.Replace("kumomta", "mailgun", StringComparison.Ordinal), "[]");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (unknown.StatusCode, crossed.StatusCode));
    }

    [Fact]
    public async Task A_secret_with_a_blank_at_its_end_is_refused_when_it_is_set()
    {
        await using var app = await IngestApp.StartAsync();
        app.Client.DefaultRequestHeaders.Authorization = new("Bearer", "ms_admin");

        using var answer = await app.Client.PostAsJsonAsync(
            "/v1/admin/webhook-sources", new { provider = "kumomta", name = "main", secret = "a bearer token of ours\n" });
        var problems = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").EnumerateObject().Select(field => field.Name);

        Assert.Equal((HttpStatusCode.BadRequest, "secret"), (answer.StatusCode, Assert.Single(problems)));
    }

    [Fact]
    public async Task Mailguns_parent_account_may_have_signed()
    {
        await using var app = await IngestApp.StartAsync();
        var path = await AddAsync(app, "mailgun", "a signing key of mailgun");
        var stamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var body = Mailgun("t9", stamp, "ann@example.net");

        const string parent = "\"signature\":\"of the subaccount\",\"parent-signature\":\"";

        using var answer = await PostAsync(app, path, body.Replace("\"signature\":\"", parent, StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_source_is_made_listed_without_its_secret_and_removed()
    {
        await using var app = await IngestApp.StartAsync();
        app.Client.DefaultRequestHeaders.Authorization = new("Bearer", "ms_admin");
        var path = await AddAsync(app, "kumomta", "a bearer token of ours");

        var list = await app.Client.GetStringAsync(new Uri("/v1/admin/webhook-sources", UriKind.Relative));
        using var wrong = await app.Client.PostAsJsonAsync(
            "/v1/admin/webhook-sources", new { provider = "sendgrid", name = "Not So", secret = "x", sender = "nobody" });
        var problems = (await wrong.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").EnumerateObject().Select(field => field.Name);
        using var removed = await app.Client.DeleteAsync(new Uri($"/v1/admin/webhook-sources/{path.Split('/')[^1]}", UriKind.Relative));
        using var gone = await PostAsync(app, path, "[]");

        Assert.Contains(path, list, StringComparison.Ordinal);
        Assert.DoesNotContain("bearer token", list, StringComparison.Ordinal);
        Assert.Equal(["name", "secret", "sender"], problems.Order(StringComparer.Ordinal));
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (removed.StatusCode, gone.StatusCode));
    }

    [Theory]
    [InlineData(10_000, HttpStatusCode.OK)]
    [InlineData(10_001, HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_post_has_as_many_events_as_a_request_may_have(int events, HttpStatusCode status)
    {
        await using var app = await IngestApp.StartAsync();
        var path = await AddAsync(app, "kumomta", "a bearer token of ours");
        var body = $"[{string.Join(',', Enumerable.Repeat("""{"type":"Delivery"}""", events))}]";

        using var answer = await PostAsync(app, path, body, ("Authorization", "Bearer a bearer token of ours"));
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal(status, answer.StatusCode);
        Assert.InRange(text.Length, 1, 20_000);
        Assert.Empty(app.Journal.Kept);
    }

    [Fact]
    public async Task A_post_of_brackets_is_not_held()
    {
        await using var app = await IngestApp.StartAsync();
        var path = await AddAsync(app, "kumomta", "a bearer token of ours");

        using var answer = await PostAsync(
            app, path, $"[{string.Concat(Enumerable.Repeat("[],", 500_000))}0]", ("Authorization", "Bearer a bearer token of ours"));
        using var one = await PostAsync(app, await AddAsync(app, "postmark", Password, "news@shop.example"), new string(' ', 1024 * 1024 + 1));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, one.StatusCode);
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
        var path = await AddAsync(app, "ses", Topic);
        var envelope = JsonNode.Parse(Envelope(key, "2", "Notification", "{}", Topic))!;
        envelope["SigningCertURL"] = address;

        using var answer = await PostAsync(app, path, envelope.ToJsonString());

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
        var path = await AddAsync(app, "ses", Topic);
        var envelope = JsonNode.Parse(Envelope(key, "2", "Notification", "{}", Topic))!;
        envelope["SigningCertURL"] = $"https://sns.{region}.amazonaws.{domain}/SimpleNotificationService-x.pem";

        using var answer = await PostAsync(app, path, envelope.ToJsonString());

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static Task<string> AddAsync(IngestApp app, string provider, string secret, string? sender = null) =>
        app.AddSourceAsync(provider, secret, sender);

    private static async Task<HttpResponseMessage> PostAsync(IngestApp app, string path, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body) };

        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return await app.Client.SendAsync(request);
    }

    private static string Mailgun(string token, long stamp, string recipient)
    {
        var signature = Convert.ToHexStringLower(
            HMACSHA256.HashData("a signing key of mailgun"u8, Encoding.UTF8.GetBytes(stamp.ToString(CultureInfo.InvariantCulture) + token)));

        return $$$"""
            {"signature":{"timestamp":"{{{stamp}}}","token":"{{{token}}}","signature":"{{{signature}}}"},
            "event-data":{"id":"Ase7i2zsRYeDXztHGENqRA","event":"failed","severity":"temporary","reason":"generic",
            "timestamp":1795166043.51,"recipient":"{{{recipient}}}","envelope":{"sender":"news@shop.example"},
            "message":{"headers":{"message-id":"a1@shop.example","subject":"Hello","from":"news@shop.example"},"size":18432},
            "delivery-status":{"attempt-no":3,"code":452,"enhanced-code":"4.2.2","message":"4.2.2 mailbox full",
            "mx-host":"mx1.example.net"} } }
            """;
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
