using MailStats.Collector.Joining;

namespace MailStats.Collector.Formats;

/// <summary>
/// What content filters beside Postfix tell about a queue id: the spam score, and (amavis, or any filter that hands mail
/// back) which queue id the same mail has afterwards.
/// </summary>
internal sealed class ContentFilterLines(MessageTable messages)
{
    /// <summary>By the id that Proxmox Mail Gateway's filter has for a mail: where it handed the mail on, and what it thinks of it.</summary>
    private readonly RecentTable<string, (string? QueueId, double? Score)> _gateway = new(PostfixReader.LeftRemembered);

    /// <summary>
    /// True for "sent" to a filter that gave the mail back under another queue id: <c>250 2.0.0 … queued as ID</c> where ID is one of
    /// this host's, still in the queue or gone from it, or the filter's own <c>250 2.5.0 OK (ID)</c> whose queue id it has told before.
    /// Another server's ids can look the same, so the message id must not differ. The delivery that counts is
    /// that one's: <paramref name="next"/>, null where it left too long ago to learn anything more.
    /// </summary>
    public bool IsHandedOn(HostMessages host, JoinedMessage message, ReadOnlySpan<byte> text, out JoinedMessage? next)
    {
        next = null;
        var queued = text.LastIndexOf("queued as "u8);
        var id = queued < 0 ? OfGateway(text) : text[(queued + "queued as ".Length)..];
        if (id.IsEmpty)
        {
            return false;
        }

        var end = id.IndexOfAny(" )"u8);
        id = end < 0 ? id : id[..end];
        if (host.FindLeft(id, message.MessageId, out var had) is { } found)
        {
            next = found is { Submitted: true } && found != message && HaveSameId(message, found) ? found : null;

            return next is not null;
        }

        return had;
    }

    /// <summary>The queue id behind <c>250 2.5.0 OK (ID)</c>; empty where no gateway's filter has told of it.</summary>
    private ReadOnlySpan<byte> OfGateway(ReadOnlySpan<byte> text) =>
        text.StartsWith("250 2.5.0 OK ("u8) && _gateway.TryGet(LineText.Of(text["250 2.5.0 OK ("u8.Length..].TrimEnd((byte)')')), out var mail)
            ? System.Text.Encoding.ASCII.GetBytes(mail.QueueId ?? "")
            : default;

    private static bool HaveSameId(JoinedMessage one, JoinedMessage other) =>
        one.MessageId is null || other.MessageId is null || one.MessageId == other.MessageId;

    /// <summary>True for the name of a filter that is read.</summary>
    public static bool IsFilter(ReadOnlySpan<byte> program) =>
        program.StartsWith("amavis"u8) || program.StartsWith("rspamd"u8) || program.SequenceEqual("pmg-smtp-filter"u8);

    /// <summary>True for a text that names one of the filters.</summary>
    public static bool MayStandIn(ReadOnlySpan<byte> text) =>
        text.IndexOf("amavis"u8) >= 0 || text.IndexOf("rspamd"u8) >= 0 || text.IndexOf("pmg-smtp-filter"u8) >= 0;

    public LineOutcome Read(in SyslogLine line)
    {
        if (line.Program.StartsWith("amavis"u8))
        {
            return ReadAmavis(line);
        }

        return line.Program.StartsWith("rspamd"u8) ? ReadRspamd(line)
            : line.Program.SequenceEqual("pmg-smtp-filter"u8) ? ReadGateway(line)
            : LineOutcome.OtherProgram;
    }

    /// <summary><c>ID: SA score=3/5 time=…</c>, then <c>ID: accept mail to &lt;ann@example.net&gt; (QUEUEID) (rule: …)</c>.</summary>
    private LineOutcome ReadGateway(in SyslogLine line)
    {
        var end = line.Message.IndexOf(": "u8);
        if (end is <= 0 or > 64)
        {
            return LineOutcome.OtherProgram;
        }

        var id = LineText.Of(line.Message[..end]);
        var rest = line.Message[(end + 2)..];
        if (rest.StartsWith("SA score="u8))
        {
            _gateway.Set(id, (null, SpamScores.Parse(rest)));

            return LineOutcome.NoDelivery;
        }

        var queueId = rest.StartsWith("accept mail to <"u8) ? After(rest, "> ("u8) : default;
        end = queueId.IndexOf((byte)')');
        if (end is <= 0 or > 40)
        {
            return LineOutcome.OtherProgram;
        }

        var score = _gateway.TryGet(id, out var known) ? known.Score : null;
        _gateway.Set(id, (LineText.Of(queueId[..end]), score));

        return score is { } told && SetScore(line, queueId[..end], told) ? LineOutcome.Used : LineOutcome.NoDelivery;
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
