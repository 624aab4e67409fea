using MailStats.Collector.Joining;

namespace MailStats.Collector.Formats;

/// <summary>Strings that come again and again, such as host names, made once. Begins anew when it is full.</summary>
internal sealed class NameCache(int capacity = 4096)
{
    private readonly Dictionary<string, string> _names = new(ByteKeys.Instance);

    public string Of(ReadOnlySpan<byte> bytes)
    {
        var names = _names.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (names.TryGetValue(bytes, out var known))
        {
            return known;
        }

        if (_names.Count >= capacity)
        {
            _names.Clear();
        }

        var name = LineText.Of(bytes);
        _names.TryAdd(name, name);

        return name;
    }
}
