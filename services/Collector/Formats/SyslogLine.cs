namespace MailStats.Collector.Formats;

/// <summary>A syslog line cut into its parts. <see cref="Program"/> is the tag without process id.</summary>
internal readonly ref struct SyslogLine(
    long ticks, ReadOnlySpan<byte> host, ReadOnlySpan<byte> program, ReadOnlySpan<byte> process, ReadOnlySpan<byte> message)
{
    public readonly long Ticks = ticks;
    public readonly ReadOnlySpan<byte> Host = host;
    public readonly ReadOnlySpan<byte> Program = program;

    /// <summary>The process id, empty where the tag has none.</summary>
    public readonly ReadOnlySpan<byte> Process = process;
    public readonly ReadOnlySpan<byte> Message = message;

    /// <summary>True where the message may be or hold another program's line: those have a colon in their time or behind their tag.</summary>
    public bool MayHoldLine => Message.Contains((byte)':');

    /// <summary>
    /// True where a program's name may stand in what the line says, though the bytes of the message do not show it: text is escaped there, or
    /// the line is one without a host that has a second time before it.
    /// </summary>
    public bool HidesNames =>
        JsonEnvelope.HidesText(Message) || (Host is [>= (byte)'0' and <= (byte)'9', ..] && Stamps.LengthOf(Host) > 0);
}

/// <summary>
/// Cuts syslog lines: BSD (<c>Oct  5 04:16:14 mx1 postfix/smtp[99]: …</c>), RFC 3339 stamps, a priority before them, RFC 5424 with and
/// without its priority, BusyBox' and OpenWrt's, the journal's JSON objects (<c>journalctl -o json</c>) and its text forms
/// (<c>short-precise</c>, <c>short-full</c>, <c>short-unix</c>), months in other languages. The host may be missing, or a level may stand
/// in its place.
/// </summary>
internal sealed class SyslogCutter(LogClock clock)
{
    private readonly JournalEntry _journal = new();
    private readonly SharedSecond _second = new();
    private readonly byte[] _stamp = new byte[Stamps.BsdLength];
    private long _stampTicks;
    private long _stampClock = -1;

    public bool TryCut(ReadOnlySpan<byte> line, out SyslogLine cut)
    {
        cut = default;
        if (line.Length < 20)
        {
            return false;
        }

        if (line[0] == '{')
        {
            return TryCutJournal(line, out cut);
        }

        var structured = false;
        if (line[0] == '<')
        {
            line = AfterPriority(line, out structured);
        }
        else if (line is [(byte)'1', (byte)' ', >= (byte)'1' and <= (byte)'9', ..])
        {
            // RFC 5424 whose priority was left out.
            structured = true;
            line = line[2..];
        }

        if (!TryReadStamp(line, out var ticks, out var length) || length + 1 >= line.Length || line[length] != ' ')
        {
            return false;
        }

        var rest = line[(length + 1)..];
        if (rest[0] == '<' && rest.IndexOf("> "u8) is > 2 and < 24 and var facility)
        {
            // FreeBSD's "syslogd -v" names facility and level: <mail.info>, <2.6>.
            rest = rest[(facility + 2)..];
        }

        var blank = rest.IndexOf((byte)' ');
        if (blank <= 0)
        {
            return false;
        }

        if (rest[blank - 1] == ':' && !structured)
        {
            // No host: containers' and embedded syslogs begin with the tag.
            return TryCutTag(ticks, default, rest, out cut);
        }

        var host = rest[..blank];
        rest = rest[(blank + 1)..];
        if (structured)
        {
            return TryCutStructured(ticks, host, rest, out cut);
        }

        if (IsLevel(host))
        {
            host = default;
            rest = rest.TrimStart((byte)' ');
        }

        return TryCutTag(ticks, host, rest, out cut) || (IsStructured(rest) && TryCutStructured(ticks, host, rest, out cut));
    }

