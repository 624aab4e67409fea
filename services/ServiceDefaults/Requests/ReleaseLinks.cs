using System.Buffers.Binary;

namespace MailStats.ServiceDefaults;

/// <summary>A page with one button that lets a stopped mailbox send again, without a key.</summary>
/// <param name="TenantId">Whose mailbox it is.</param>
/// <param name="BrakeId">The stop: 24 hexadecimal digits. Released, it never holds again, so the link serves once.</param>
/// <param name="ExpiresAt">In whole seconds.</param>
public sealed record ReleaseLink(string TenantId, string BrakeId, DateTimeOffset ExpiresAt);

/// <summary>The links of <see cref="ReleaseLink"/>, as texts. The Notifier makes them, Query opens them.</summary>
public sealed class ReleaseLinks(SignedLinks links)
{
    /// <summary>Before the text of a link.</summary>
    public const string Path = "/links/release";

    private const string Context = "release link";
    private const byte Layout = 1;
    private const int IdAt = 1 + sizeof(uint);
    private const int IdLength = 12;

    /// <exception cref="FormatException">The id of the stop is not hexadecimal.</exception>
    public Task<string> MakeAsync(ReleaseLink link, CancellationToken cancellationToken)
    {
        var content = new byte[IdAt + IdLength];
        content[0] = Layout;
        BinaryPrimitives.WriteUInt32BigEndian(content.AsSpan(1), checked((uint)link.ExpiresAt.ToUnixTimeSeconds()));
        Convert.FromHexString(link.BrakeId).CopyTo(content.AsSpan(IdAt));

        return links.MakeAsync(Context, link.TenantId, content, cancellationToken);
    }

    /// <summary>Null for what was never made here, and for what was withdrawn. Whether it has expired is for the caller to see.</summary>
    public async Task<ReleaseLink?> OpenAsync(string text, CancellationToken cancellationToken) =>
        await links.OpenAsync(Context, IdAt + IdLength, text, cancellationToken) is var (tenantId, content) && content[0] == Layout
            ? new(
                tenantId,
                Convert.ToHexStringLower(content.AsSpan(IdAt)),
                DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(content.AsSpan(1))))
            : null;
}
