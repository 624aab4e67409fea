using MailStats.Collector.Joining;

namespace MailStats.Collector.Formats;

/// <summary>Strings that come again and again, such as host names, made once. Begins anew when it is full.</summary>
internal sealed class NameCache
{
    private readonly Dictionary<string, string> _names = new(ByteKeys.Instance);
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<byte>> _byBytes;
    private readonly int _capacity;

    public NameCache(int capacity = 4096)
    {
        _capacity = capacity;
        _byBytes = _names.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public string Of(ReadOnlySpan<byte> bytes)
    {
        if (_byBytes.TryGetValue(bytes, out var known))
        {
            return known;
        }

        if (_names.Count >= _capacity)
        {
            _names.Clear();
        }

        var name = LineText.Of(bytes);
        _names.TryAdd(name, name);

        return name;
    }
}