    /// <summary>RFC 5424 without priority and version: <c>postfix/smtp 99 - - …</c>.</summary>
    private static bool IsStructured(ReadOnlySpan<byte> rest)
    {
        for (var field = 0; field < 3; field++)
        {
            var blank = rest.IndexOf((byte)' ');
            if (blank <= 0 || (field == 1 && rest[..blank].IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0 && !rest[..blank].SequenceEqual("-"u8)))
            {
                return false;
            }

            rest = rest[(blank + 1)..];
        }

        return rest is [(byte)'-', (byte)' ', ..] or [(byte)'[', ..];
    }

    public long StampOf(ReadOnlySpan<byte> line) => TryCut(line, out var cut) ? cut.Ticks : 0;

    private static bool TryCutTag(long ticks, ReadOnlySpan<byte> host, ReadOnlySpan<byte> rest, out SyslogLine cut)
    {
        // The tag has no blank: "postfix/smtp[99]:" or "postfix/smtp:".
        var end = rest.IndexOf((byte)' ');
        if (end > 0 && rest[end - 1] != ':' && IsPriority(rest[..end]))
        {
            // BusyBox' syslogd and OpenWrt's name facility and level before the tag: mail.info.
            rest = rest[(end + 1)..];
            end = rest.IndexOf((byte)' ');
        }

        if (end < 2 || rest[end - 1] != ':')
        {
            cut = default;
            return false;
        }

        var tag = rest[..(end - 1)];
        var message = rest[(end + 1)..];
        if (message is [(byte)'[', (byte)'I', (byte)'D', (byte)' ', ..] && message.IndexOf("] "u8) is > 0 and < 48 and var close)
        {
            // Solaris' message ids: [ID 197553 mail.info].
            message = message[(close + 2)..];
        }

        var bracket = tag.IndexOf((byte)'[');
        cut = bracket > 0
            ? new SyslogLine(ticks, host, tag[..bracket], tag[(bracket + 1)..].TrimEnd((byte)']'), message)
            : new SyslogLine(ticks, host, tag, default, message);

        return true;
    }

    /// <summary>A level in the place of the host, as containers' syslogs write it: <c>INFO    postfix/smtp[139]: …</c>.</summary>
    private static bool IsLevel(ReadOnlySpan<byte> word) => word.Length switch
    {
        4 => word.SequenceEqual("INFO"u8) || word.SequenceEqual("WARN"u8) || word.SequenceEqual("CRIT"u8),
        5 => word.SequenceEqual("ERROR"u8) || word.SequenceEqual("DEBUG"u8) || word.SequenceEqual("FATAL"u8),
        6 => word.SequenceEqual("NOTICE"u8),
        7 => word.SequenceEqual("WARNING"u8),
        _ => false,
    };

    /// <summary>Facility and level by name, such as <c>mail.info</c>.</summary>
    private static bool IsPriority(ReadOnlySpan<byte> word)
    {
        var dot = word.IndexOf((byte)'.');

        return dot > 2 && word[(dot + 1)..] is var level
            && (level.SequenceEqual("info"u8) || level.SequenceEqual("notice"u8) || level.SequenceEqual("warn"u8) || level.SequenceEqual("warning"u8)
                || level.SequenceEqual("err"u8) || level.SequenceEqual("error"u8) || level.SequenceEqual("crit"u8) || level.SequenceEqual("debug"u8));
    }

    private static bool TryCutStructured(long ticks, ReadOnlySpan<byte> host, ReadOnlySpan<byte> rest, out SyslogLine cut)
    {
        cut = default;
        // APP-NAME PROCID MSGID STRUCTURED-DATA MSG (RFC 5424 §6); structured data other than "-" is passed over.
        var blank = rest.IndexOf((byte)' ');
        if (blank <= 0)
        {
            return false;
        }

        var program = rest[..blank];
        var process = rest[(blank + 1)..];
        process = process[..Math.Max(0, process.IndexOf((byte)' '))];
        for (var field = 0; field < 3; field++)
        {
            if (blank < 0 || blank + 1 >= rest.Length)
            {
                return false;
            }

            rest = rest[(blank + 1)..];
            blank = field == 2 && rest[0] == '[' ? EndOfData(rest) : rest.IndexOf((byte)' ');
        }

        if (blank <= 0)
        {
            return false;
        }

        // rsyslog keeps the blank that stands between a BSD tag and its message.
        var message = rest[(blank + 1)..];
        message = message is [(byte)' ', ..] ? message[1..] : message;
        cut = new SyslogLine(ticks, host, program, process, message.StartsWith("\ufeff"u8) ? message[3..] : message);

        return true;
    }

