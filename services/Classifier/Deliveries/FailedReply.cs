using MailStats.Classifier.Replies;
using MailStats.Contracts;
using MailStats.Mail.Addresses;

namespace MailStats.Classifier.Deliveries;

/// <summary>The reply in a delivery event that tells of a failure.</summary>
internal static class FailedReply
{
    public static bool Is(DeliveryEventKind kind) =>
        kind is DeliveryEventKind.Deferred or DeliveryEventKind.Bounced or DeliveryEventKind.Expired or DeliveryEventKind.Rejected;

    public static SmtpReply Of(DeliveryEvent delivery) => Of(delivery, EmailAddress.DomainOf(delivery.Recipient).ToString());

    public static SmtpReply Of(DeliveryEvent delivery, string recipientDomain) => new()
    {
        Code = delivery.ReplyCode ?? 0,
        EnhancedCode = delivery.EnhancedCode,
        Text = delivery.ReplyText,
        Host = delivery.RemoteHost,
        RecipientDomain = recipientDomain,
        Final = delivery.Kind != DeliveryEventKind.Deferred,
        Expired = delivery.Kind == DeliveryEventKind.Expired,
    };
}
