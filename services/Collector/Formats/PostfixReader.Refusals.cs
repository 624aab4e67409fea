using MailStats.Collector.Joining;
using MailStats.Contracts;
using MailStats.Mail.Replies;

namespace MailStats.Collector.Formats;

/// <summary>What was refused while it came in: never counted as mail.</summary>
internal sealed partial class PostfixReader
{
    /// <summary>
    /// <c>reject: RCPT from CLIENT: 554 5.7.1 …; from=&lt;…&gt; to=&lt;…&gt; proto=…</c>, with <c>NOQUEUE</c> or the queue id of a
    /// message that had a recipient before. postscreen(8) writes commas between the fields, a before-queue filter's refusal
    /// names no client.
    /// </summary>
    private LineOutcome ReadRejection(in SyslogLine cut, ReadOnlySpan<byte> rest, ReadOnlySpan<byte> id)
    {
        var words = rest.StartsWith("reject: "u8) ? "reject: ".Length
            : rest.StartsWith("milter-reject: "u8) ? "milter-reject: ".Length
            : rest.StartsWith("proxy-reject: "u8) ? "proxy-reject: ".Length
            : 0;
        var from = rest.LastIndexOf("; from=<"u8);
        if (words == 0 || from < words)
        {
            return LineOutcome.NoDelivery;
        }

        // The stage and the client come first; neither holds a colon and a blank.
        var said = rest[words..from].IndexOf(": "u8);
        if (said < 0 || !TryCutEnvelope(rest[(from + "; from=<".Length)..], out var sender, out var recipient, out _))
        {
            return LineOutcome.NoDelivery;
        }

        Refuse(cut, id, sender, recipient, rest[(words + said + 2)..from]);

        return LineOutcome.Used;
    }

    /// <summary>Cuts <c>SENDER&gt; to=&lt;RECIPIENT&gt; …</c>.</summary>
    private static bool TryCutEnvelope(
        ReadOnlySpan<byte> envelope, out ReadOnlySpan<byte> sender, out ReadOnlySpan<byte> recipient, out ReadOnlySpan<byte> after)
    {
        sender = recipient = after = default;
        var senderEnd = envelope.IndexOf((byte)'>');
        var to = envelope.IndexOf(" to=<"u8);
        if (senderEnd < 0 || to < senderEnd)
        {
            return false;
        }

        recipient = envelope[(to + " to=<".Length)..];
        var recipientEnd = recipient.IndexOf((byte)'>');
        if (recipientEnd <= 0)
        {
            return false;
        }

        sender = envelope[..senderEnd];
        after = recipient[(recipientEnd + 1)..];
        recipient = recipient[..recipientEnd];

        return true;
    }

    private void Refuse(in SyslogLine cut, ReadOnlySpan<byte> id, ReadOnlySpan<byte> sender, ReadOnlySpan<byte> recipient, ReadOnlySpan<byte> reply)
    {
        var code = LeadingCodes.Read(reply, out var enhanced);
        messages.Reject(cut.Host, id, cut.Ticks, _names.Of(sender), new Attempt
        {
            Kind = DeliveryEventKind.Rejected,
            Recipient = LineText.Of(recipient),
            OccurredAt = cut.Ticks,
            ReplyCode = code == 0 ? null : code,
            EnhancedCode = enhanced.IsEmpty ? null : _names.Of(enhanced),
            Reply = LineText.Of(reply),
            Verdict = "reject",
            Attempted = false,
        });
    }

    /// <summary>
    /// <c>reject: header Subject: … from CLIENT; from=&lt;…&gt; to=&lt;…&gt; proto=… helo=&lt;…&gt;: 5.7.1 …</c>: the client was
    /// told so after the data.
    /// </summary>
    private LineOutcome ReadContentRejection(in SyslogLine cut, ReadOnlySpan<byte> rest, ReadOnlySpan<byte> id)
    {
        var from = rest.LastIndexOf("; from=<"u8);
        if (from < 0 || !TryCutEnvelope(rest[(from + "; from=<".Length)..], out var sender, out var recipient, out var after))
        {
            return LineOutcome.NoDelivery;
        }

        var reason = after.IndexOf(": "u8);
        Refuse(cut, id, sender, recipient, reason < 0 ? default : after[(reason + 2)..]);

        return Discard(cut, id);
    }

    /// <summary>Nothing more comes of the message.</summary>
    private LineOutcome Discard(in SyslogLine cut, ReadOnlySpan<byte> id)
    {
        var host = messages.HostOf(cut.Host);
        if (host.Find(id, cut.Ticks) is { } message)
        {
            messages.Close(host, message, cut.Ticks);
        }

        return LineOutcome.Used;
    }
}
