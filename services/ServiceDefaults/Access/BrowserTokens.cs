using System.Buffers.Binary;
using System.Text;
using MailStats.Stores.Administration;

namespace MailStats.ServiceDefaults;

/// <summary>What a browser may carry for some minutes: the numbers of a tenant, or of some of its domains, and nothing else.</summary>
/// <param name="TenantId">Whose numbers.</param>
/// <param name="KeyId">The key it was made with, without which it is worth nothing.</param>
/// <param name="Domains">In normal form, at most <see cref="BrowserTokens.MostDomains"/>; none: as many as the key shows.</param>
/// <param name="ExpiresAt">In whole seconds.</param>
public sealed record BrowserToken(string TenantId, string KeyId, IReadOnlyList<string> Domains, DateTimeOffset ExpiresAt);

/// <summary>
/// Tokens as texts that nobody can make, read or change. Nothing is stored of them: they end by themselves, and with the key
/// that they were made with.
/// </summary>
public sealed class BrowserTokens(ISecretStore secrets, IApiKeyStore keys, TimeProvider time)
{
    /// <summary>What every token begins with; tells them from keys and from the authority's tokens.</summary>
    public const string Prefix = "mst_";

    public const int MostDomains = 20;

    private const string Secret = "browser-tokens";
    private const string Context = "statistics";
    private const byte Layout = 1;
    private const char Separator = '\n';

    /// <summary>Characters: more than twenty of the longest domains need.</summary>
    private const int LongestText = 8 * 1024;

    public async Task<string> MakeAsync(BrowserToken token, CancellationToken cancellationToken)
    {
        var words = Encoding.UTF8.GetBytes(string.Join(Separator, [token.TenantId, token.KeyId, .. token.Domains]));
        var plain = new byte[1 + sizeof(uint) + words.Length];
        plain[0] = Layout;
        BinaryPrimitives.WriteUInt32BigEndian(plain.AsSpan(1), checked((uint)token.ExpiresAt.ToUnixTimeSeconds()));
        words.CopyTo(plain.AsSpan(1 + sizeof(uint)));

        return Prefix + (await SealAsync(cancellationToken)).Close(plain, Context);
    }

    /// <summary>The token and its key; null for what was never made here, has ended, or whose key is no longer valid.</summary>
    internal async ValueTask<(BrowserToken Token, ApiKey Key)?> FindAsync(string text, CancellationToken cancellationToken)
    {
        if (text.Length > LongestText
            || (await SealAsync(cancellationToken)).Open(text[Prefix.Length..], Context) is not { Length: > 1 + sizeof(uint) } plain
            || plain[0] != Layout)
        {
            return null;
        }

        var expiresAt = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(plain.AsSpan(1)));

        if (expiresAt <= time.GetUtcNow())
        {
            return null;
        }

        var words = Encoding.UTF8.GetString(plain.AsSpan(1 + sizeof(uint))).Split(Separator);
        var token = new BrowserToken(words[0], words[1], words[2..], expiresAt);

        return await keys.FindByIdAsync(token.TenantId, token.KeyId, cancellationToken) is { } key ? (token, key) : null;
    }

    private async ValueTask<Seal> SealAsync(CancellationToken cancellationToken) =>
        new(await secrets.GetOrCreateAsync(Secret, cancellationToken), "token");
}
