using MailStats.Collector.Joining;

namespace MailStats.Collector.Formats;

/// <summary>
/// What content filters beside Postfix tell about a queue id: the spam score, and (amavis, or any filter that hands mail
/// back) which queue id the same mail has afterwards.
/// </summary>
internal sealed class ContentFilterLines(MessageTable messages)
{
    private const int MaximumReinjected = 10_000;

    private HashSet<string> _reinjected = new(ByteKeys.Instance);
    private HashSet<string> _reinjectedBefore = new(ByteKeys.Instance);

    /// <summary>A message that came in from this host itself, maybe back from a filter.</summary>
    public void Reinjected(JoinedMessage message)
    {
        if (_reinjected.Count >= MaximumReinjected)
        {
            (_reinjectedBefore, _reinjected) = (_reinjected, _reinjectedBefore);
            _reinjected.Clear();
        }

        _reinjected.Add(message.Host + "/" + message.QueueId);
    }

    /// <summary>
    /// True for "sent" to a filter that gave the mail back under another queue id: <c>250 2.0.0 … queued as ID</c> where ID is
    /// one of this host's. The delivery that counts is that one's: <paramref name="next"/>, null where it has left the queue already.
    /// </summary>
    public bool IsHandedOn(HostMessages host, ReadOnlySpan<byte> text, long at, out JoinedMessage? next)
    {
        next = null;
        var queued = text.LastIndexOf("queued as "u8);
        if (queued < 0)
        {
            return false;
        }

        var id = text[(queued + "queued as ".Length)..];
        next = host.Find(id, at) is { Submitted: true } found ? found : null;
        if (next is not null || _reinjected.Count + _reinjectedBefore.Count == 0)
        {
            return next is not null;
        }

        var key = host.Name + "/" + LineText.Of(id);

        return _reinjected.Contains(key) || _reinjectedBefore.Contains(key);
    }

    public LineOutcome Read(in SyslogLine line)
    {
        if (line.Program.StartsWith("amavis"u8))
        {
            return ReadAmavis(line);
        }

        return line.Program.StartsWith("rspamd"u8) ? ReadRspamd(line) : LineOutcome.OtherProgram;
    }

    /// <summary><c>(…) Passed CLEAN …, Queue-ID: ID, …, Hits: -1.2, size: …, queued_as: ID2, …</c></summary>
    private LineOutcome ReadAmavis(in SyslogLine line)
    {
        var score = SpamScores.Parse(After(line.Message, ", Hits: "u8));
        if (score is null)
        {
            return LineOutcome.OtherProgram;
        }

        return SetScore(line, After(line.Message, ", Queue-ID: "u8), score.Value) | SetScore(line, After(line.Message, ", queued_as: "u8), score.Value)
            ? LineOutcome.Used
            : LineOutcome.OtherProgram;
    }

    /// <summary><c>…; rspamd_task_write_log: id: &lt;…&gt;, qid: &lt;ID&gt;, …(default: F (no action): [2.30/15.00] […])…</c></summary>
    private LineOutcome ReadRspamd(in SyslogLine line)
    {
        var verdict = After(line.Message, "(default: "u8);
        var score = SpamScores.Parse(After(verdict, ": ["u8));

        return score is not null && SetScore(line, After(line.Message, " qid: <"u8), score.Value)
            ? LineOutcome.Used
            : LineOutcome.OtherProgram;
    }

    private bool SetScore(in SyslogLine line, ReadOnlySpan<byte> id, double score)
    {
        var end = id.IndexOfAny(",> "u8);
        if (messages.HostOf(line.Host).Find(end < 0 ? id : id[..end], line.Ticks) is not { } message)
        {
            return false;
        }

        message.SpamScore = score;

        return true;
    }

    private static ReadOnlySpan<byte> After(ReadOnlySpan<byte> text, ReadOnlySpan<byte> label)
    {
        var at = text.IndexOf(label);

        return at < 0 ? default : text[(at + label.Length)..];
    }
}
