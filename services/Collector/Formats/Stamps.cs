using System.Buffers;

namespace MailStats.Collector.Formats;

/// <summary>Stamps at the beginning of log lines, read from bytes.</summary>
internal static class Stamps
{
    /// <summary><c>Oct  5 04:16:14</c> or <c>Oct 05 04:16:14</c>: always 15 bytes.</summary>
    public const int BsdLength = 15;

    /// <summary><c>2026-10-24T00:00:01</c>, without fraction and zone.</summary>
    public const int IsoLength = 19;

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
    /// both optional; also <c>2026/10/24 00:00:01</c>. <paramref name="offset"/> is null where the zone is missing.
    /// </summary>
    public static bool TryReadIso(ReadOnlySpan<byte> line, out DateTime local, out TimeSpan? offset, out int length)
    {
        local = default;
        offset = null;
        length = 0;
        if (line.Length < IsoLength || line[4] is not ((byte)'-' or (byte)'/') || line[7] != line[4] || line[10] is not ((byte)'T' or (byte)' ')
            || !TryDigits(line[..4], out var year) || !TryDigits(line.Slice(5, 2), out var month) || !TryDigits(line.Slice(8, 2), out var day)
            || year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month)
            || !TryReadTime(line[11..], out var timeOfDay))
        {
            return false;
        }

        local = ReadIsoRest(line, new DateTime(year, month, day).AddTicks(timeOfDay), out offset, out length);

