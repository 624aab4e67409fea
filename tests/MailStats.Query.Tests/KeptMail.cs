using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MailStats.Contracts;
using MailStats.Mail.Deliveries;
using MailStats.Stores.Deliveries;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.Query.Tests;

/// <summary>Deliveries that really are in the app's store.</summary>
internal static class KeptMail
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 31, 12, 0, 0, TimeSpan.Zero);

    public static readonly Classification Full = new()
    {
        Reason = "mailbox_full", Hard = false, Permanent = false, Unknown = false, Actor = "recipient", Advice = "The mailbox at Gmail is full.",
        Rule = "enhanced/4.2.2",
    };

    public static readonly Classification UserUnknown = new()
    {
        Reason = "recipient_unknown", Hard = true, Permanent = true, Unknown = false, Actor = "recipient", Advice = "Gmail has no such mailbox.",
        Rule = "enhanced/5.1.1", Documentation = "https://support.google.com/mail/answer/6596",
    };

    public static Task ApplyAsync(this QueryApp app, params IReadOnlyList<ClassifiedDelivery> events) =>
        app.Services.GetRequiredService<IDeliveryStore>().ApplyAsync(events, default);

    public static string Id(string message = "m1", string recipient = "ann.smith@example.net", string tenant = "shop") =>
        DeliveryId.Of(new(tenant, message, recipient)).ToString();

    public static ClassifiedDelivery Event(
        DeliveryEventKind kind,
        double minutes = 0,
        string message = "m1",
        string recipient = "ann.smith@example.net",
        string? reply = null,
        Classification? classification = null,
        Func<DeliveryEvent, DeliveryEvent>? with = null)
    {
        var reported = new DeliveryEvent
        {
            EventId = new(SHA256.HashData(Encoding.UTF8.GetBytes($"{message} {recipient} {kind} {minutes}")).AsSpan(0, 16)),
            TenantId = "shop",
            MessageKey = message,
            Recipient = recipient,
            Kind = kind,
            OccurredAt = Noon.AddMinutes(minutes),
            Sender = "news@shop.example",
            Subject = "Your order",
            QueueId = "4kQ2Zp1xVWz",
            MessageId = "1@shop.example",
            ReportingHost = "mx1.shop.example",
            RemoteHost = kind == DeliveryEventKind.Accepted ? null : "gmail-smtp-in.l.google.com",
            ReplyText = reply,
            ReplyCode = reply is { Length: > 3 } && int.TryParse(reply.AsSpan(0, 3), CultureInfo.InvariantCulture, out var code) ? code : null,
            Source = "postfix",
        };

        return new() { Event = with?.Invoke(reported) ?? reported, Provider = "Gmail", Classification = classification };
    }

    public static ClassifiedDelivery Deferral(double minutes, string reply = "452 4.2.2 Mailbox full", string message = "m1") =>
        Event(DeliveryEventKind.Deferred, minutes, message, reply: reply, classification: Full);

    public static ClassifiedDelivery Bounce(double minutes, string reply = "550 5.1.1 <ann.smith@example.net>: no such user", string message = "m1") =>
        Event(DeliveryEventKind.Bounced, minutes, message, reply: reply, classification: UserUnknown);

    public static ClassifiedDelivery Delivery(double minutes, string message = "m1") =>
        Event(DeliveryEventKind.Delivered, minutes, message, reply: "250 2.0.0 OK");
}
