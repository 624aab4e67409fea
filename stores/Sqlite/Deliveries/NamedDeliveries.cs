using MailStats.Contracts;
using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;

namespace MailStats.Stores.Sqlite.Deliveries;

/// <summary>
/// Events with the hashes of what they name, made before the writer's turn: everybody waits for the writer, and nobody for who
/// hands in.
/// </summary>
internal sealed class NamedDeliveries
{
    private readonly UInt128[] _keys;
    private readonly byte[]?[] _addresses;

    /// <param name="deliveries">The events as they were reported.</param>
    /// <param name="addresses">Null while no address has been hashed; then the writer does it.</param>
    public NamedDeliveries(IReadOnlyList<ClassifiedDelivery> deliveries, AddressPrivacy? addresses)
    {
        All = deliveries;
        _keys = new UInt128[deliveries.Count];
        _addresses = new byte[]?[deliveries.Count];

        for (var index = 0; index < _keys.Length; index++)
        {
            var reported = deliveries[index].Event;
            _keys[index] = DeliveryKey.Of(reported).ToHash();
            _addresses[index] = Tells(reported.Kind) ? addresses?.HashOfAny(reported.Recipient) : null;
        }
    }

    public IReadOnlyList<ClassifiedDelivery> All { get; }

    /// <summary>The hash of the key of an event as it was reported.</summary>
    public UInt128 KeyOf(int index) => _keys[index];

    /// <summary>The hash of its recipient, the same in whatever form that is kept; null where it is not known.</summary>
    public byte[]? AddressOf(int index) => _addresses[index];

    /// <summary>Whether such an event says anything of its address.</summary>
    private static bool Tells(DeliveryEventKind kind) =>
        kind is DeliveryEventKind.Delivered or DeliveryEventKind.Bounced or DeliveryEventKind.Expired or DeliveryEventKind.Complained;
}
