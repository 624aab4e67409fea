using MailStats.Collector.Joining;

namespace MailStats.Collector.Formats;

/// <summary>What is said while a message comes in: who handed it in, and its headers.</summary>
internal sealed partial class PostfixReader
{
    private LineOutcome ReadSmtpd(in SyslogLine cut)
    {
        if (cut.Message.StartsWith("NOQUEUE: "u8))
        {
            return ReadRejection(cut, cut.Message[9..], default);
        }

        if (!TryCutId(cut.Message, out var id, out var rest))
        {
            // A before-queue filter's refusal may stand there without NOQUEUE.
            return cut.Message.StartsWith("proxy-reject: "u8) ? ReadRejection(cut, cut.Message, default) : LineOutcome.NoDelivery;
        }

        if (!rest.StartsWith("client="u8))
        {
            return ReadRejection(cut, rest, id);
        }

        var message = Begin(cut, id);
        rest = rest["client=".Length..];
        var comma = rest.IndexOf((byte)',');
        if (comma < 0)
        {
            message.ClientAddress = _addresses.InBrackets(rest) ?? message.ClientAddress;

            return LineOutcome.Used;
        }

        ReadClient(message, rest[..comma], rest[comma..]);
        var origin = TextAfter(rest, ", orig_queue_id="u8);
        if (!origin.IsEmpty)
        {
            // A filter that uses XFORWARD names the mail that it hands back.
            var end = origin.IndexOf((byte)',');
            if (messages.HostOf(cut.Host).Find(end < 0 ? origin : origin[..end], cut.Ticks) is { } earlier)
            {
                message.LearnFrom(earlier);
            }
        }

        return LineOutcome.Used;
    }

    /// <summary>
    /// <c>client=web.shop.example[192.0.2.10], sasl_method=PLAIN, sasl_username=ann</c>; from a filter that uses XFORWARD also
    /// <c>orig_client=web.shop.example[192.0.2.10]</c>.
    /// </summary>
    private void ReadClient(JoinedMessage message, ReadOnlySpan<byte> client, ReadOnlySpan<byte> rest)
    {
        message.ClientAddress = _addresses.InBrackets(UntilComma(TextAfter(rest, ", orig_client="u8))) ?? _addresses.InBrackets(client)
            ?? message.ClientAddress;
        if (UntilComma(TextAfter(rest, ", sasl_username="u8)) is { IsEmpty: false } login)
        {
            message.Login = _names.Of(login);
        }
    }

    private static ReadOnlySpan<byte> UntilComma(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf(", "u8);

        return end < 0 ? text : text[..end];
    }

    private static ReadOnlySpan<byte> TextAfter(ReadOnlySpan<byte> text, ReadOnlySpan<byte> label)
    {
        var at = text.IndexOf(label);

        return at < 0 ? default : text[(at + label.Length)..];
    }

    private LineOutcome ReadPickup(in SyslogLine cut)
    {
        if (!TryCutId(cut.Message, out var id, out var rest) || !rest.StartsWith("uid="u8))
        {
            return LineOutcome.NoDelivery;
        }

        // "postsuper -r" has mail handed in again, under another queue id.
        var origin = TextAfter(rest, " orig_id="u8);
        var host = messages.HostOf(cut.Host);
        if (!origin.IsEmpty && host.Find(origin, cut.Ticks) is { BeganAt: not 0 } earlier && host.Find(id, cut.Ticks) is null)
        {
            messages.Requeue(host, earlier, id, cut.Ticks);
            host.LogsSubmissions = true;
        }
        else
        {
            Begin(cut, id);
        }

        return LineOutcome.Used;
    }

    /// <summary>A line that only the first moment of a message writes.</summary>
    private JoinedMessage Begin(in SyslogLine cut, ReadOnlySpan<byte> id)
    {
        var host = messages.HostOf(cut.Host);
        var message = host.Find(id, cut.Ticks);
        if (message is not null && !IsSameBeginning(message, cut.Ticks))
        {
            messages.Replace(host, message, cut.Ticks);
            message = null;
        }

        message ??= messages.Open(host, id, cut.Ticks);
        message.BeganAt = cut.Ticks;
        message.Submitted = true;
        host.LogsSubmissions = true;

        return message;
    }

    private static bool IsSameBeginning(JoinedMessage message, long at) =>
        message.BeganAt == at || (message.BeganAt == 0 && message.EstimatedBegin == 0 && message.FirstLineAt == at);

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

        if (rest.StartsWith("reject: header "u8) || rest.StartsWith("reject: body "u8))
        {
            return ReadContentRejection(cut, rest, id);
        }

        if (rest.StartsWith("discard: "u8) || rest.StartsWith("milter-discard: "u8))
        {
            return Discard(cut, id);
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
}
