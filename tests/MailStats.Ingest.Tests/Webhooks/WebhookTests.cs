using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MailStats.Contracts;

namespace MailStats.Ingest.Tests.Webhooks;

/// <summary>The other seven of the first eight providers: what proves a post, and what becomes of it.</summary>
public sealed class WebhookTests
{
    private const string Password = "postmark:a long password";

    [Fact]
    public async Task SendGrid_is_proven_by_its_signature_over_the_raw_bytes()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var app = await IngestApp.StartAsync();
        var path = await app.AddSourceAsync("sendgrid", Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()), "news@shop.example");
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

        using var forged = await app.PostWebhookAsync(path, body + " ", headers);
        using var answer = await app.PostWebhookAsync(path, body, headers);
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
        var path = await app.AddSourceAsync("mailgun", "a signing key of mailgun");
        var stamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        using var first = await app.PostWebhookAsync(path, Mailgun("t1", stamp, "ann@example.net"));
        using var again = await app.PostWebhookAsync(path, Mailgun("t1", stamp, "ann@example.net"));
        using var stolen = await app.PostWebhookAsync(path, Mailgun("t1", stamp, "eve@example.net"));
        using var old = await app.PostWebhookAsync(path, Mailgun("t2", stamp - 86_400, "ann@example.net"));
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
        var path = await app.AddSourceAsync("postmark", Password, "news@shop.example");
        const string body = """
            {"RecordType":"Bounce","ID":901542550,"Type":"HardBounce","MessageID":"883953f4",
            "Details":"smtp;550 5.1.1 no such user","Email":"ann@example.net","From":"news@shop.example",
            "BouncedAt":"2026-11-20T04:14:03.3963933-05:00","Subject":"Hello"}
            """;
        var right = ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Password)));

        using var nameless = await app.PostWebhookAsync(path, body);
        using var wrong = await app.PostWebhookAsync(path, body, ("Authorization", "Basic eDp5"));
        using var hopeless = await app.PostWebhookAsync(path, "{", right);
        using var answer = await app.PostWebhookAsync(path, body, right);
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
        var path = await app.AddSourceAsync("sparkpost", "a bearer token of ours");
        var key = ("Authorization", "Bearer a bearer token of ours");

        using var ping = await app.PostWebhookAsync(path, """[{"msys":{}}]""", key);
        using var answer = await app.PostWebhookAsync(path, """
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
        var path = await app.AddSourceAsync("kumomta", "a bearer token of ours");

        using var answer = await app.PostWebhookAsync(path, """
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
        var path = await app.AddSourceAsync("postal", key.ExportSubjectPublicKeyInfoPem(), "news@shop.example");
        const string body = """
            {"event":"MessageDeliveryFailed","timestamp":1795166043.08,"uuid":"5fec5077","payload":{"status":"HardFail",
            "output":"550 5.1.1 no such user","timestamp":1795166043.01,"message":{"id":1571,"direction":"outgoing",
            "message_id":"a1@rp.shop.example","to":"ann@example.net","from":"news@shop.example","subject":"Hello",
            "timestamp":1795166040.2}}}
            """;
        var signature = Convert.ToBase64String(key.SignData(Encoding.UTF8.GetBytes(body), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

        using var unsigned = await app.PostWebhookAsync(path, body);
        using var answer = await app.PostWebhookAsync(path, body, ("X-Postal-Signature-256", signature));
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
        var path = await app.AddSourceAsync("stalwart", "a signature key of stalwart");
        const string body = """
            {"events":[{"id":"1","createdAt":"2026-11-20T09:14:03Z","type":"delivery.dsn-perm-fail","data":{"queueId":77,
            "from":"news@shop.example","to":"ann@example.net","hostname":"mx1.example.net","code":550,
            "details":"5.1.1 no such user"}},{"id":"2","createdAt":"2026-11-20T09:14:03Z","type":"smtp.ehlo","data":{}}]}
            """;
        var signature = Convert.ToBase64String(HMACSHA256.HashData("a signature key of stalwart"u8, Encoding.UTF8.GetBytes(body)));

        using var forged = await app.PostWebhookAsync(path, body + "\n", ("X-Signature", signature));
        using var answer = await app.PostWebhookAsync(path, body, ("X-Signature", signature));
        await app.Subscriber.WaitForAsync(1);
        var made = app.Subscriber.Events.Single();

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (forged.StatusCode, answer.StatusCode));
        Assert.Equal((DeliveryEventKind.Bounced, 550, "5.1.1", "stalwart/main/77"), (made.Kind, made.ReplyCode, made.EnhancedCode, made.MessageKey));
    }

    [Fact]
    public async Task Mailguns_parent_account_may_have_signed()
    {
        await using var app = await IngestApp.StartAsync();
        var path = await app.AddSourceAsync("mailgun", "a signing key of mailgun");
        var stamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var body = Mailgun("t9", stamp, "ann@example.net");

        const string parent = "\"signature\":\"of the subaccount\",\"parent-signature\":\"";

        using var answer = await app.PostWebhookAsync(path, body.Replace("\"signature\":\"", parent, StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
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
}
