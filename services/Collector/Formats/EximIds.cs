using System.Buffers;

namespace MailStats.Collector.Formats;

/// <summary>
/// Exim's message ids: <c>1xDYyi-0004ku-2V</c>, since 4.97 <c>1rXabc-00000001234-2xYz</c>. The first six characters are the
/// seconds since 1970 in base 62, so an id never comes again.
/// </summary>
internal static class EximIds
{
    private static readonly SearchValues<byte> Base62 = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Length of the id at the beginning of the text, 0 where there is none.</summary>
    public static int LengthOf(ReadOnlySpan<byte> text)
    {
        if (text.Length < 16 || text[6] != '-')
        {
            return 0;
        }

        if (text[13] == '-' && (text.Length == 16 || text[16] == ' '))
        {
            return IsBase62(text[..6]) && IsBase62(text.Slice(7, 6)) && IsBase62(text.Slice(14, 2)) ? 16 : 0;
        }

        return text.Length >= 23 && text[18] == '-' && (text.Length == 23 || text[23] == ' ')
            && IsBase62(text[..6]) && IsBase62(text.Slice(7, 11)) && IsBase62(text.Slice(19, 4)) ? 23 : 0;
    }

    /// <summary>UTC ticks of the second in which the id was made.</summary>
    public static long TimeOf(ReadOnlySpan<byte> id)
    {
        var seconds = 0L;
        foreach (var digit in id[..6])
        {
            seconds = (seconds * 62) + ValueOf(digit);
        }

        return DateTime.UnixEpoch.Ticks + (seconds * TimeSpan.TicksPerSecond);
    }

    private static bool IsBase62(ReadOnlySpan<byte> text) => text.IndexOfAnyExcept(Base62) < 0;

    private static int ValueOf(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'A' and <= (byte)'Z' => digit - 'A' + 10,
        >= (byte)'a' and <= (byte)'z' => digit - 'a' + 36,
        _ => -1,
    };
}
