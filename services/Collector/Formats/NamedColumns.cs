namespace MailStats.Collector.Formats;

/// <summary>The fields of a line by the names of their columns, whatever case these have.</summary>
internal sealed class NamedColumns(char separator)
{
    private readonly Dictionary<string, int> _columns = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _fields = [];

    /// <summary>The line that names the columns; null until one was read.</summary>
    public string? Header { get; private set; }

    public IReadOnlyCollection<string> Names => _columns.Keys;

    public int Count => _fields.Count;

    /// <summary>A field of the line last read; empty where the line or the log has none.</summary>
    public string this[string column] => _columns.TryGetValue(column, out var index) && index < _fields.Count ? _fields[index].Trim() : "";

    public string this[int index] => index < _fields.Count ? _fields[index].Trim() : "";

    /// <summary>The field, or null where it is empty or a hyphen.</summary>
    public string? Given(string column) => this[column] is { Length: > 0 } text and not "-" ? text : null;

    public bool Has(string column) => _columns.ContainsKey(column);

    /// <summary>Takes the line that names the columns.</summary>
    public bool TryName(string header)
    {
        if (!SeparatedLine.TryCut(header, separator, _fields))
        {
            return false;
        }

        Name(_fields);
        Header = header;

        return true;
    }

    public void Name(IEnumerable<string> names)
    {
        _columns.Clear();
        foreach (var (index, name) in names.Index())
        {
            _columns.TryAdd(name.Trim(), index);
        }
    }

    public bool TryRead(string line) => SeparatedLine.TryCut(line, separator, _fields);
}
