using System.Text;

namespace MailStats.Query.Suppression;

/// <summary>
/// Reads a CSV file (RFC 4180) line by line, never more than one line in memory. A field in quotes may hold commas and doubled
/// quotes, but not the end of a line: of a list of addresses that is a lost quote, which must not swallow the rest of the file.
/// </summary>
internal sealed class CsvLines(Stream body) : IDisposable
{
    /// <summary>Characters of a line: an address, a domain, a reason of 500 and some room. A longer one is read over.</summary>
    public const int LongestLine = 4_096;

    private readonly StreamReader _reader = new(
        body, new UTF8Encoding(false, throwOnInvalidBytes: false), detectEncodingFromByteOrderMarks: true, 32 * 1024, leaveOpen: true);
    private readonly char[] _buffer = new char[16 * 1024];
    private readonly StringBuilder _line = new();
    private int _next, _end;

    /// <summary>Number of the line that was read last, 1 for the first.</summary>
    public long Number { get; private set; }

    /// <summary>The fields of the next line and what is wrong with it; null fields at the end of the file.</summary>
    public async ValueTask<(List<string>? Fields, string? Error)> ReadAsync(CancellationToken cancellationToken)
    {
        var tooLong = false;
        _line.Clear();

        while (true)
        {
            if (_next == _end)
            {
                (_next, _end) = (0, await _reader.ReadAsync(_buffer.AsMemory(), cancellationToken));

                if (_end == 0)
                {
                    return _line.Length == 0 && !tooLong ? (null, null) : Line(tooLong);
                }
            }

            var rest = _buffer.AsSpan(_next, _end - _next);
            var length = rest.IndexOf('\n');
            var taken = length < 0 ? rest : rest[..length];
            tooLong |= _line.Length + taken.Length > LongestLine;
            _line.Append(tooLong ? default : taken);
            _next += length < 0 ? rest.Length : length + 1;

            if (length >= 0)
            {
                return Line(tooLong);
            }
        }
    }

    public void Dispose() => _reader.Dispose();

    private (List<string> Fields, string? Error) Line(bool tooLong)
    {
        Number++;

        if (tooLong)
        {
            return ([], $"is longer than {LongestLine} characters");
        }

        var text = _line.ToString().TrimEnd('\r');
        var fields = new List<string>();

        return text.Contains('\uFFFD', StringComparison.Ordinal) ? (fields, "is not UTF-8") : (fields, Split(text, fields));
    }

    private static string? Split(string text, List<string> fields)
    {
        var field = new StringBuilder();

        for (var place = 0; ; place++)
        {
            field.Clear();

            if (place < text.Length && text[place] == '"')
            {
                for (place++; ; place++)
                {
                    if (place >= text.Length)
                    {
                        return "has a quote that is not closed";
                    }

                    if (text[place] != '"')
                    {
                        field.Append(text[place]);
                    }
                    else if (place + 1 < text.Length && text[place + 1] == '"')
                    {
                        field.Append(text[place++]);
                    }
                    else
                    {
                        break;
                    }
                }

                place++;

                if (place < text.Length && text[place] != ',')
                {
                    return "has text after a closing quote";
                }
            }
            else
            {
                var end = text.IndexOf(',', place);
                field.Append(text.AsSpan()[place..(end < 0 ? text.Length : end)]);
                place = end < 0 ? text.Length : end;
            }

            fields.Add(field.ToString());

            if (place >= text.Length)
            {
                return null;
            }
        }
    }
}
