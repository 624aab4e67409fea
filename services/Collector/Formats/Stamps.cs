namespace MailStats.Collector.Formats;

/// <summary>Stamps at the beginning of log lines, read from bytes.</summary>
internal static class Stamps
{
    /// <summary><c>Oct  5 04:16:14</c> or <c>Oct 05 04:16:14</c>: always 15 bytes.</summary>
    public const int BsdLength = 15;

    public static bool TryReadBsd(ReadOnlySpan<byte> line, out int month, out int day, out long timeOfDay)
    {
        month = 0;
        day = 0;
        timeOfDay = 0;
        if (line.Length < BsdLength || line[3] != ' ' || line[6] != ' ')
        {
            return false;
        }

        month = MonthOf(line);
        var tens = line[4] == ' ' ? 0 : line[4] - '0';
        day = (tens * 10) + line[5] - '0';

        return month != 0 && (uint)tens < 4 && (uint)(line[5] - '0') < 10 && TryReadTime(line[7..], out timeOfDay);
    }

    /// <summary>
    /// <c>2026-10-24T00:00:01.617733+02:00</c>: date and time with <c>T</c> or blank between, then a fraction and a zone,
    /// both optional. <paramref name="offset"/> is null where the zone is missing.
    /// </summary>
    public static bool TryReadIso(ReadOnlySpan<byte> line, out DateTime local, out TimeSpan? offset, out int length)
    {
        local = default;
        offset = null;
        length = 0;
        if (line.Length < 19 || line[4] != '-' || line[7] != '-' || line[10] is not ((byte)'T' or (byte)' ')
            || !TryDigits(line[..4], out var year) || !TryDigits(line.Slice(5, 2), out var month) || !TryDigits(line.Slice(8, 2), out var day)
            || year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month)
            || !TryReadTime(line[11..], out var timeOfDay))
        {
            return false;
        }

        length = 19;
        if (length < line.Length && line[length] is (byte)'.' or (byte)',')
        {
            var unit = TimeSpan.TicksPerSecond / 10;
            for (length++; length < line.Length && (uint)(line[length] - '0') < 10; length++, unit /= 10)
            {
                timeOfDay += (line[length] - '0') * unit;
            }
        }

        local = new DateTime(year, month, day).AddTicks(timeOfDay);
        ReadOffset(line, ref length, ref offset);

        return true;
    }

    private static void ReadOffset(ReadOnlySpan<byte> line, ref int length, ref TimeSpan? offset)
    {
        var rest = line[length..];
        if (!rest.IsEmpty && rest[0] == 'Z')
        {
            offset = TimeSpan.Zero;
            length++;
            return;
        }

        // Exim puts a blank before the zone.
        var start = !rest.IsEmpty && rest[0] == ' ' ? 1 : 0;
        if (rest.Length < start + 5 || rest[start] is not ((byte)'+' or (byte)'-'))
        {
            return;
        }

        var minutesAt = rest[start + 3] == ':' ? start + 4 : start + 3;
        if (rest.Length >= minutesAt + 2 && TryDigits(rest.Slice(start + 1, 2), out var hours) && TryDigits(rest.Slice(minutesAt, 2), out var minutes)
            && hours < 15 && minutes < 60)
        {
            var span = new TimeSpan(hours, minutes, 0);
            offset = rest[start] == '-' ? -span : span;
            length += minutesAt + 2;
        }
    }

    private static bool TryReadTime(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.Length < 8 || text[2] != ':' || text[5] != ':'
            || !TryDigits(text[..2], out var hour) || !TryDigits(text.Slice(3, 2), out var minute) || !TryDigits(text.Slice(6, 2), out var second)
            || hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }

        ticks = ((hour * 3600L) + (minute * 60L) + second) * TimeSpan.TicksPerSecond;

        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if ((uint)(digit - '0') > 9)
            {
                return false;
            }

            value = (value * 10) + digit - '0';
        }

        return true;
    }

    private static int MonthOf(ReadOnlySpan<byte> text) => (text[0], text[1], text[2]) switch
    {
        ((byte)'J', (byte)'a', (byte)'n') => 1,
        ((byte)'F', (byte)'e', (byte)'b') => 2,
        ((byte)'M', (byte)'a', (byte)'r') => 3,
        ((byte)'A', (byte)'p', (byte)'r') => 4,
        ((byte)'M', (byte)'a', (byte)'y') => 5,
        ((byte)'J', (byte)'u', (byte)'n') => 6,
        ((byte)'J', (byte)'u', (byte)'l') => 7,
        ((byte)'A', (byte)'u', (byte)'g') => 8,
        ((byte)'S', (byte)'e', (byte)'p') => 9,
        ((byte)'O', (byte)'c', (byte)'t') => 10,
        ((byte)'N', (byte)'o', (byte)'v') => 11,
        ((byte)'D', (byte)'e', (byte)'c') => 12,
        _ => 0,
    };
}
