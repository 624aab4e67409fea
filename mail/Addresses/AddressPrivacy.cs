using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using MailStats.Contracts;

namespace MailStats.Mail.Addresses;

/// <summary>
/// Keeps recipients unreadable and yet distinct: the same address has the same form for as long as the key stays the same.
/// Domains stay, because statistics by provider need them; senders stay, because statistics are about them.
/// </summary>
public sealed class AddressPrivacy(byte[] key)
{
    private const int HashLength = 12;
    private const int HashText = 16;
    private const int IdentityLength = 16;
    private const int LongestOnStack = 128;
    private const string Mask = "***+";
    private const char HashMark = '~';

    /// <summary>Made once and used again: making one costs three times what it then does for an address.</summary>
    private readonly ConcurrentBag<IncrementalHash> _hashing = [];

    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(32);

    /// <summary>Names an address without telling it; case does not matter.</summary>
    public byte[] Hash(string address)
    {
        if (address.Length > LongestOnStack)
        {
            return Hash(Encoding.UTF8.GetBytes(address.ToLowerInvariant()), HashLength);
        }

        Span<char> lower = stackalloc char[LongestOnStack];
        Span<byte> bytes = stackalloc byte[3 * LongestOnStack];
        lower = lower[..address.AsSpan().ToLowerInvariant(lower)];

        return Hash(bytes[..Encoding.UTF8.GetBytes(lower, bytes)], HashLength);
    }

    /// <summary>The same of an address that may be hidden already: a hidden one and the plain one it stands for have the same.</summary>
    public byte[] HashOfAny(string address) => HashIn(address) is { } hidden ? Base64Url.DecodeFromChars(hidden) : Hash(address);

    /// <summary>A hash as a number, for comparing it with others.</summary>
    public static UInt128 NumberOf(ReadOnlySpan<byte> hash) =>
        new(BinaryPrimitives.ReadUInt32BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash[(HashLength - sizeof(ulong))..]));

    /// <summary>True for an address that tells no more than its domain, and its first letter at most.</summary>
    public static bool IsHidden(string address) => HashIn(address) is not null;

    /// <summary>Names a delivery after its rows have been deleted. The recipient may be in any form.</summary>
    public byte[] Identity(string messageKey, string recipient)
    {
        var hash = HashIn(recipient) ?? Base64Url.EncodeToString(Hash(recipient));

        return Hash(Encoding.UTF8.GetBytes(hash + "\n" + messageKey), IdentityLength);
    }

    public string Protect(string address, AddressForm form)
    {
        if (form == AddressForm.Plain || HashIn(address) is not null)
        {
            return address;
        }

        var at = address.LastIndexOf('@');
        var domain = at < 0 ? "" : address[at..];
        var hash = Base64Url.EncodeToString(Hash(address));

        return form == AddressForm.Hashed || at <= 0 ? HashMark + hash + domain : address[0] + Mask + hash + domain;
    }

    /// <summary>Takes the recipient's address out of everything an event says: also the reply, and a sender that carries it (VERP).</summary>
    public ClassifiedDelivery Protect(ClassifiedDelivery delivery, AddressForm form)
    {
        var reported = delivery.Event;

        if (form == AddressForm.Plain || HashIn(reported.Recipient) is not null)
        {
            return delivery;
        }

        var stored = Protect(reported.Recipient, form);

        return delivery with
        {
            Event = reported with
            {
                Recipient = stored,
                ReplyText = reported.ReplyText is { } text ? TakeOut(text, reported.Recipient, stored) : null,
                Sender = string.IsNullOrEmpty(reported.Sender) ? reported.Sender : Mailbox.Of(null, reported.Sender)?.Address,
            },
        };
    }

    private static string TakeOut(string text, string address, string stored)
    {
        text = text.Replace(address, stored, StringComparison.OrdinalIgnoreCase);
        var at = address.LastIndexOf('@');

        // Receivers also say "user ann.smith unknown".
        return at < 3 ? text : AddressMask.WithoutWord(text, address[..at], "***");
    }

    private byte[] Hash(ReadOnlySpan<byte> text, int length)
    {
        var hashing = _hashing.TryTake(out var made) ? made : IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        hashing.AppendData(text);
        hashing.GetHashAndReset(whole);
        _hashing.Add(hashing);

        return whole[..length].ToArray();
    }

    /// <summary>The hash within a protected address, null when it is a plain one.</summary>
    private static string? HashIn(string address)
    {
        var end = address.LastIndexOf('@') is >= 0 and var at ? at : address.Length;
        var start = end - HashText;
        var marked = (start == 1 && address[0] == HashMark)
            || (start == 1 + Mask.Length && address.AsSpan(1).StartsWith(Mask, StringComparison.Ordinal));

        return marked && Base64Url.IsValid(address.AsSpan(start, HashText)) ? address[start..end] : null;
    }
}
