using System.Text.Json;

namespace MailStats.Collector.Reading;

/// <summary>
/// A log that is one JSON array of objects, such as the answer of mailcow's log API, as a line for each object. Where the newest
/// comes first, as there, the order is turned round: lines are joined in the order in which they were written.
/// </summary>
internal static class JsonArray
{
    /// <summary>Bytes: an array has to be read as a whole. mailcow keeps up to 9,999 lines, 4 MB.</summary>
    public const int MaximumBytes = 64 << 20;

    private static readonly string[] Times = ["time", "@timestamp", "timestamp", "date"];

    /// <summary>The stream's lines; the stream itself where it is no array of objects.</summary>
    public static Stream AsLines(Stream stream, int maximumBytes = MaximumBytes)
    {
        var head = new byte[256];
        var read = 0;
        while (read < head.Length && stream.Read(head, read, head.Length - read) is > 0 and var count)
        {
            read += count;
        }

        if (!BeginsArray(head.AsSpan(0, read)))
        {
            return Rewound(stream, head.AsMemory(0, read));
        }

        return new HeadedStream(LinesOf(ReadAll(new HeadedStream(head.AsMemory(0, read), stream), maximumBytes)), stream);
    }

    /// <summary>Whether a bracket and a brace are the first that is not blank: <c>[{</c>.</summary>
    private static bool BeginsArray(ReadOnlySpan<byte> head)
    {
        head = head.TrimStart("\ufeff \t\r\n"u8);

        return head is [(byte)'[', ..] && head[1..].TrimStart(" \t\r\n"u8) is [(byte)'{', ..];
    }

    private static Stream Rewound(Stream stream, ReadOnlyMemory<byte> head)
    {
        if (!stream.CanSeek)
        {
            return new HeadedStream(head, stream);
        }

        stream.Position = 0;

        return stream;
    }

    private static byte[] ReadAll(HeadedStream stream, int maximumBytes)
    {
        using var whole = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (stream.Read(buffer) is > 0 and var count)
        {
            if (whole.Length + count > maximumBytes)
            {
                throw new InvalidDataException($"it is one JSON array of more than {maximumBytes >> 20} MB; give it a line for each object: jq -c '.[]'");
            }

            whole.Write(buffer, 0, count);
        }

        return whole.ToArray();
    }

    private static ReadOnlyMemory<byte> LinesOf(byte[] array)
    {
        try
        {
            using var json = JsonDocument.Parse(array);
            var items = json.RootElement.EnumerateArray().ToList();
            if (items.Count > 1 && TimeOf(items[0]) is { } first && TimeOf(items[^1]) is { } last && string.CompareOrdinal(first, last) > 0)
            {
                items.Reverse();
            }

            using var lines = new MemoryStream(array.Length);
            foreach (var item in items)
            {
                using (var writer = new Utf8JsonWriter(lines))
                {
                    item.WriteTo(writer);
                }

                lines.WriteByte((byte)'\n');
            }

            return lines.ToArray();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"it begins as a JSON array and is none: {exception.Message}", exception);
        }
    }

    /// <summary>Seconds since 1970 and RFC 3339 both sort as text.</summary>
    private static string? TimeOf(JsonElement item)
    {
        foreach (var name in Times)
        {
            if (item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value))
            {
                return value.ToString();
            }
        }

        return null;
    }
}
