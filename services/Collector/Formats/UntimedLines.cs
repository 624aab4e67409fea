using System.Buffers;

namespace MailStats.Collector.Formats;

/// <summary>
/// Mail servers' lines that do not say when they were written, as <c>journalctl</c> gives them with <c>-o short-monotonic</c>,
/// <c>short-delta</c> and <c>cat</c>: nothing can be read from them, but it can be said why.
/// </summary>
internal static class UntimedLines
{
    private static readonly SearchValues<byte> OfSeconds = SearchValues.Create("0123456789. <>"u8);

    private const string Advice = "; write them with journalctl -o short-iso or -o json";

    /// <summary>What is wrong with the lines and what to do; null where it is something else.</summary>
    public static string? Describe(IReadOnlyList<byte[]> lines)
    {
        var sinceStart = lines.Count(line => IsSinceStart(line));
        if (sinceStart * 2 > lines.Count)
        {
            return "its lines say how long the machine has been running and not the time of day, as journalctl -o short-monotonic writes them" + Advice;
        }

        return lines.Any(line => IsBare(line)) && !lines.Any(line => Stamps.LengthOf(line) > 0)
            ? "its lines have no time, as journalctl -o cat writes them" + Advice
            : null;
    }

    /// <summary><c>[   12.345678] mx postfix/smtp[99]: …</c>, and <c>[   12.345678 &lt;    0.000009 &gt;] …</c> with <c>-o short-delta</c>.</summary>
    private static bool IsSinceStart(ReadOnlySpan<byte> line)
    {
        if (line is not [(byte)'[', ..] || line.IndexOf("] "u8) is not (> 7 and < 48 and var end))
        {
            return false;
        }

        var inside = line[1..end].Trim((byte)' ');
        var point = inside.IndexOf((byte)'.');

        return point > 0 && inside.IndexOfAnyExcept(OfSeconds) < 0
            && inside[..point].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 && inside.Length > point + 6;
    }

    /// <summary>What only a mail server says of a delivery, at the beginning of a line or behind its id.</summary>
    private static bool IsBare(ReadOnlySpan<byte> line) =>
        (line.IndexOf(": to=<"u8) is > 0 and < 40 && (line.IndexOf(" status="u8) > 0 || line.IndexOf(" stat="u8) > 0))
        || line.IndexOf(" delivery evpid="u8) is > 0 and < 40;
}
