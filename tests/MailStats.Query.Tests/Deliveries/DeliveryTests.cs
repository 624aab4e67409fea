using System.Net;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Mail.Quotas;
using MailStats.Stores.Quotas;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.Query.Tests.Deliveries;

/// <summary><c>GET /v1/deliveries/{id}</c>.</summary>
public sealed class DeliveryTests
{
    [Fact]
    public async Task A_delivery_tells_every_attempt_with_the_servers_words()
    {
        await using var app = await QueryApp.StartAsync();
        await app.ApplyAsync(
            KeptMail.Event(DeliveryEventKind.Accepted, with: told => told with
            {
                Bytes = 18_412, SpamScore = 0.1, Pool = "bulk-a", Tags = ["order", "transactional"], ClientAddress = "198.51.100.7", Login = "web-3",
                Sender = "return+1-ann.smith=example.net@shop.example", HeaderFrom = "news@shop.example",
            }),
            KeptMail.Deferral(1) with
            {
                Event = KeptMail.Deferral(1).Event with { EnhancedCode = "4.2.2", OutgoingIp = "192.0.2.17", TlsVersion = "TLSv1.3" },
            },
            KeptMail.Event(DeliveryEventKind.Deferred, 2, reply: null, classification: KeptMail.Full,
                with: told => told with { Attempted = false, RemoteHost = null }),
            KeptMail.Bounce(9, "550-5.1.1 no such user\n550 5.1.1 really"));

        var delivery = await app.GetAsync($"/v1/deliveries/{KeptMail.Id()}");

        Assert.Equal(
            ("hardBounced", "ann.smith@example.net", "news@shop.example", "return+1-ann.smith=example.net@shop.example", "Your order"),
            (Text("status"), Text("recipient"), Text("sender"), Text("envelopeSender"), Text("subject")));
        Assert.Equal(("4kQ2Zp1xVWz", "1@shop.example", "Gmail", "mx1.shop.example", "postfix"),
            (Text("queueId"), Text("messageId"), Text("provider"), Text("host"), Text("source")));
        Assert.Equal(("recipient_unknown", "Gmail has no such mailbox.", "192.0.2.17", "bulk-a", "TLSv1.3"),
            (Text("reason"), Text("advice"), Text("outgoingIp"), Text("pool"), Text("tlsVersion")));
        Assert.Equal(("198.51.100.7", "web-3", 18_412, 0.1, true),
            (
                Text("clientAddress"), Text("login"), delivery.GetProperty("bytes").GetInt32(),
                delivery.GetProperty("spamScore").GetDouble(), delivery.GetProperty("hard").GetBoolean()));
        Assert.Equal(["order", "transactional"], delivery.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!));
        Assert.Equal((KeptMail.Noon, KeptMail.Noon.AddMinutes(9)),
            (delivery.GetProperty("acceptedAt").GetDateTimeOffset(), delivery.GetProperty("occurredAt").GetDateTimeOffset()));
        Assert.Equal((2, true), (delivery.GetProperty("attemptsMade").GetInt32(), delivery.GetProperty("counted").GetBoolean()));
        Assert.Equal(
            [
                """["deferred",true,452,"4.2.2","452 4.2.2 Mailbox full","gmail-smtp-in.l.google.com","192.0.2.17","mailbox_full"]""",
                """["deferred",false,null,null,null,null,null,"mailbox_full"]""",
                """["bounced",true,550,null,"550-5.1.1 no such user\n550 5.1.1 really","gmail-smtp-in.l.google.com",null,"recipient_unknown"]""",
            ],
            delivery.GetProperty("attempts").EnumerateArray().Select(attempt => "[" + string.Join(
                ',',
                new[] { "outcome", "attempted", "smtpCode", "enhancedCode", "reply", "remoteHost", "outgoingIp", "reason" }
                    .Select(name => attempt.GetProperty(name).GetRawText())) + "]"));
        Assert.Equal(JsonValueKind.Null, delivery.GetProperty("reservation").ValueKind);
        Assert.Equal("hardBounce", delivery.GetProperty("suppression").GetProperty("cause").GetString());
        Assert.Empty(delivery.GetProperty("incidents").EnumerateArray());

