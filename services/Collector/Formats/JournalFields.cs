using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MailStats.Collector.Formats;

/// <summary>
/// The journal with a line for each field: <c>journalctl -o export</c>, <c>-o verbose</c> and <c>-o json-pretty</c>. An entry is read as
/// soon as time, host, program, process id and message of it are known, or at the next entry.
/// </summary>
internal sealed class JournalFields : IWrapping
{
    private static readonly SearchValues<byte> OfNames = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"u8);

    /// <summary>Bytes of a field that is kept. Longer messages are no mail server's.</summary>
    public const int MaximumField = 64 << 10;

    private bool _open;
    private byte[]? _time;
    private byte[]? _host;
    private byte[]? _program;
    private byte[]? _process;
    private byte[]? _message;

    public string Name => "the journal's fields, a line each";

    public Unwrapped TryUnwrap(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> inner)
    {
        inner = default;
        if (BeginsEntry(line, out var stamp))
        {
            Clear();
            _open = true;
            _time = stamp.IsEmpty ? null : stamp.ToArray();

            return Unwrapped.Held;
        }

        if (_open && line is [(byte)'}'])
        {
            return Unwrapped.Held;
        }

        if (!_open || !TryCutField(line, out var name, out var value) || value.Length > MaximumField)
        {
            return Unwrapped.No;
        }

        Keep(name, value);
        if (_time is null || _host is null || _program is null || _process is null || _message is null)
        {
            return Unwrapped.Held;
        }

        inner = (byte[])[.. _time, (byte)' ', .. _host, (byte)' ', .. _program, (byte)'[', .. _process, .. "]: "u8, .. _message];
        Clear();

        return Unwrapped.Yes;
    }

    /// <summary><c>__CURSOR=…</c>, <c>Tue 2026-03-03 08:00:01.123456 UTC [s=…]</c>, or the brace before <c>"__CURSOR" : …</c>.</summary>
    private static bool BeginsEntry(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> stamp)
    {
        stamp = default;
        if (line is [(byte)'{'] || line.StartsWith("__CURSOR="u8))
        {
            return true;
        }

        if (line is not [.., (byte)']'] || !Stamps.TryReadWeekday(line, out _, out _, out var length) || !line[length..].StartsWith(" [s="u8))
        {
            return false;
        }

        stamp = line[..length];

        return true;
    }

    /// <summary><c>NAME=value</c>, indented or not, or <c>"NAME" : "value",</c>.</summary>
    private static bool TryCutField(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var text = line.TrimStart(" \t"u8);
        var quoted = text is [(byte)'"', ..];
        text = quoted ? text[1..] : text;
        var end = text.IndexOfAnyExcept(OfNames);
        name = text[..Math.Max(0, end)];
        value = default;

        if (end <= 1)
        {
            return false;
        }

        text = text[end..];

        if (!quoted)
        {
            value = text[1..];

            return text[0] == '=';
        }

        if (text[0] != '"' || text[1..].TrimStart(" "u8) is not [(byte)':', .. var behind])
        {
            return false;
        }

        // What is no text (null, an array of bytes) is no field of use.
        behind = behind.TrimStart(" "u8).TrimEnd(","u8);
        value = behind is [(byte)'"', .., (byte)'"'] ? Unescaped(behind) : default;

        return true;
    }

    private static ReadOnlySpan<byte> Unescaped(ReadOnlySpan<byte> quoted)
    {
        var reader = new Utf8JsonReader(quoted);
        try
        {
            return reader.Read() ? Encoding.UTF8.GetBytes(reader.GetString() ?? "") : default;
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private void Keep(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.SequenceEqual("__REALTIME_TIMESTAMP"u8))
        {
            _time ??= long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
                && microseconds is > 0 and < 250_000_000_000_000_000
                ? Encoding.ASCII.GetBytes(
                    DateTime.UnixEpoch.AddMicroseconds(microseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture))
                : null;
        }
        else if (name.SequenceEqual("_HOSTNAME"u8))
        {
            _host = value.ToArray();
        }
        else if (name.SequenceEqual("SYSLOG_IDENTIFIER"u8))
        {
            _program = value.ToArray();
        }
        else if (name.SequenceEqual("SYSLOG_PID"u8) || (_process is null && name.SequenceEqual("_PID"u8)))
        {
            _process = value.ToArray();
        }
        else if (name.SequenceEqual("MESSAGE"u8))
        {
            _message = value.ToArray();
        }
    }

    private void Clear() => (_time, _host, _program, _process, _message) = (null, null, null, null, null);
}
