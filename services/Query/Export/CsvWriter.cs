using System.Buffers;
using System.Globalization;
using System.Text;

namespace MailStats.Query.Export;

/// <summary>Rows of RFC 4180: fields apart by commas, lines ended by CRLF, quotes doubled within quotes.</summary>
internal sealed class CsvWriter(StringBuilder rows)
{
    private static readonly SearchValues<char> _quoted = SearchValues.Create(",\"\r\n");

    private static readonly string _unseen = "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
        + "\u2028\u2029\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff\u00a0\u3000 ";

    public void Row(params ReadOnlySpan<string?> fields)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            if (i > 0)
            {
                rows.Append(',');
            }

            Field(fields[i] ?? "");
        }

        rows.Append("\r\n");
    }

    private void Field(string text)
    {
        // A cell that begins like a formula is run by spreadsheets: mail from strangers must not get that far.
        var guarded = IsFormula(text) ? "'" + text : text;

        if (guarded.AsSpan().ContainsAny(_quoted))
        {
            rows.Append('"');
            rows.Append(guarded.Replace("\"", "\"\"", StringComparison.Ordinal));
            rows.Append('"');
        }
        else
        {
            rows.Append(guarded);
        }
    }

    // What is not seen and does not print does not keep a spreadsheet from reading what follows.
    private static bool IsFormula(string text) => IsFormula(text.AsSpan().TrimStart(_unseen));

    private static bool IsFormula(ReadOnlySpan<char> text) =>
        text.Length > 0
        && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠'
        && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
