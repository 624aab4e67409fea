using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MailStats.Collector.Formats;

/// <summary>
/// A JSON object around each line: Docker's json-file, journald's export, what rsyslog, syslog-ng, Filebeat, Fluent Bit, Graylog, Loki
/// and Google Cloud write, mailcow's log API, what Elasticsearch and Splunk export. The line is in one of a few fields; time, host and
/// program are taken from theirs where the line does not say them itself.
/// </summary>
internal sealed class JsonEnvelope(InnerLine lines) : IWrapping
{
    /// <summary>Docker cuts what is longer into records of so many bytes.</summary>
    private const int DockerPiece = 16 * 1024;

    private static readonly string[] Texts =
    [
        "message", "MESSAGE", "msg", "log", "short_message", "line", "rawmsg", "event.original", "body", "textPayload", "jsonPayload.message",
        "@message", "_raw",
    ];

    private static readonly string[] Times =
    [
        "__REALTIME_TIMESTAMP", "timereported", "@timestamp", "time", "timestamp", "timegenerated", "date", "ISODATE", "DATE", "_time",
        "ts", FluentLines.Time,
    ];

    private static readonly string[] Programs =
    [
        "syslogtag", "process.program", "process.name", "log.syslog.appname", "SYSLOG_IDENTIFIER", "program", "PROGRAM", "ident", "appname", "app-name",
        "app_name", "application_name", "_application_name", "programname", "tag",
    ];

    private static readonly string[] Pids = ["process.pid", "log.syslog.procid", "SYSLOG_PID", "_PID", "pid", "PID", "procid", "_process_id"];

    private static readonly string[] Hosts =
        ["host.name", "host.hostname", "log.syslog.hostname", "_HOSTNAME", "hostname", "host", "HOSTNAME", "HOST", "source", "fromhost"];

    /// <summary>What exports put around an object: Elasticsearch's hits, Splunk's results.</summary>
    private static readonly string[] Exports = ["_source", "result"];

    private readonly LinePieces _pieces = new();

    public string Name => "JSON around each line";

    /// <summary>True for a field's name that holds a line.</summary>
    public static bool Holds(string name) => Texts.Contains(name, StringComparer.Ordinal);

    /// <summary>True for a line with an object in which text may be escaped (<c>\u002f</c>) or an array of bytes, as the journal writes it.</summary>
    public static bool HidesText(ReadOnlySpan<byte> line) =>
        line.IndexOf((byte)'{') is >= 0 and var start && (line[start..].IndexOf("\\u"u8) >= 0 || HasNumbers(line[start..]));

    /// <summary><c>:[112,111,…]</c>, with blanks or without.</summary>
    private static bool HasNumbers(ReadOnlySpan<byte> text)
    {
        while (text.IndexOf((byte)'[') is >= 0 and var bracket)
        {
            var before = text[..bracket].TrimEnd(" \t"u8);
            text = text[(bracket + 1)..];
            if (before is [.., (byte)':'] && text.TrimStart(" \t"u8) is [>= (byte)'0' and <= (byte)'9', ..])
            {
                return true;
            }
        }

        return false;
    }

    public Unwrapped TryUnwrap(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> inner)
    {
        inner = default;
        if (line is not [(byte)'{', ..])
        {
            return Unwrapped.No;
        }

        try
        {
            if (DockerRecord.TryRead(line, out var text, out var time))
            {
                return UnwrapText(text, isDocker: true, ref inner) ?? WithStamp(StampOf(time), ref inner);
            }

            var reader = new Utf8JsonReader(line);
            using var json = JsonDocument.ParseValue(ref reader);

            return Unwrap(Exported(json.RootElement), ref inner);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return Unwrapped.No;
        }
    }

