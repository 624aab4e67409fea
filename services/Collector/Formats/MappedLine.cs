using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using MailStats.Collector.Joining;

namespace MailStats.Collector.Formats;

/// <summary>The line of a mapped log last read: what it holds for a field of an event.</summary>
internal sealed class MappedLine(LogMapping mapping)
{
    private readonly NamedColumns _columns = NamedBy(mapping);
    private JsonElement _json;

    /// <summary>The line that names the columns; null where none was read, or the mapping names them.</summary>
    public string? Header => _columns.Header;

    public bool TryName(string header) => _columns.TryName(header);

    /// <summary>False when the line is cut off or something else.</summary>
    public bool TryRead(ReadOnlySpan<byte> line)
    {
        if (!mapping.IsJson)
        {
            return _columns.TryRead(LineText.Of(line));
        }

        try
        {
            var reader = new Utf8JsonReader(Utf8.IsValid(line) ? line : Encoding.UTF8.GetBytes(LineText.Of(line)));
            _json = JsonElement.ParseValue(ref reader);

            // Nothing may follow the object.
            return !reader.Read() && _json.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>True when the line names all columns of the mapping, as the next file's first line does, maybe in another order.</summary>
    public bool IsHeader(string line)
    {
        // Asked of every line: most are none at the first look.
        var first = mapping.Fields.Values.First()[0];

        return line.Contains(first, StringComparison.OrdinalIgnoreCase) && MissingColumn(line) is null;
    }

    /// <summary>A column of the mapping that the line does not name; null when it names all.</summary>
    public string? MissingColumn(string line)
    {
        var names = new List<string>();
        SeparatedLine.TryCut(line, mapping.Separator, names);

        return mapping.Fields.Values.SelectMany(columns => columns).FirstOrDefault(
            column => !names.Exists(name => name.Trim().Equals(column, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>The field's text, of several columns with a blank between; null where there is none.</summary>
    public string? Text(string field)
    {
        var texts = Texts(field);

        return texts.Count == 0 ? mapping.Fixed.GetValueOrDefault(field) : string.Join(' ', texts);
    }

    /// <summary>Each text on its own: of every column, and every item of a JSON array.</summary>
    public List<string> Texts(string field)
    {
        var texts = new List<string>();
        foreach (var column in mapping.Fields.GetValueOrDefault(field) ?? [])
        {
            if (!mapping.IsJson)
            {
                Add(texts, _columns.Given(column));
            }
            else if (JsonPath.Find(_json, column) is { } found)
            {
                AddJson(texts, found);
            }
        }

        return texts;
    }

    private static NamedColumns NamedBy(LogMapping mapping)
    {
        var columns = new NamedColumns(mapping.Separator);
        columns.Name(mapping.Columns ?? []);

        return columns;
    }

    private static void AddJson(List<string> texts, JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray().Where(item => item.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object)))
            {
                Add(texts, item.ToString());
            }
        }
        else if (element.ValueKind != JsonValueKind.Object)
        {
            Add(texts, element.ToString());
        }
    }

    private static void Add(List<string> texts, string? text)
    {
        if (!string.IsNullOrWhiteSpace(text))
        {
            texts.Add(text.Trim());
        }
    }
}
