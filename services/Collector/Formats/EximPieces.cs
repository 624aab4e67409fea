using System.Globalization;
using MailStats.Collector.Joining;

namespace MailStats.Collector.Formats;

/// <summary>
/// Exim cuts what is longer than 870 characters before it gives it to syslog: <c>[1/2] …</c>, <c>[2/2] …</c>, and <c>[1\2] …</c> where
/// the cut is at a line's end of the text. Pieces of one process follow each other; other processes' lines come between.
/// </summary>
internal sealed class EximPieces
{
    /// <summary>Processes whose pieces are remembered; a busy server delivers with hundreds.</summary>
    public const int MaximumProcesses = 1_000;

    /// <summary>Pieces of one line. Exim's own buffer for a line holds 8 KB: ten pieces.</summary>
    public const int MaximumPieces = 64;

    private readonly Dictionary<string, (int Next, List<byte> Text)> _open = new(ByteKeys.Instance);

    public static bool IsPiece(ReadOnlySpan<byte> message) => TryCut(message, out _, out _, out _, out _);

    /// <summary>True for the last piece, when all before it were read; a piece whose beginning is not in the log is dropped.</summary>
    public bool TryComplete(in SyslogLine line, out ReadOnlySpan<byte> whole)
    {
        whole = default;
        TryCut(line.Message, out var number, out var count, out var endsLine, out var text);
        var key = $"{LineText.Of(line.Host)}/{LineText.Of(line.Process)}";
        if (number == 1)
        {
            if (_open.Count >= MaximumProcesses)
            {
                _open.Clear();
            }

            _open[key] = (1, []);
        }

        if (!_open.TryGetValue(key, out var open) || open.Next != number)
        {
            _open.Remove(key);
            return false;
        }

        open.Text.AddRange(text);
        if (number < count)
        {
            if (endsLine)
            {
                open.Text.Add((byte)'\n');
            }

            _open[key] = (number + 1, open.Text);
            return false;
        }

        _open.Remove(key);
        whole = open.Text.ToArray();

        return true;
    }

    private static bool TryCut(ReadOnlySpan<byte> message, out int number, out int count, out bool endsLine, out ReadOnlySpan<byte> text)
    {
        (number, count, endsLine) = (0, 0, false);
        text = default;
        if (message is not [(byte)'[', >= (byte)'1' and <= (byte)'9', ..] || message.IndexOf("] "u8) is not (> 3 and < 8 and var end))
        {
            return false;
        }

        var slash = message[..end].IndexOfAny((byte)'/', (byte)'\\');
        if (slash < 2 || !int.TryParse(message[1..slash], CultureInfo.InvariantCulture, out number)
            || !int.TryParse(message[(slash + 1)..end], CultureInfo.InvariantCulture, out count)
            || number > count || count is < 2 or > MaximumPieces)
        {
            return false;
        }

        endsLine = message[slash] == '\\';
        text = message[(end + 2)..];

        return true;
    }
}
