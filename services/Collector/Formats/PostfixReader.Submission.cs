using System.Buffers.Text;
using MailStats.Collector.Joining;
using MailStats.Contracts;

namespace MailStats.Collector.Formats;

/// <summary>What is said while a message comes in: its headers, and what was refused.</summary>
internal sealed partial class PostfixReader
{
    private LineOutcome ReadCleanup(in SyslogLine cut)
    {
        if (!TryCutId(cut.Message, out var id, out var rest))
        {
            return cut.Message.StartsWith("NOQUEUE: "u8) ? ReadRejection(cut, cut.Message[9..], default) : LineOutcome.NoDelivery;
        }

        if (rest.StartsWith("message-id="u8))
        {
            ReadMessageId(cut, id, rest["message-id=".Length..]);
            return LineOutcome.Used;
        }

        if (rest.StartsWith("resent-message-id="u8))
        {
            return LineOutcome.NoDelivery;
        }

        var header = rest.IndexOf("header "u8);
        if (header is > 0 and < 12 && rest[header - 1] == ' ')
        {
            return ReadHeader(cut, id, rest[(header + "header ".Length)..]);
        }

        return ReadRejection(cut, rest, id);
    }

    private void ReadMessageId(in SyslogLine cut, ReadOnlySpan<byte> id, ReadOnlySpan<byte> value)
    {
        value = value.TrimEnd((byte)' ');
        if (value.Length > 1 && value[0] == '<' && value[^1] == '>')
        {
            value = value[1..^1];
        }

        var host = messages.HostOf(cut.Host);
        var message = host.Find(id, cut.Ticks);
        if (message is { MessageId: { } known } && !ByteKeys.Instance.Equals(value, known))
        {
            // The queue id went to mail that nobody handed in: a notice, or forwarded mail.
            messages.Replace(host, message, cut.Ticks);
            message = null;
        }

        message ??= messages.Open(host, id, cut.Ticks);
        if (message.BeganAt == 0 && message.EstimatedBegin == 0 && message.QueuedAt == 0)
        {
            host.BeginPossibly(message, cut.Ticks);
        }

        message.MessageId = LineText.Of(value);
    }

    /// <summary><c>info: header NAME: VALUE from CLIENT; from=&lt;…&gt; to=&lt;…&gt; …</c> by a <c>header_checks</c> rule.</summary>
    private LineOutcome ReadHeader(in SyslogLine cut, ReadOnlySpan<byte> id, ReadOnlySpan<byte> header)
    {
        var colon = header.IndexOf((byte)':');
        if (colon <= 0)
        {
            return LineOutcome.NoDelivery;
        }

        var host = messages.HostOf(cut.Host);
        var message = host.Find(id, cut.Ticks) ?? messages.Open(host, id, cut.Ticks);
        var name = header[..colon];
        var value = header[(colon + 1)..];
        var context = value.LastIndexOf("; from=<"u8);
        if (context >= 0)
        {
            var client = value[..context].LastIndexOf(" from "u8);
            value = client >= 0 ? value[..client] : value[..context];
        }

        value = value.Trim((byte)' ');
        if (System.Text.Ascii.EqualsIgnoreCase(name, "Subject"u8))
        {
            message.Subject = EncodedWords.Decode(LineText.Of(value));
        }
        else if (System.Text.Ascii.EqualsIgnoreCase(name, "From"u8))
        {
            message.HeaderFrom = EncodedWords.Decode(LineText.Of(value));
        }
        else if (System.Text.Ascii.EqualsIgnoreCase(name, "X-Spam-Score"u8) || System.Text.Ascii.EqualsIgnoreCase(name, "X-Spam-Status"u8))
        {
            message.SpamScore = SpamScores.Parse(value) ?? message.SpamScore;
        }
        else
        {
            return LineOutcome.NoDelivery;
        }

        return LineOutcome.Used;
    }

    /// <summary>
    /// <c>reject: RCPT from CLIENT: 554 5.7.1 …; from=&lt;…&gt; to=&lt;…&gt; proto=…</c>, with <c>NOQUEUE</c> or the queue id of a
    /// message that had a recipient before.
    /// </summary>
    private LineOutcome ReadRejection(in SyslogLine cut, ReadOnlySpan<byte> rest, ReadOnlySpan<byte> id)
    {
        var words = rest.StartsWith("reject: "u8) ? "reject: ".Length : rest.StartsWith("milter-reject: "u8) ? "milter-reject: ".Length : 0;
        var from = rest.LastIndexOf("; from=<"u8);
        var client = rest.IndexOf(" from "u8);
        if (words == 0 || from < 0 || client < 0 || client > from)
        {
            return LineOutcome.NoDelivery;
        }

        var said = rest[client..from].IndexOf(": "u8);
        var envelope = rest[(from + "; from=<".Length)..];
        var senderEnd = envelope.IndexOf((byte)'>');
        var to = envelope.IndexOf(" to=<"u8);
        if (said < 0 || senderEnd < 0 || to < senderEnd)
        {
            return LineOutcome.NoDelivery;
        }

        var recipient = envelope[(to + " to=<".Length)..];
        var recipientEnd = recipient.IndexOf((byte)'>');
        if (recipientEnd <= 0)
        {
            return LineOutcome.NoDelivery;
        }

        var reply = rest[(client + said + 2)..from];
        var code = SmtpReplies.CodeOf(reply);
        var enhanced = SmtpReplies.EnhancedOf(reply);
        var attempt = new Attempt
        {
            Kind = DeliveryEventKind.Rejected,
            Recipient = LineText.Of(recipient[..recipientEnd]),
            OccurredAt = cut.Ticks,
            ReplyCode = code == 0 ? null : code,
            EnhancedCode = enhanced.IsEmpty ? null : _names.Of(enhanced),
            Reply = LineText.Of(reply),
            Verdict = "reject",
            Attempted = false,
        };
        messages.Reject(cut.Host, id, cut.Ticks, _names.Of(envelope[..senderEnd]), attempt);

        return LineOutcome.Used;
    }
}
