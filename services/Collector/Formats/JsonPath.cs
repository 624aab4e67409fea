using System.Globalization;
using System.Text.Json;

namespace MailStats.Collector.Formats;

/// <summary>Finds <c>payload.message.to[0]</c> in a JSON object. A name may hold dots itself: the longest that is there is taken.</summary>
internal static class JsonPath
{
    /// <summary>Null where there is nothing, or nothing but null.</summary>
    public static JsonElement? Find(JsonElement element, ReadOnlySpan<char> path)
    {
        for (var end = path.Length; end > 0; end = path[..end].LastIndexOf('.'))
        {
            if (TryStep(element, path[..end], out var found))
            {
                return end == path.Length ? NotNull(found) : Find(found, path[(end + 1)..]);
            }
        }

        return null;
    }

    private static bool TryStep(JsonElement element, ReadOnlySpan<char> name, out JsonElement found)
    {
        found = default;
        if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out found))
        {
            return true;
        }

        var open = name.LastIndexOf('[');

        return open > 0 && name[^1] == ']'
            && int.TryParse(name[(open + 1)..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && TryStep(element, name[..open], out var list)
            && list.ValueKind == JsonValueKind.Array
            && index < list.GetArrayLength()
            && (found = list[index]).ValueKind != JsonValueKind.Undefined;
    }

    private static JsonElement? NotNull(JsonElement element) => element.ValueKind == JsonValueKind.Null ? null : element;
}
