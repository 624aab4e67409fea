using MailStats.Mail.Deliveries;

namespace MailStats.Stores.Upkeep;

/// <summary>Deliveries among the rows that cannot be read.</summary>
public static class UnreadableDeliveries
{
    /// <summary>Unpacks a delivery; false, and told, where it cannot be read.</summary>
    public static bool TryDecode(this UnreadableRows unreadable, ReadOnlySpan<byte> bytes, IStoredTexts texts, out StoredDelivery delivery)
    {
        try
        {
            delivery = DeliveryCodec.Decode(bytes, texts);

            return true;
        }
        catch (Exception damage) when (UnreadableRows.IsDamage(damage))
        {
            unreadable.Met("deliveries", damage);
            delivery = default;

            return false;
        }
    }
}
