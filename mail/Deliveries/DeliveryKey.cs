using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MailStats.Contracts;

namespace MailStats.Mail.Deliveries;

/// <summary>Names a delivery, the unit that is counted once.</summary>
public readonly record struct DeliveryKey(string TenantId, string MessageKey, string Recipient)
{
    /// <summary>Bytes of <see cref="WriteHash"/>.</summary>
    public const int HashLength = 16;

    public static DeliveryKey Of(DeliveryEvent reported) => new(reported.TenantId, reported.MessageKey, reported.Recipient);

    /// <summary>The same as a number, the first byte the highest.</summary>
    public UInt128 ToHash()
    {
        Span<byte> hash = stackalloc byte[HashLength];
        WriteHash(hash);

        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    /// <summary>
    /// The key in 128 bits, by which stores find it. Where the message key names a second, as those of logs do
    /// (<c>20261005T041614-mx1-…</c>), the first 32 bits are that second; else they are what it shares with those made before
    /// and after it (<see cref="NeighbourhoodOf"/>). So what comes together stands together, and a batch of events touches few
    /// pages of an index. The other 96 bits are of a SHA-256: of a thousand million keys, two are alike with a chance of 1 in 10¹¹.
    /// </summary>
    public void WriteHash(Span<byte> hash)
    {
        var longest = 3 * (TenantId.Length + MessageKey.Length + Recipient.Length + 1);
        var rented = longest > 1024 ? ArrayPool<byte>.Shared.Rent(longest) : null;
        var bytes = rented ?? stackalloc byte[1024];
        var length = Encoding.UTF8.GetBytes(TenantId, bytes);
        // Bytes that UTF-8 never has, so that no two keys are written alike.
        bytes[length++] = 0xFF;
        length += Encoding.UTF8.GetBytes(MessageKey, bytes[length..]);
        bytes[length++] = 0xFF;
        length += Encoding.UTF8.GetBytes(Recipient, bytes[length..]);
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..length], whole);
        whole[..HashLength].CopyTo(hash);

        BinaryPrimitives.WriteUInt32BigEndian(hash, SecondIn(MessageKey) ?? NeighbourhoodOf(MessageKey));

        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>
    /// The same number for message keys that follow each other: keys that count differ in their last characters, a UUID of
    /// version 7 (RFC 9562) has the time in front. Keys made by chance are strewn, as they are by any order.
    /// </summary>
    private static uint NeighbourhoodOf(string messageKey)
    {
        const int counting = 2;

        if (Guid.TryParse(messageKey, out var id) && id.Version == 7)
        {
            Span<byte> bytes = stackalloc byte[16];
            id.TryWriteBytes(bytes, bigEndian: true, out _);

            return BinaryPrimitives.ReadUInt32BigEndian(bytes);
        }

        // FNV-1a: not secret, only spread. What it maps to one number by chance or on purpose is merely neighbours.
        var hash = 2166136261u;

        foreach (var character in messageKey.AsSpan(0, Math.Max(0, messageKey.Length - counting)))
        {
            hash = (hash ^ character) * 16777619u;
        }

        return hash;
    }

    /// <summary>
    /// The first <c>yyyyMMddHHmmss</c>, with or without a <c>T</c> in it, as a number that grows with it: from 2005 to 2137, for
    /// that is how long 32 bits of seconds last.
    /// </summary>
    private static uint? SecondIn(ReadOnlySpan<char> text)
    {
        const int date = 8;
        const int time = 6;

        for (var start = text.IndexOfAnyInRange('0', '9'); start >= 0 && start + date + time <= text.Length;)
        {
            var run = text[start..];
            var digits = run.IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? end : run.Length;
            var clock = digits >= date + time ? run[date..]
                : IsDateAndTime(run, digits, date, time) ? run[(date + 1)..]
                : default;

            if (!clock.IsEmpty)
            {
                var day = (((Whole(run[..4]) * 12) + Whole(run.Slice(4, 2))) * 31) + Whole(run.Slice(6, 2));

                return (uint)((((((day * 24L) + Whole(clock[..2])) * 60) + Whole(clock.Slice(2, 2))) * 60) + Whole(clock.Slice(4, 2)));
            }

            var next = run[digits..].IndexOfAnyInRange('0', '9');
            start = next < 0 ? -1 : start + digits + next;
        }

        return null;

        static bool IsDateAndTime(ReadOnlySpan<char> run, int digits, int date, int time) =>
            digits == date && run.Length > date + time && run[date] is 'T'
            && !run.Slice(date + 1, time).ContainsAnyExceptInRange('0', '9');

        static int Whole(ReadOnlySpan<char> digits) => int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
    }
}
