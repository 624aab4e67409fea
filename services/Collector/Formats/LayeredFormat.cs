using System.Text.RegularExpressions;
using MailStats.Collector.Joining;

namespace MailStats.Collector.Formats;

/// <summary>
/// Reads a mail server's log whatever is around its lines. A line that the format itself can use is never unwrapped, so a
/// plain log costs nothing; what it cannot use is looked at for wrappings, one layer after another.
/// </summary>
internal sealed class LayeredFormat(ILogFormat format) : ILogFormat
{
    /// <summary>Layers at most. Real ones are two or three: a container's record, in a shipper's JSON, in a syslog's line.</summary>
    public const int MaximumLayers = 4;

    private readonly Dictionary<string, long> _layers = [];

    private readonly InnerLine _lines = new(format);
    private IWrapping[]? _wrappings;

    public string Name => format.Name;

    public MessageTable Messages => format.Messages;

    public string? Problem => format.Problem;

    public bool HasOwnLines => format.HasOwnLines;

    public bool IsOwnLine(ReadOnlySpan<byte> line) => format.IsOwnLine(line);

    /// <summary>The reader of the lines without their wrappings.</summary>
    public ILogFormat Inner => format;

    /// <summary>Lines by the wrapping that was taken off them.</summary>
    public IReadOnlyDictionary<string, long> Layers => _layers;

    public LineOutcome Read(ReadOnlySpan<byte> line)
    {
        try
        {
            var outcome = format.Read(line);

            return MayBeWrapped(line, outcome) ? ReadInside(line, outcome, MaximumLayers) : outcome;
        }
        catch (RegexMatchTimeoutException)
        {
            // The line is as good as damaged; those after it are not.
            return LineOutcome.Broken;
        }
    }

    public long StampOf(ReadOnlySpan<byte> line)
    {
        for (var layer = 0; layer <= MaximumLayers; layer++)
        {
            if (format.StampOf(line) is not 0 and var stamp)
            {
                return stamp;
            }

            if (!TryUnwrap(line, out var inner, out _))
            {
                return 0;
            }

            line = inner;
        }

        return 0;
    }

    private static IWrapping[] Wrappings(InnerLine lines)
    {
        var json = new JsonEnvelope(lines);

        return
        [
            new TableLines(json), new KubernetesLines(lines), new StampedLines(lines), new FluentLines(json), new JournalFields(), new LinePrefix(lines), json,
            new SyslogInSyslog(lines),
        ];
    }

    /// <summary>
    /// Most lines of other programs hold nothing else, which shows in a look at their bytes. The first one is taken for what it may be: a
    /// table names its columns there.
    /// </summary>
    private bool MayBeWrapped(ReadOnlySpan<byte> line, LineOutcome outcome) =>
        (outcome == LineOutcome.OtherProgram && (_wrappings is null || (format.MayHoldLines && _lines.MayHoldAnother(line))))
        || outcome == LineOutcome.NotThisFormat
        || (outcome == LineOutcome.Broken && line is [(byte)'{', ..])
        || (outcome == LineOutcome.Binary && line is [LinePrefix.RecordSeparator or LinePrefix.Escape, ..]);

    private LineOutcome ReadInside(ReadOnlySpan<byte> line, LineOutcome outer, int layers)
    {
        if (layers == 0 || !TryUnwrap(line, out var inner, out var taken))
        {
            return outer;
        }

        LineOutcome outcome;
        if (inner.IsEmpty)
        {
            // A blank line, or the first part of a long one.
            outcome = taken.Held ? LineOutcome.NoDelivery : LineOutcome.Empty;
        }
        else
        {
            outcome = format.Read(inner);
            outcome = MayBeWrapped(inner, outcome) ? ReadInside(inner, outcome, layers - 1) : outcome;
        }

        if (outcome == LineOutcome.NotThisFormat)
        {
            // Nothing of a mail server inside: what the line itself is says more.
            return outer;
        }

        if (outcome is LineOutcome.Used or LineOutcome.NoDelivery or LineOutcome.OwnMail or LineOutcome.Broken)
        {
            // Another program's line may only look as if there was something around it.
            _layers[taken.Off.Name] = _layers.GetValueOrDefault(taken.Off.Name) + 1;
        }

        return outcome;
    }

    private bool TryUnwrap(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> inner, out (IWrapping Off, bool Held) taken)
    {
        foreach (var wrapping in _wrappings ??= Wrappings(_lines))
        {
            var unwrapped = wrapping.TryUnwrap(line, out inner);
            if (unwrapped != Unwrapped.No)
            {
                taken = (wrapping, unwrapped == Unwrapped.Held);
                return true;
            }
        }

        inner = default;
        taken = default;

        return false;
    }
}
