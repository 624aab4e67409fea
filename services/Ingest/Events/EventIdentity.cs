using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MailStats.Contracts;

namespace MailStats.Ingest.Events;

/// <summary>
/// The id of an event, out of what it says: 128 bits of a SHA-256. A repetition gets the same id, on any replica, at any time.
/// Changing what goes in here makes every event that is still on its way a new one.
/// </summary>
internal static class EventIdentity
{
    /// <summary>By content: for sources that give their events no ids.</summary>
    public static Guid Of(
        string tenantId, string messageKey, string recipient, DeliveryEventKind kind, DateTimeOffset occurredAt,
        int? replyCode, string? enhancedCode, string? reply, int? attemptNumber)
    {
        var characters = tenantId.Length + messageKey.Length + recipient.Length + (enhancedCode?.Length ?? 0) + (reply?.Length ?? 0);
        var buffer = ArrayPool<byte>.Shared.Rent(64 + 3 * (characters + 8));
        var end = 0;
        Add(buffer, ref end, tenantId);
        Add(buffer, ref end, messageKey);
        Add(buffer, ref end, recipient);
        Add(buffer, ref end, (int)kind);
        Add(buffer, ref end, occurredAt.UtcTicks);
        Add(buffer, ref end, replyCode ?? -1);
        Add(buffer, ref end, enhancedCode ?? "");
        Add(buffer, ref end, reply ?? "");
        Add(buffer, ref end, attemptNumber ?? -1);

        return Hash(buffer, end);
    }

    /// <summary>By the source's own id. The recipient and kind are part of it: some sources give one id to a message's events.</summary>
    public static Guid OfSource(string tenantId, string source, string eventId, string recipient, DeliveryEventKind kind)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 + 3 * (tenantId.Length + source.Length + eventId.Length + recipient.Length));
        var end = 0;
        Add(buffer, ref end, "source");
        Add(buffer, ref end, tenantId);
        Add(buffer, ref end, source);
        Add(buffer, ref end, eventId);
        Add(buffer, ref end, recipient);
        Add(buffer, ref end, (int)kind);

        return Hash(buffer, end);
    }

    // Each text ends with a byte that UTF-8 never has, so that no two lists of texts look alike.
    private static void Add(byte[] buffer, ref int end, string text)
    {
        end += Encoding.UTF8.GetBytes(text, buffer.AsSpan(end));
        buffer[end++] = 0xFF;
    }

    private static void Add(byte[] buffer, ref int end, long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(buffer.AsSpan(end), number);
        end += sizeof(long);
    }

    private static Guid Hash(byte[] buffer, int end)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer.AsSpan(0, end), hash);
        ArrayPool<byte>.Shared.Return(buffer);

        return new Guid(hash[..16], bigEndian: true);
    }
}
