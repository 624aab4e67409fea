namespace MailStats.Collector.Tests;

internal static class LineSplitting
{
    public static List<byte[]> LinesOf(byte[] bytes)
    {
        var lines = new List<byte[]>();
        foreach (var range in bytes.AsSpan().Split((byte)'\n'))
        {
            lines.Add(bytes[range]);
        }

        if (lines[^1].Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        return lines;
    }
}
