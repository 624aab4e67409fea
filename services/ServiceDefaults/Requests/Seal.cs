using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Texts that callers carry and cannot read or change: encrypted, and bound to a context outside of which they do not open.
/// </summary>
/// <param name="secret">32 bytes that all replicas share.</param>
/// <param name="purpose">Tells the keys of different uses of one secret apart.</param>
public readonly struct Seal(byte[] secret, string purpose)
{
    private const int NonceLength = 12;
    private const int TagLength = 16;

    /// <summary>The same content in the same context is always sealed into the same text, so that answers can have tags.</summary>
    public string Close(ReadOnlySpan<byte> plain, string context)
    {
        var bound = Encoding.UTF8.GetBytes(context);
        // A nonce that is a hash of what is sealed repeats only for the same text.
        byte[] whole = [.. bound, 0, .. plain];
        var nonce = HMACSHA256.HashData(secret, whole)[..NonceLength];
        var cipher = new byte[plain.Length];
        var tag = new byte[TagLength];

        using var aes = Cipher();
        aes.Encrypt(nonce, plain, cipher, tag, bound);

        return Base64Url.EncodeToString([.. nonce, .. tag, .. cipher]);
    }

    /// <summary>Null for what was not sealed here in this context.</summary>
    public byte[]? Open(string text, string context)
    {
        if (!Base64Url.IsValid(text, out var length) || length < NonceLength + TagLength)
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(text);
        var plain = new byte[bytes.Length - NonceLength - TagLength];

        using var aes = Cipher();

        try
        {
            var (nonce, tag, cipher) = (bytes[..NonceLength], bytes[NonceLength..(NonceLength + TagLength)], bytes[(NonceLength + TagLength)..]);
            aes.Decrypt(nonce, cipher, tag, plain, Encoding.UTF8.GetBytes(context));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        return plain;
    }

    private AesGcm Cipher() => new(HKDF.Expand(HashAlgorithmName.SHA256, secret, 32, Encoding.ASCII.GetBytes($"{purpose} encryption")), TagLength);
}
