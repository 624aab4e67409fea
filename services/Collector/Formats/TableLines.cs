using System.Globalization;
using System.Text;
using System.Text.Json;
using MailStats.Collector.Joining;

namespace MailStats.Collector.Formats;

/// <summary>
/// A table around the lines, as Graylog, Kibana and other searches export it: its first line names the columns, one of which holds the
/// line. A row is read as a JSON object of the same names.
/// </summary>
internal sealed class TableLines(JsonEnvelope json) : IWrapping
{
    /// <summary>Bytes of the line that names the columns.</summary>
    private const int MaximumHead = 4096;

    private readonly List<string> _fields = [];
    private string[]? _columns;
    private char _separator;
    private bool _begun;

    public string Name => "a table";

    public Unwrapped TryUnwrap(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> inner)
    {
        inner = default;
        if (_begun && _columns is null)
        {
            return Unwrapped.No;
        }

        if (!_begun)
        {
            _begun = true;

            return line.Length <= MaximumHead && IsHead(LineText.Of(line).TrimStart('\ufeff')) ? Unwrapped.Yes : Unwrapped.No;
        }

        if (!SeparatedLine.TryCut(LineText.Of(line), _separator, _fields) || _fields.Count != _columns!.Length)
        {
            return Unwrapped.No;
        }

        // The head again: of the next file, or of one whose first line was looked at before.
        return _fields.SequenceEqual(_columns, StringComparer.Ordinal) ? Unwrapped.Yes : json.TryUnwrap(Row(), out inner);
    }

    /// <summary>True for a line that names columns, among them one of the line and one of its time.</summary>
    private bool IsHead(string line)
    {
        foreach (var separator in ",;\t")
        {
            if (SeparatedLine.TryCut(line, separator, _fields) && _fields.Count > 1 && _fields.Exists(JsonEnvelope.Holds)
                && _fields.TrueForAll(name => name.Length is > 0 and < 64 && !name.Contains(' ', StringComparison.Ordinal)))
            {
                (_columns, _separator) = ([.. _fields], separator);

                return true;
            }
        }

        return false;
    }

    private byte[] Row()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            for (var column = 0; column < _columns!.Length; column++)
            {
                writer.WriteString(_columns[column], Dated(_fields[column]));
            }

            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>Kibana writes times for people: <c>Mar 3, 2026 @ 08:00:00.000</c>.</summary>
    private static string Dated(string text) =>
        DateTime.TryParseExact(text, "MMM d, yyyy '@' HH:mm:ss.fff", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture)
            : text;
}
