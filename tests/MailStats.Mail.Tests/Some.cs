using System.Security.Cryptography;
using System.Text;
using MailStats.Contracts;
using MailStats.Mail.Addresses;
using MailStats.Mail.Replies;

namespace MailStats.Mail.Tests;

/// <summary>Plausible events; a test says only what it is about.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Noon = new(2026, 10, 5, 12, 0, 0, TimeSpan.Zero);

    public static readonly DateTimeOffset Acknowledged = Noon.AddHours(1);

    public static readonly Classification UserUnknown = new()
    {
        Reason = "user_unknown", Hard = true, Permanent = true, Unknown = false, Actor = "recipient",
        Advice = "Take the address off the list.", Rule = "enhanced-5.1.1",
    };

    public static readonly Classification MailboxFull = new()
    {
        Reason = "mailbox_full", Hard = false, Permanent = false, Unknown = false, Actor = "recipient", Advice = "Try again later.", Rule = "enhanced-4.2.2",
    };

    public static ClassifiedDelivery Event(
        DeliveryEventKind kind,
        string message = "m1",
        string recipient = "ann@example.net",
        DateTimeOffset? at = null,
        string? sender = "shop@example.org",
        Classification? classification = null,
        string tenant = "acme",
        string provider = "Gmail",
        Func<DeliveryEvent, DeliveryEvent>? with = null)
    {
        var reported = new DeliveryEvent
        {
            EventId = Guid.Empty,
            TenantId = tenant,
            MessageKey = message,
            Recipient = recipient,
            Kind = kind,
            OccurredAt = at ?? Noon,
            Sender = sender,
            Subject = "Your order",
        };
        reported = with?.Invoke(reported) ?? reported;

        if (reported.EventId == Guid.Empty)
        {
            var content = $"{tenant}|{message}|{recipient}|{kind}|{reported.OccurredAt:O}|{reported.ReplyCode}|{reported.ReplyText}";
            reported = reported with { EventId = new(SHA256.HashData(Encoding.UTF8.GetBytes(content)).AsSpan(0, 16)) };
        }

        return new() { Event = reported, Provider = provider, Classification = classification };
    }

    public static ClassifiedDelivery Accepted(
        string message = "m1", string recipient = "ann@example.net", DateTimeOffset? at = null, string? sender = "shop@example.org") =>
        Event(DeliveryEventKind.Accepted, message, recipient, at, sender);

    public static ClassifiedDelivery Delivered(
        string message = "m1", string recipient = "ann@example.net", DateTimeOffset? at = null, string? sender = "shop@example.org") =>
        Event(DeliveryEventKind.Delivered, message, recipient, at, sender, with: reported => reported with { ReplyCode = 250, ReplyText = "250 2.0.0 OK" });

    public static ClassifiedDelivery HardBounce(
        string message = "m1", string recipient = "ann@example.net", DateTimeOffset? at = null, string? sender = "shop@example.org") =>
        Event(DeliveryEventKind.Bounced, message, recipient, at, sender, UserUnknown, with: reported => reported with
        {
            ReplyCode = 550, EnhancedCode = "5.1.1", ReplyText = "550 5.1.1 No such user",
        });

    public static ClassifiedDelivery Deferral(
        string message = "m1", string recipient = "ann@example.net", DateTimeOffset? at = null, string? sender = "shop@example.org") =>
        Event(DeliveryEventKind.Deferred, message, recipient, at, sender, MailboxFull, with: reported => reported with
        {
            ReplyCode = 452, EnhancedCode = "4.2.2", ReplyText = "452 4.2.2 Mailbox full",
        });
}
