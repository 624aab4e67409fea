using System.Buffers;

namespace MailStats.Mail.Search.Segments;

/// <summary>Numbers in as few bytes as their size takes, seven bits in each.</summary>
internal static class Numbers
{
    public static void Write(ArrayBufferWriter<byte> output, ulong number)
    {
        var room = output.GetSpan(10);
        var length = 0;

        for (; number >= 0x80; number >>= 7)
        {
            room[length++] = (byte)(number | 0x80);
        }

        room[length++] = (byte)number;
        output.Advance(length);
    }

    public static void WriteSigned(ArrayBufferWriter<byte> output, long number) => Write(output, (ulong)((number << 1) ^ (number >> 63)));

    public static ulong Read(ref ReadOnlySpan<byte> bytes)
    {
        var (number, shift, length) = (0UL, 0, 0);
        byte part;

        do
        {
            part = bytes[length++];
            number |= (ulong)(part & 0x7F) << shift;
            shift += 7;
        }
        while (part >= 0x80);

        bytes = bytes[length..];

        return number;
    }

    public static long ReadSigned(ref ReadOnlySpan<byte> bytes)
    {
        var number = Read(ref bytes);

        return (long)(number >> 1) ^ -(long)(number & 1);
    }
}
