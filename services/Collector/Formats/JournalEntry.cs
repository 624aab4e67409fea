using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace MailStats.Collector.Formats;

/// <summary>One object of <c>journalctl -o json</c>: the fields that make a syslog line (systemd.journal-fields(7)).</summary>
internal sealed class JournalEntry
{
    private readonly ArrayBufferWriter<byte> _text = new(1024);
    private Range _host;
    private Range _program;
    private Range _message;
    private Range _process;

    public long Ticks { get; private set; }

    public ReadOnlySpan<byte> Host => _text.WrittenSpan[_host];

    public ReadOnlySpan<byte> Program => _text.WrittenSpan[_program];

    /// <summary>The process id that the program itself gives, empty where it gives none.</summary>
    public ReadOnlySpan<byte> Process => _text.WrittenSpan[_process];

    public ReadOnlySpan<byte> Message => _text.WrittenSpan[_message];

    /// <summary>False when the line is no such object or lacks one of the fields.</summary>
    public bool TryRead(ReadOnlySpan<byte> line)
    {
        _text.ResetWrittenCount();
        Ticks = 0;
        _host = _program = _message = _process = default;
        try
        {
            var json = new Utf8JsonReader(line);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                ReadField(ref json);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }

        return Ticks != 0 && !_host.Equals(default) && !_program.Equals(default) && !_message.Equals(default);
    }

    private void ReadField(ref Utf8JsonReader json)
    {
        // No field's name has letters to escape (systemd.journal-fields(7)), so that its bytes can be compared.
        var name = json.ValueSpan;
        if (name.SequenceEqual("__REALTIME_TIMESTAMP"u8))
        {
            json.Read();
            if (json.TokenType == JsonTokenType.String && Utf8Parser.TryParse(json.ValueSpan, out long microseconds, out _)
                && microseconds is > 0 and < 250_000_000_000_000_000)
            {
                Ticks = DateTime.UnixEpoch.Ticks + (microseconds * TimeSpan.TicksPerMicrosecond);
            }
        }
        else if (name.SequenceEqual("_HOSTNAME"u8))
        {
            _host = CopyValue(ref json);
        }
        else if (name.SequenceEqual("SYSLOG_IDENTIFIER"u8))
        {
            _program = CopyValue(ref json);
        }
        else if (name.SequenceEqual("SYSLOG_PID"u8))
        {
            _process = CopyValue(ref json);
        }
        else if (name.SequenceEqual("MESSAGE"u8))
        {
            _message = CopyValue(ref json);
        }
        else
        {
            json.Read();
            if (json.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
            {
                json.TrySkip();
            }
        }
    }

    /// <summary>A string, or the array of bytes that the journal writes where a text is not UTF-8.</summary>
    private Range CopyValue(ref Utf8JsonReader json)
    {
        var start = _text.WrittenCount;
        json.Read();
        if (json.TokenType == JsonTokenType.String)
        {
            var length = json.ValueSpan.Length;
            _text.Advance(json.CopyString(_text.GetSpan(Math.Max(length, 1))));
        }
        else if (json.TokenType == JsonTokenType.StartArray)
        {
            while (json.Read() && json.TokenType == JsonTokenType.Number)
            {
                _text.GetSpan(1)[0] = (byte)json.GetInt32();
                _text.Advance(1);
            }
        }
        else
        {
            json.TrySkip();
        }

        return start..Math.Max(_text.WrittenCount, start);
    }
}