        return true;
    }

    /// <summary>Adds the fraction that follows date and time of day, and reads the zone.</summary>
    public static DateTime ReadIsoRest(ReadOnlySpan<byte> line, DateTime second, out TimeSpan? offset, out int length)
    {
        offset = null;
        length = IsoLength;
        var ticks = 0L;
        if (length < line.Length && line[length] is (byte)'.' or (byte)',')
        {
            var unit = TimeSpan.TicksPerSecond / 10;
            for (length++; length < line.Length && (uint)(line[length] - '0') < 10; length++, unit /= 10)
            {
                ticks += (line[length] - '0') * unit;
            }
        }

        ReadOffset(line, ref length, ref offset);

        return second.AddTicks(ticks);
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

    /// <summary><c>Mar  3 2026 08:00:00</c>, as some syslogs write a year.</summary>
    public static bool TryReadYearInside(ReadOnlySpan<byte> line, out DateTime local, out int length)
    {
        (local, length) = (default, 20);
        if (line.Length < length || line[3] != ' ' || line[6] != ' ' || line[11] != ' ' || !TryDigits(line.Slice(7, 4), out var year) || year < 1970
            || !TryDigits(line.Slice(line[4] == ' ' ? 5 : 4, line[4] == ' ' ? 1 : 2), out var day) || MonthOf(line) is not (> 0 and var month)
            || day == 0 || day > DateTime.DaysInMonth(year, month) || !TryReadTime(line[12..], out var timeOfDay))
        {
            return false;
        }

        local = new DateTime(year, month, day).AddTicks(timeOfDay);

        return true;
    }

    /// <summary>Length of the stamp that a line begins with, in any of the forms that syslogs have; 0 where there is none.</summary>
    public static int LengthOf(ReadOnlySpan<byte> line)
    {
        if (TryReadBsd(line, out _, out _, out _))
        {
            return BsdLength + FractionLength(line[BsdLength..]);
        }

        return TryReadIso(line, out _, out _, out var length) || TryReadYearInside(line, out _, out length) || TryReadUnix(line, out _, out length)
            || TryReadWeekday(line, out _, out _, out length) || NamedStamps.TryRead(line, out _, out _, out _, out length)
            ? length
            : 0;
    }

    /// <summary><c>journalctl -o short-unix</c>: <c>1772524800.123456</c>, seconds since 1970.</summary>
    public static bool TryReadUnix(ReadOnlySpan<byte> line, out long ticks, out int length)
    {
        ticks = 0;
        length = 0;
        var point = line[..Math.Min(line.Length, 11)].IndexOf((byte)'.');
        if (point is not (9 or 10) || !long.TryParse(line[..point], System.Globalization.NumberStyles.None, null, out var seconds))
        {
            return false;
        }

        ticks = DateTime.UnixEpoch.Ticks + (seconds * TimeSpan.TicksPerSecond) + FractionOf(line[point..], out var fraction);
        length = point + fraction;

        return fraction > 1;
    }

    /// <summary>What no language has in the name of a day, but a host or a program's tag may.</summary>
    private static readonly SearchValues<byte> NoneOfDayNames = SearchValues.Create("0123456789:[]()<>{}/\\-_@#\"'|=+,;&%$*!?"u8);

    /// <summary>
    /// <c>journalctl -o short-full</c>: <c>Tue 2026-03-03 08:00:00 CET</c>. <paramref name="offset"/> is null where the zone is a name
    /// other than UTC: that is the machine's own. Also <c>Tue Mar  3 08:00:00 2026</c>, in the machine's own zone.
    /// </summary>
    public static bool TryReadWeekday(ReadOnlySpan<byte> line, out DateTime local, out TimeSpan? offset, out int length)
    {
        (local, offset, length) = (default, null, 0);
        var blank = line[..Math.Min(line.Length, 16)].IndexOf((byte)' ');
        if (blank < 2 || line[..blank].IndexOfAny(NoneOfDayNames) >= 0)
        {
            return false;
        }

        if (!TryReadIso(line[(blank + 1)..], out local, out offset, out length))
        {
            return TryReadDated(line[(blank + 1)..], out local, ref length, blank + 1);
        }

        length += blank + 1;
        if (offset is not null || length + 2 >= line.Length || line[length] != ' ')
        {
            return true;
        }

        var zone = line[(length + 1)..];
        var end = zone.IndexOf((byte)' ');
        zone = end < 0 ? zone : zone[..end];
        if (zone.SequenceEqual("UTC"u8) || zone.SequenceEqual("GMT"u8))
        {
            offset = TimeSpan.Zero;
        }
        else if (zone is [(byte)'+' or (byte)'-', ..] && zone.Length is 3 or 5 && TryDigits(zone[1..], out var digits) && digits < 1500)
        {
            // Zones without a name have their offset for one: -03, +0545.
            var span = zone.Length == 3 ? TimeSpan.FromHours(digits) : new TimeSpan(digits / 100, digits % 100, 0);
            offset = zone[0] == '-' ? -span : span;
        }
        else if (zone.Length is < 2 or > 5 || zone.IndexOfAnyExceptInRange((byte)'A', (byte)'Z') >= 0)
        {
            return true;
        }

        length += 1 + zone.Length;

        return true;
    }

    /// <summary>The rest of <c>Tue Mar  3 08:00:00 2026</c>, as OpenWrt's <c>logread</c> and ctime(3) write it.</summary>
    private static bool TryReadDated(ReadOnlySpan<byte> text, out DateTime local, ref int length, int before)
    {
        local = default;
        if (text.Length < BsdLength + 5 || text[BsdLength] != ' ' || !TryReadBsd(text, out var month, out var day, out var timeOfDay)
            || !TryDigits(text.Slice(BsdLength + 1, 4), out var year) || year < 1970 || day == 0 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        local = new DateTime(year, month, day).AddTicks(timeOfDay);
        length = before + BsdLength + 5;

        return true;
    }

    /// <summary>Ticks of <c>.123456</c>, 0 where no fraction begins.</summary>
    public static long FractionOf(ReadOnlySpan<byte> text, out int length)
    {
        length = FractionLength(text);
        var ticks = 0L;
        var unit = TimeSpan.TicksPerSecond / 10;
        for (var at = 1; at < length; at++, unit /= 10)
        {
            ticks += (text[at] - '0') * unit;
        }

        return ticks;
    }

    private static int FractionLength(ReadOnlySpan<byte> text)
    {
        if (text is not [(byte)'.', >= (byte)'0' and <= (byte)'9', ..])
        {
            return 0;
        }

        var length = 2;
        while (length < text.Length && (uint)(text[length] - '0') < 10)
        {
            length++;
        }

        return length;
    }

    public static bool TryReadTime(ReadOnlySpan<byte> text, out long ticks)
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