        string? Text(string name) => delivery.GetProperty(name).GetString();
    }

    [Fact]
    public async Task What_was_superseded_stands_beside_what_is_so_now()
    {
        await using var app = await QueryApp.StartAsync();
        await app.ApplyAsync(KeptMail.Delivery(1), KeptMail.Event(DeliveryEventKind.Complained, 90), KeptMail.Bounce(60));

        var delivery = await app.GetAsync($"/v1/deliveries/{KeptMail.Id()}");

        Assert.Equal("hardBounced", delivery.GetProperty("status").GetString());
        Assert.Equal(
            [("delivered", KeptMail.Noon.AddMinutes(1)), ("complained", KeptMail.Noon.AddMinutes(90))],
            delivery.GetProperty("earlier").EnumerateArray()
                .Select(one => (one.GetProperty("status").GetString()!, one.GetProperty("occurredAt").GetDateTimeOffset())));
        Assert.Equal("250 2.0.0 OK", delivery.GetProperty("earlier")[0].GetProperty("reply").GetString());
    }

    [Fact]
    public async Task An_expiry_without_words_is_explained_by_the_deferral_before_it()
    {
        await using var app = await QueryApp.StartAsync();
        await app.ApplyAsync(KeptMail.Deferral(1), KeptMail.Event(DeliveryEventKind.Expired, 7200));

        var delivery = await app.GetAsync($"/v1/deliveries/{KeptMail.Id()}");

        Assert.Equal(("softBounced", "mailbox_full"), (delivery.GetProperty("status").GetString(), delivery.GetProperty("reason").GetString()));
        Assert.Equal(["deferred", "expired"], delivery.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("outcome").GetString()!));
    }

    [Fact]
    public async Task Mail_that_does_not_count_has_a_trail_too()
    {
        await using var app = await QueryApp.StartAsync();
        await app.ApplyAsync(
            KeptMail.Event(DeliveryEventKind.Delivered, message: "null sender", with: told => told with { Sender = "" }),
            KeptMail.Event(DeliveryEventKind.Delivered, message: "local", with: told => told with { Local = true }),
            KeptMail.Event(DeliveryEventKind.Complained, message: "complaint alone"));

        var nobody = await app.GetAsync($"/v1/deliveries/{KeptMail.Id("null sender")}");
        var complaint = await app.GetAsync($"/v1/deliveries/{KeptMail.Id("complaint alone")}");

        Assert.Equal(("", false, JsonValueKind.Null),
            (nobody.GetProperty("sender").GetString(), nobody.GetProperty("counted").GetBoolean(), nobody.GetProperty("envelopeSender").ValueKind));
        Assert.False((await app.GetAsync($"/v1/deliveries/{KeptMail.Id("local")}")).GetProperty("counted").GetBoolean());
        Assert.Equal(("complained", KeptMail.Noon), (complaint.GetProperty("status").GetString(), complaint.GetProperty("occurredAt").GetDateTimeOffset()));
    }

    [Fact]
    public async Task Of_very_many_attempts_the_first_and_the_last_are_told_and_all_are_counted()
    {
        await using var app = await QueryApp.StartAsync();
        await app.ApplyAsync([.. Enumerable.Range(0, 65).Select(number => KeptMail.Deferral(number, $"452 4.2.2 full {number}"))]);

        var delivery = await app.GetAsync($"/v1/deliveries/{KeptMail.Id()}");
        var replies = delivery.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("reply").GetString()!).ToList();

        Assert.Equal((65, 64), (delivery.GetProperty("attemptsMade").GetInt32(), replies.Count));
        Assert.Equal(("452 4.2.2 full 15", "452 4.2.2 full 17"), (replies[15], replies[16]));
    }

    [Fact]
    public async Task The_quotas_reservation_is_named()
    {
        await using var app = await QueryApp.StartAsync();
        var quotas = app.Services.GetRequiredService<IQuotaStore>();
        app.Time.Now = KeptMail.Noon;
        await quotas.SaveLimitAsync(new(new("shop"), QuotaWindow.Month, 1000), default);
        await quotas.ReserveAsync(new() { TenantId = "shop", Key = "r_8f21", Recipients = 2, QueueId = "4kQ2Zp1xVWz" }, default);
        await app.ApplyAsync(KeptMail.Delivery(1));

        var reservation = (await app.GetAsync($"/v1/deliveries/{KeptMail.Id()}")).GetProperty("reservation");

        Assert.Equal(
            ("r_8f21", 2, KeptMail.Noon),
            (
                reservation.GetProperty("reservationId").GetString(), reservation.GetProperty("recipients").GetInt32(),
                reservation.GetProperty("takenAt").GetDateTimeOffset()));
    }

    [Theory]
    [InlineData("00000000000000000000000000000000")]
    [InlineData("nothing")]
    [InlineData("..%2f")]
    public async Task What_is_not_there_is_not_found(string id)
    {
        await using var app = await QueryApp.StartAsync();

        using var answer = await app.Client.GetAsync(new Uri($"/v1/deliveries/{id}", UriKind.Relative));

        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task Another_tenants_delivery_is_answered_like_one_that_never_was()
    {
        await using var app = await QueryApp.StartAsync();
        await app.ApplyAsync(KeptMail.Delivery(1));
        app.Client.DefaultRequestHeaders.Authorization = new("Bearer", "ms_other");

        Assert.Equal(await AskAsync(KeptMail.Id()), await AskAsync(KeptMail.Id("never")));

        async Task<string> AskAsync(string id)
        {
            using var answer = await app.Client.GetAsync(new Uri($"/v1/deliveries/{id}", UriKind.Relative));
            var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

            return $"{answer.StatusCode} {problem.GetProperty("detail")}";
        }
    }
}
