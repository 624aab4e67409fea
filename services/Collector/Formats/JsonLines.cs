using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace MailStats.Collector.Formats;

/// <summary>Reads a line that is a JSON object.</summary>
internal static class JsonLines
{
    /// <summary>Null when the line is no such object. Bytes that are no UTF-8 are taken as Latin-1.</summary>
    public static T? Read<T>(ReadOnlySpan<byte> line, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            if (!Utf8.IsValid(line))
            {
                line = Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(line));
            }

            return JsonSerializer.Deserialize(line, type);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
