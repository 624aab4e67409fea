using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MailStats.Mail.Addresses;

namespace MailStats.Mail.Suppression;

/// <summary>
/// By what an address is found on the list: a keyed hash of 96 bits of the address in lower case, the same whether the
/// store keeps addresses plain, masked or hashed.
/// </summary>
/// <param name="Hash">Of the address.</param>
/// <param name="Base">Of the address without its tag (<c>ann+news@…</c>); the same as <paramref name="Hash"/> where it has none.</param>
/// <param name="Shown">In the form in which it is kept.</param>
public sealed record SuppressedAddress(byte[] Hash, byte[] Base, string Shown)
{
    /// <param name="address">In any form.</param>
    /// <param name="privacy">The store's.</param>
    /// <param name="form">In which addresses are kept.</param>
    public static SuppressedAddress Of(string address, AddressPrivacy privacy, AddressForm form) =>
        Of(address, privacy.HashOfAny(address), privacy, form);

    /// <summary>The same with the address's hash at hand.</summary>
    public static SuppressedAddress Of(string address, byte[] hash, AddressPrivacy privacy, AddressForm form)
    {
        var bare = WithoutTag(address);

        return new(hash, ReferenceEquals(bare, address) ? hash : privacy.HashOfAny(bare), privacy.Protect(address, form));
    }

    /// <summary>
    /// The place among entries of the same time: by address and sending domain, not by when they came or by the key of this
    /// installation; the hash tells addresses apart that are kept under the same text.
    /// </summary>
    public long Number(string? domain)
    {
        const long ofHash = 0xFF_FFFF;
        var text = BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{Shown}\n{domain}")));

        return (text & ~ofHash) | (BinaryPrimitives.ReadInt64BigEndian(Hash) & ofHash);
    }

    /// <summary>The address without what follows a + in its local part; the same object where nothing does.</summary>
    public static string WithoutTag(string address)
    {
        var at = address.LastIndexOf('@');
        var plus = at > 0 ? address.IndexOf('+', StringComparison.Ordinal) : -1;

        // A quoted local part means what it says, and "+x@…" has nothing before its tag. A masked address has a mark of its own.
        return plus > 0 && plus < at && address[0] != '"' && !AddressPrivacy.IsHidden(address)
            ? string.Concat(address.AsSpan(0, plus), address.AsSpan(at))
            : address;
    }

    /// <summary>The address as people write it, with its domain in ASCII; null and why where it is none. A hidden one stays as it is.</summary>
    public static string? Read(string? text, out string? error)
    {
        error = null;

        if (string.IsNullOrWhiteSpace(text))
        {
            error = "is empty";

            return null;
        }

        if (AddressPrivacy.IsHidden(text.Trim()))
        {
            return text.Trim();
        }

        return EmailAddress.Read(text, out error)?.Normalize(NormalizationForm.FormC);
    }
}
