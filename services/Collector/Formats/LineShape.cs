using System.Buffers;

namespace MailStats.Collector.Formats;

/// <summary>Says why a line does not belong to the format.</summary>
internal static class LineShape
{
    private static readonly SearchValues<byte> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 32).Where(value => value is not ('\t' or '\r' or 0x1B)).Select(value => (byte)value)]);

    public static LineOutcome WhyNot(ReadOnlySpan<byte> line) =>
        line.Trim(" \t\r"u8).IsEmpty ? LineOutcome.Empty
        : line.ContainsAny(Controls) ? LineOutcome.Binary
        : LineOutcome.NotThisFormat;
}
