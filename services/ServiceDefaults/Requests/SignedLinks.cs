using System.Security.Cryptography;
using System.Text;
using MailStats.Stores.Administration;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Links as texts that nobody can make, read or change: encrypted, so that they tell neither tenant nor what they lead to, and signed with
/// the tenant's link key. Nothing is stored of them; another link key withdraws every link of the tenant.
/// </summary>
public sealed class SignedLinks(ISecretStore secrets)
{
    private const string Secret = "links";
    private const int ProofLength = 16;

    /// <summary>Characters of a link's text: more than any that is made here, whose tenant's name has at most 63 letters.</summary>
    private const int LongestText = 256;

    /// <summary>The text of a link.</summary>
    /// <param name="context">What kind of link it is; as another it does not open.</param>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="content">What it says. All of a kind have the same length, at most 64 bytes.</param>
    /// <param name="cancellationToken">Ends the reading of the key.</param>
    public async Task<string> MakeAsync(string context, string tenantId, byte[] content, CancellationToken cancellationToken)
    {
        var tenant = Encoding.UTF8.GetBytes(tenantId);
        byte[] plain = [.. content, .. Proof(await KeyAsync(tenantId, cancellationToken), content, tenant), .. tenant];

        return (await SealAsync(cancellationToken)).Close(plain, context);
    }

    /// <summary>Null for what was never made here, and for what was withdrawn.</summary>
    public async Task<(string TenantId, byte[] Content)?> OpenAsync(string context, int length, string text, CancellationToken cancellationToken)
    {
        if (text.Length > LongestText || (await SealAsync(cancellationToken)).Open(text, context) is not { } plain || plain.Length <= length + ProofLength)
        {
            return null;
        }

        var (content, tenant) = (plain[..length], plain[(length + ProofLength)..]);
        var tenantId = Encoding.UTF8.GetString(tenant);
        var proof = Proof(await KeyAsync(tenantId, cancellationToken), content, tenant);

        return CryptographicOperations.FixedTimeEquals(proof, plain.AsSpan(length, ProofLength)) ? (tenantId, content) : null;
    }

    public Task WithdrawAllAsync(string tenantId, CancellationToken cancellationToken) => secrets.ReplaceAsync(KeyName(tenantId), cancellationToken);

    private static byte[] Proof(byte[] key, byte[] content, byte[] tenant) => HMACSHA256.HashData(key, (byte[])[.. content, .. tenant])[..ProofLength];

    private static string KeyName(string tenantId) => $"links/{tenantId}";

    private Task<byte[]> KeyAsync(string tenantId, CancellationToken cancellationToken) => secrets.CurrentAsync(KeyName(tenantId), cancellationToken);

    private async ValueTask<Seal> SealAsync(CancellationToken cancellationToken) =>
        new(await secrets.GetOrCreateAsync(Secret, cancellationToken), "link");
}
