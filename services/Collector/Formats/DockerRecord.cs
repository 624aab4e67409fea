using System.Text.Json;

namespace MailStats.Collector.Formats;

/// <summary>
/// A record of Docker's json-file: <c>{"log":"…\n","stream":"stdout","attrs":{…},"time":"2026-03-03T08:00:02.123456789Z"}</c>. One stands
/// around every line of a container, so no document is made of it.
/// </summary>
internal static class DockerRecord
{
    /// <param name="line">The whole line.</param>
    /// <param name="text">What the container wrote, UTF-8.</param>
    /// <param name="time">When; null where the record does not say.</param>
    /// <returns>False for an object with other fields, or without these: it is another program's.</returns>
    /// <exception cref="JsonException">The line is no JSON.</exception>
    /// <exception cref="InvalidOperationException">A text is not well formed.</exception>
    public static bool TryRead(ReadOnlySpan<byte> line, out byte[] text, out string? time)
    {
        (text, time) = ([], null);
        if (!line.StartsWith("{\"log\":\""u8))
        {
            return false;
        }

        var reader = new Utf8JsonReader(line);
        reader.Read();
        reader.Read();
        reader.Read();
        text = TextOf(ref reader);
        var hasStream = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("stream"u8) && !hasStream)
            {
                hasStream = true;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("time"u8) && time is null && reader.Read() && reader.TokenType == JsonTokenType.String)
            {
                time = reader.GetString();
            }
            else if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("attrs"u8))
            {
                reader.Skip();
            }
            else
            {
                return false;
            }
        }

        return hasStream;
    }

    private static byte[] TextOf(ref Utf8JsonReader reader)
    {
        var bytes = new byte[reader.ValueSpan.Length];
        var length = reader.CopyString(bytes);
        if (length < bytes.Length)
        {
            Array.Resize(ref bytes, length);
        }

        return bytes;
    }
}
