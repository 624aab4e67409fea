using System.Buffers.Binary;
using MailStats.Mail.Deliveries;
using MailStats.ServiceDefaults;

namespace MailStats.Query.Links;

/// <summary>A page of one delivery that needs no key.</summary>
/// <param name="TenantId">Whose delivery it is.</param>
/// <param name="Delivery">The one that it shows.</param>
/// <param name="ExpiresAt">In whole seconds.</param>
/// <param name="Unmasked">Addresses are shown as they are kept.</param>
internal sealed record DeliveryLink(string TenantId, DeliveryId Delivery, DateTimeOffset ExpiresAt, bool Unmasked);

/// <summary>The links of <see cref="DeliveryLink"/>, as texts.</summary>
internal sealed class DeliveryLinks(SignedLinks links)
{
    private const string Context = "delivery link";
    private const byte Layout = 1;
    private const byte Unmasked = 1;
    private const int DeliveryAt = 1 + 1 + sizeof(uint);
    private const int Length = DeliveryAt + DeliveryKey.HashLength;

    public Task<string> MakeAsync(DeliveryLink link, CancellationToken cancellationToken)
    {
        var content = new byte[Length];
        content[0] = Layout;
        content[1] = link.Unmasked ? Unmasked : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(content.AsSpan(2), checked((uint)link.ExpiresAt.ToUnixTimeSeconds()));
        link.Delivery.Write(content.AsSpan(DeliveryAt));

        return links.MakeAsync(Context, link.TenantId, content, cancellationToken);
    }

    /// <summary>Null for what was never made here, and for what was withdrawn. Whether it has expired is for the caller to see.</summary>
    public async Task<DeliveryLink?> OpenAsync(string text, CancellationToken cancellationToken) =>
        await links.OpenAsync(Context, Length, text, cancellationToken) is var (tenantId, content) && content[0] == Layout
            ? new(
                tenantId,
                DeliveryId.Read(content.AsSpan(DeliveryAt)),
                DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(content.AsSpan(2))),
                content[1] == Unmasked)
            : null;
}
