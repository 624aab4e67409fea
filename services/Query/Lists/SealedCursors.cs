using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using MailStats.Mail.Lists;
using MailStats.Stores;
using MailStats.Stores.Administration;

namespace MailStats.Query.Lists;

/// <summary>
/// Cursors as callers see them: encrypted, and bound to the tenant, the list and its filters. The store's own cursors tell
/// how many rows there are of all tenants together; sealed they tell nothing and fit nowhere else.
/// </summary>
internal sealed class SealedCursors(ISecretStore secrets)
{
    private const string Secret = "cursors";
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int LongestCursor = 512;

    /// <summary>A page of a list, read with the store's own cursor and handed on with a sealed one.</summary>
    /// <param name="list">Names the list, its tenant and its filters; in another the cursor does not open.</param>
    /// <param name="cursor">As the caller sent it.</param>
    /// <param name="read">Reads a page from the store's cursor on.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InvalidCursorException">The cursor was not sealed here for this list.</exception>
    public async Task<Page<T>> PageAsync<T>(
        string list, string? cursor, Func<string?, Task<Page<T>>> read, CancellationToken cancellationToken)
    {
        var page = await read(await OpenAsync(cursor, list, cancellationToken));

        return page with { Next = await SealAsync(page.Next, list, cancellationToken) };
    }

    /// <summary>Null for null. The same cursor of the same list is always sealed into the same text, so that pages can have tags.</summary>
    private async ValueTask<string?> SealAsync(string? cursor, string list, CancellationToken cancellationToken)
    {
        if (cursor is null)
        {
            return null;
        }

        var secret = await secrets.GetOrCreateAsync(Secret, cancellationToken);
        var plain = Encoding.UTF8.GetBytes(cursor);
        var bound = Encoding.UTF8.GetBytes(list);
        // A nonce that is a hash of what is sealed repeats only for the same text.
        byte[] whole = [.. bound, 0, .. plain];
        var nonce = HMACSHA256.HashData(secret, whole)[..NonceLength];
        var cipher = new byte[plain.Length];
        var tag = new byte[TagLength];

        using var aes = new AesGcm(HKDF.Expand(HashAlgorithmName.SHA256, secret, 32, "cursor encryption"u8.ToArray()), TagLength);
        aes.Encrypt(nonce, plain, cipher, tag, bound);

        return Base64Url.EncodeToString([.. nonce, .. tag, .. cipher]);
    }

    /// <summary>Null for null.</summary>
    /// <exception cref="InvalidCursorException">It was not sealed here for this list.</exception>
    private async ValueTask<string?> OpenAsync(string? text, string list, CancellationToken cancellationToken)
    {
        if (text is null)
        {
            return null;
        }

        if (text.Length > LongestCursor || !Base64Url.IsValid(text, out var length) || length < NonceLength + TagLength)
        {
            throw new InvalidCursorException();
        }

        var secret = await secrets.GetOrCreateAsync(Secret, cancellationToken);
        var bytes = Base64Url.DecodeFromChars(text);
        var plain = new byte[bytes.Length - NonceLength - TagLength];

        using var aes = new AesGcm(HKDF.Expand(HashAlgorithmName.SHA256, secret, 32, "cursor encryption"u8.ToArray()), TagLength);

        try
        {
            var (nonce, tag, cipher) = (bytes[..NonceLength], bytes[NonceLength..(NonceLength + TagLength)], bytes[(NonceLength + TagLength)..]);
            aes.Decrypt(nonce, cipher, tag, plain, Encoding.UTF8.GetBytes(list));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new InvalidCursorException();
        }

        return Encoding.UTF8.GetString(plain);
    }
}
