using MailStats.Collector.Joining;

namespace MailStats.Collector.Formats;

/// <summary>
/// What content filters beside Postfix tell about a queue id: the spam score, and (amavis, or any filter that hands mail
/// back) which queue id the same mail has afterwards.
/// </summary>
internal sealed class ContentFilterLines(MessageTable messages)
{
    /// <summary>
    /// True for "sent" to a filter that gave the mail back under another queue id: <c>250 2.0.0 … queued as ID</c> where ID is one of
    /// this host's, still in the queue or gone from it. Another server's ids can look the same, so the message id must not differ.
    /// The delivery that counts is that one's: <paramref name="next"/>, null where it left too long ago to learn anything more.
    /// </summary>
    public static bool IsHandedOn(HostMessages host, JoinedMessage message, ReadOnlySpan<byte> text, out JoinedMessage? next)
    {
        next = null;
        var queued = text.LastIndexOf("queued as "u8);
        if (queued < 0)
        {
            return false;
        }

        var id = text[(queued + "queued as ".Length)..];
        var end = id.IndexOfAny(" )"u8);
        id = end < 0 ? id : id[..end];
        if (host.FindLeft(id) is { } found)
        {
            next = found is { Submitted: true } && found != message && HaveSameId(message, found) ? found : null;

            return next is not null;
        }

        return message.MessageId is { } messageId && host.HadLeft(id, messageId);
    }

    private static bool HaveSameId(JoinedMessage one, JoinedMessage other) =>
        one.MessageId is null || other.MessageId is null || one.MessageId == other.MessageId;

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
