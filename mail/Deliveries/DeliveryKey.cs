using MailStats.Contracts;

namespace MailStats.Mail.Deliveries;

/// <summary>Names a delivery, the unit that is counted once.</summary>
public readonly record struct DeliveryKey(string TenantId, string MessageKey, string Recipient)
{
    public static DeliveryKey Of(DeliveryEvent reported) => new(reported.TenantId, reported.MessageKey, reported.Recipient);
}