    private Unwrapped Unwrap(JsonElement json, ref ReadOnlySpan<byte> inner)
    {
        if (First(json, Texts) is not { } text)
        {
            return Unwrapped.No;
        }

        if (UnwrapText(Encoding.UTF8.GetBytes(text), json.TryGetProperty("stream", out _), ref inner) is { } unwrapped)
        {
            return unwrapped;
        }

        if (StampOf(First(json, Times)) is not { } stamp)
        {
            return Unwrapped.No;
        }

        var before = new StringBuilder(stamp);
        if (First(json, Hosts) is { Length: > 0 } host && !host.Contains(' ', StringComparison.Ordinal))
        {
            before.Append(' ').Append(host);
        }

        if (ProgramOf(json) is { } program)
        {
            inner = InnerLine.With(Encoding.UTF8.GetBytes(before.Append(' ').Append(program).Append(':').ToString()), inner);

            return Unwrapped.Yes;
        }

        return WithStamp(before.ToString(), ref inner);
    }

    /// <summary>The text's line; null where it needs a time of the object's.</summary>
    private Unwrapped? UnwrapText(byte[] text, bool isDocker, ref ReadOnlySpan<byte> inner)
    {
        if (isDocker && text.Length >= DockerPiece && text[^1] != '\n')
        {
            _pieces.Hold(text);

            return Unwrapped.Held;
        }

        inner = _pieces.Complete(text).Trim(" \r\n"u8);

        return inner.IsEmpty || lines.StandsAlone(inner) ? Unwrapped.Yes : null;
    }

    private static Unwrapped WithStamp(string? stamp, ref ReadOnlySpan<byte> inner)
    {
        if (stamp is null || !InnerLine.BeginsWithTag(inner))
        {
            return Unwrapped.No;
        }

        inner = InnerLine.With(Encoding.UTF8.GetBytes(stamp), inner);

        return Unwrapped.Yes;
    }

    private static JsonElement Exported(JsonElement json)
    {
        foreach (var name in Exports)
        {
            if (json.TryGetProperty(name, out var inside) && inside.ValueKind == JsonValueKind.Object)
            {
                return inside;
            }
        }

        return json;
    }

    private static string? ProgramOf(JsonElement json)
    {
        if (First(json, Programs)?.Trim().TrimEnd(':') is not { Length: > 0 } program || program.Contains(' ', StringComparison.Ordinal))
        {
            return null;
        }

        if (ValueOf(json, "tag")?.Trim().TrimEnd(':') is { } tag && tag.StartsWith(program + '/', StringComparison.Ordinal))
        {
            // rsyslog's program name ends at a slash, its tag has the whole.
            program = tag;
        }

        return program.EndsWith(']') || First(json, Pids) is not { Length: > 0 and < 12 } pid ? program : $"{program}[{pid}]";
    }

    /// <summary>As a syslog stamp: RFC 3339, or as it stands where the field has another syslog's.</summary>
    private static string? StampOf(string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            // Seconds, or thousandths, millionths or milliardths of them.
            var microseconds = number switch
            {
                < 100_000_000_000m => number * 1_000_000,
                < 100_000_000_000_000m => number * 1_000,
                < 100_000_000_000_000_000m => number,
                _ => number / 1_000,
            };

            return microseconds is > 0 and < 250_000_000_000_000_000m
                ? new DateTime(DateTime.UnixEpoch.Ticks + ((long)microseconds * TimeSpan.TicksPerMicrosecond))
                    .ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)
                : null;
        }

        return Stamps.LengthOf(Encoding.UTF8.GetBytes(text)) == Encoding.UTF8.GetByteCount(text) ? text : null;
    }

    /// <summary>The first of the fields that is there, as text. A dot leads into an object, or stands in the field's own name.</summary>
    private static string? First(JsonElement json, string[] names)
    {
        foreach (var name in names)
        {
            if (ValueOf(json, name) is { } value)
            {
                return value;
            }
        }

        return null;
    }

    private static string? ValueOf(JsonElement json, string name)
    {
        if (json.TryGetProperty(name, out var value))
        {
            return TextOf(value);
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);

        return dot > 0 && json.TryGetProperty(name[..dot], out var inside) && inside.ValueKind == JsonValueKind.Object
            ? ValueOf(inside, name[(dot + 1)..])
            : null;
    }

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),

        // The journal writes what is no UTF-8 as an array of bytes.
        JsonValueKind.Array when value.GetArrayLength() > 0 && value.EnumerateArray().All(item => item.TryGetByte(out _)) =>
            Joining.LineText.Of([.. value.EnumerateArray().Select(item => item.GetByte())]),
        _ => null,
    };
}