    /// <summary>Where structured data ends: behind a bracket that stands in no quoted value. -1 where it does not.</summary>
    private static int EndOfData(ReadOnlySpan<byte> data)
    {
        var quoted = false;
        for (var at = 0; at < data.Length; at++)
        {
            if (data[at] == '\\')
            {
                at++;
            }
            else if (data[at] == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && data[at] == ']' && at + 1 < data.Length && data[at + 1] == ' ')
            {
                return at + 1;
            }
        }

        return -1;
    }

    public static ReadOnlySpan<byte> AfterPriority(ReadOnlySpan<byte> line, out bool structured)
    {
        structured = false;
        var end = line[..Math.Min(line.Length, 6)].IndexOf((byte)'>');
        if (end < 0)
        {
            return line;
        }

        line = line[(end + 1)..];
        if (line.StartsWith("1 "u8))
        {
            structured = true;
            line = line[2..];
        }

        return line;
    }

    private bool TryReadStamp(ReadOnlySpan<byte> line, out long ticks, out int length)
    {
        length = Stamps.BsdLength;
        if (line.Length > Stamps.BsdLength && line[3] == ' ' && line[Stamps.BsdLength] == ' ')
        {
            // Many lines share a second; the clock must not have moved since (another zone, another file).
            if (_stampClock == clock.Current && line[..Stamps.BsdLength].SequenceEqual(_stamp))
            {
                ticks = _stampTicks;
                return true;
            }

            ticks = Stamps.TryReadBsd(line, out var month, out var day, out var timeOfDay) ? clock.FromMonthDay(month, day, timeOfDay) : 0;
            if (ticks != 0)
            {
                line[..Stamps.BsdLength].CopyTo(_stamp);
                _stampTicks = ticks;
                _stampClock = clock.Current;
            }

            if (ticks != 0)
            {
                return true;
            }
        }

        return TryReadOtherStamp(line, out ticks, out length);
    }

    private bool TryReadOtherStamp(ReadOnlySpan<byte> line, out long ticks, out int length)
    {
        ticks = 0;
        if (_second.TryReadIso(line, out var local, out var offset, out length) || Stamps.TryReadWeekday(line, out local, out offset, out length))
        {
            ticks = offset is { } zone ? clock.FromUtc(local.Ticks - zone.Ticks) : clock.FromLocal(local);
        }
        else if (Stamps.TryReadYearInside(line, out local, out length))
        {
            ticks = clock.FromLocal(local);
        }
        else if (Stamps.TryReadUnix(line, out var utc, out length))
        {
            ticks = clock.FromUtc(utc);
        }
        else if (Stamps.TryReadBsd(line, out var month, out var day, out var timeOfDay))
        {
            // "journalctl -o short-precise" adds a fraction.
            ticks = clock.FromMonthDay(month, day, timeOfDay + Stamps.FractionOf(line[Stamps.BsdLength..], out var fraction));
            length = Stamps.BsdLength + fraction;
        }
        else if (NamedStamps.TryRead(line, out month, out day, out timeOfDay, out length))
        {
            ticks = clock.FromMonthDay(month, day, timeOfDay + Stamps.FractionOf(line[length..], out var fraction));
            length += fraction;
        }

        return ticks != 0;
    }

    private bool TryCutJournal(ReadOnlySpan<byte> line, out SyslogLine cut)
    {
        cut = default;
        if (!_journal.TryRead(line))
        {
            return false;
        }

        cut = new SyslogLine(clock.FromUtc(_journal.Ticks), _journal.Host, _journal.Program, _journal.Process, _journal.Message);

        return true;
    }
}
