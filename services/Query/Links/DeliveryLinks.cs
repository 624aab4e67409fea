using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MailStats.Mail.Deliveries;
using MailStats.Query.Lists;
using MailStats.ServiceDefaults;
using MailStats.Stores.Administration;

namespace MailStats.Query.Links;

/// <summary>A page of one delivery that needs no key.</summary>
/// <param name="TenantId">Whose delivery it is.</param>
/// <param name="Delivery">The one that it shows.</param>
/// <param name="ExpiresAt">In whole seconds.</param>
/// <param name="Unmasked">Addresses are shown as they are kept.</param>
internal sealed record DeliveryLink(string TenantId, DeliveryId Delivery, DateTimeOffset ExpiresAt, bool Unmasked);

/// <summary>
/// Links as texts that nobody can make, read or change: encrypted, so that they tell neither tenant nor delivery, and signed with
/// the tenant's link key. Nothing is stored of them; another link key withdraws every link of the tenant.
/// </summary>
internal sealed class DeliveryLinks(ISecretStore secrets)
{
    private const string Secret = "links";
    private const string Context = "delivery link";
    private const byte Layout = 1;
    private const byte Unmasked = 1;
    private const int ProofLength = 16;
    private const int ProofAt = 1 + 1 + sizeof(uint) + DeliveryKey.HashLength;
    private const int TenantAt = ProofAt + ProofLength;

    /// <summary>Characters of a link's text: more than any that is made here, whose tenant's name has at most 63 letters.</summary>
    private const int LongestText = 256;

    public async Task<string> MakeAsync(DeliveryLink link, CancellationToken cancellationToken)
    {
        var plain = new byte[TenantAt + Encoding.UTF8.GetByteCount(link.TenantId)];
        plain[0] = Layout;
        plain[1] = link.Unmasked ? Unmasked : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(plain.AsSpan(2), checked((uint)link.ExpiresAt.ToUnixTimeSeconds()));
        link.Delivery.Write(plain.AsSpan(2 + sizeof(uint)));
        Encoding.UTF8.GetBytes(link.TenantId, plain.AsSpan(TenantAt));
        Proof(await KeyAsync(link.TenantId, cancellationToken), plain).CopyTo(plain.AsSpan(ProofAt));

        return (await SealAsync(cancellationToken)).Close(plain, Context);
    }

    /// <summary>Null for what was never made here, and for what was withdrawn. Whether it has expired is for the caller to see.</summary>
    public async Task<DeliveryLink?> OpenAsync(string text, CancellationToken cancellationToken)
    {
        if (text.Length > LongestText || (await SealAsync(cancellationToken)).Open(text, Context) is not { Length: > TenantAt } plain || plain[0] != Layout)
        {
            return null;
        }

        var tenant = Encoding.UTF8.GetString(plain.AsSpan(TenantAt));
        var proof = Proof(await KeyAsync(tenant, cancellationToken), plain);

        return CryptographicOperations.FixedTimeEquals(proof, plain.AsSpan(ProofAt, ProofLength))
            ? new(
                tenant,
                DeliveryId.Read(plain.AsSpan(2 + sizeof(uint), DeliveryKey.HashLength)),
                DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(plain.AsSpan(2))),
                plain[1] == Unmasked)
            : null;
    }

    public Task WithdrawAllAsync(string tenantId, CancellationToken cancellationToken) => secrets.ReplaceAsync(KeyName(tenantId), cancellationToken);

    private static ReadOnlySpan<byte> Proof(byte[] key, byte[] plain) =>
        HMACSHA256.HashData(key, (byte[])[.. plain.AsSpan(0, ProofAt), .. plain.AsSpan(TenantAt)]).AsSpan(0, ProofLength);

    private static string KeyName(string tenantId) => $"links/{tenantId}";

    private Task<byte[]> KeyAsync(string tenantId, CancellationToken cancellationToken) => secrets.CurrentAsync(KeyName(tenantId), cancellationToken);

    private async ValueTask<Seal> SealAsync(CancellationToken cancellationToken) =>
        new(await secrets.GetOrCreateAsync(Secret, cancellationToken), "link");
}
