using System.Buffers.Text;
using MailStats.Collector.Joining;
using MailStats.Contracts;
using MailStats.Mail.Replies;

namespace MailStats.Collector.Formats;

/// <summary>
/// <c>to=&lt;ann@example.net&gt;,&lt;bob@example.net&gt;, delay=00:00:02, xdelay=…, mailer=esmtp, pri=…, relay=…, dsn=5.1.1, reply=550 5.1.1 …,
/// stat=User unknown</c>. Newer versions have the reply, of several lines the first.
/// </summary>
internal sealed partial class SendmailReader
{
    /// <summary>Recipients of one line. Sendmail begins a new line when one is longer than syslog takes.</summary>
    public const int MaximumRecipients = 1_000;

    private readonly List<string> _recipients = [];

    private LineOutcome ReadDelivery(in SyslogLine cut, ReadOnlySpan<byte> id, ReadOnlySpan<byte> rest)
    {
        var statAt = rest.IndexOf(", stat="u8);
        var head = statAt < 0 ? default : rest[..statAt];
        if (statAt < 0 || !TryReadRecipients(head, cut.Host, out var after))
        {
            return LineOutcome.Broken;
        }

        var stat = rest[(statAt + ", stat=".Length)..];
        var dsn = Field(after, ", dsn="u8);
        var mailer = Field(after, ", mailer="u8);
        var kind = KindOf(dsn, stat, mailer);
        if (kind == DeliveryEventKind.Unknown)
        {
            return LineOutcome.NoDelivery;
        }

        var host = messages.HostOf(cut.Host);
        var message = FindOrOpen(host, cut, id);
        if (message.BeganAt == 0 && TryReadDelay(Field(after, ", delay="u8), out var delay))
        {
            message.EstimatedBegin = message.EstimatedBegin == 0 ? cut.Ticks - delay : message.EstimatedBegin;
        }

        var relay = Field(after, ", relay="u8);
        var said = after.IndexOf(", reply="u8) is >= 0 and var replyAt ? after[(replyAt + ", reply=".Length)..] : ReplyOf(stat);
        var told = AttemptOf(cut.Ticks, kind, dsn, said, stat, mailer, relay);
        if (!told.Local)
        {
            // "mx.example.net. [198.51.100.7]": the line about TLS has the name alone.
            var blank = relay.IndexOf((byte)' ');
            told = told with { TlsVersion = _connections.VersionOf(host, cut.Process, blank < 0 ? relay : relay[..blank], cut.Ticks) };
        }

        foreach (var recipient in _recipients)
        {
            Take(host, message, told with { Recipient = recipient });
        }

        if (message.Outstanding <= 0 && message.BeganAt != 0 && message.Deferred is null or { Count: 0 })
        {
            End(host, message, cut.Ticks);
        }

        return message.OwnMail ? LineOutcome.OwnMail : LineOutcome.Used;
    }

    private void Take(HostMessages host, JoinedMessage message, Attempt attempt)
    {
        messages.Add(message, attempt);
        if (attempt.Kind != DeliveryEventKind.Deferred)
        {
            message.Outstanding--;
        }
        else if (message.EndedAt != 0)
        {
            // One recipient more than the message came in with: an alias.
            message.EndedAt = 0;
            _ended.Remove((host.Name, message.QueueId));
            messages.Restore([], [message]);
        }
    }

    private Attempt AttemptOf(
        long at,
        DeliveryEventKind kind,
        ReadOnlySpan<byte> dsn,
        ReadOnlySpan<byte> reply,
        ReadOnlySpan<byte> stat,
        ReadOnlySpan<byte> mailer,
        ReadOnlySpan<byte> relay)
    {
        // Where the server gave no enhanced code, dsn= is what Sendmail made of its reply.
        var code = LeadingCodes.Read(reply, out var enhanced);
        enhanced = enhanced.IsEmpty ? dsn : enhanced;
        var isLocal = !mailer.IsEmpty && mailer.IndexOf("smtp"u8) < 0 && !mailer.StartsWith("relay"u8) && !IsElsewhere(mailer, relay);
        var word = stat.IndexOfAny(":("u8) is > 0 and var end ? stat[..end].TrimEnd((byte)' ') : stat;

        return new Attempt
        {
            Kind = kind,
            Recipient = "",
            OccurredAt = at,
            ReplyCode = code == 0 ? null : code,
            EnhancedCode = enhanced.IsEmpty ? null : _names.Of(enhanced),
            Reply = reply.IsEmpty ? null : LineText.Of(reply),
            RemoteHost = isLocal ? null : RemoteHost(relay),
            Verdict = word.Length <= 64 ? _names.Of(word) : null,
            Attempted = kind != DeliveryEventKind.Rejected,
            Local = isLocal,

            // The submission program gives what users send to the daemon beside it, which logs it under another queue id.
            HandedOn = kind == DeliveryEventKind.Delivered && IsThisHost(relay) && stat.EndsWith(" Message accepted for delivery)"u8),
        };
    }

    /// <summary>
    /// True for a mailer of any name (<c>tcp</c>, one of the operator's) that reached another machine. Mailbox servers are asked by
    /// LMTP, also on another.
    /// </summary>
    private static bool IsElsewhere(ReadOnlySpan<byte> mailer, ReadOnlySpan<byte> relay) =>
        relay is [.., (byte)']'] && !IsThisHost(relay)
        && !mailer.StartsWith("local"u8) && mailer.IndexOf("cyrus"u8) < 0 && mailer.IndexOf("lmtp"u8) < 0;

    private static DeliveryEventKind KindOf(ReadOnlySpan<byte> dsn, ReadOnlySpan<byte> stat, ReadOnlySpan<byte> mailer) => dsn switch
    {
        _ when stat.SequenceEqual("queued"u8) => DeliveryEventKind.Unknown,
        [(byte)'2', ..] => stat.StartsWith("Sent"u8) ? DeliveryEventKind.Delivered : DeliveryEventKind.Unknown,
        [(byte)'4', ..] => DeliveryEventKind.Deferred,
        [(byte)'5', ..] => DeliveryEventKind.Bounced,
        _ when stat.StartsWith("Sent"u8) => DeliveryEventKind.Delivered,
        _ when stat.StartsWith("Deferred"u8) => DeliveryEventKind.Deferred,

        // A filter had the message refused, or dropped, before anything was tried.
        _ => mailer.IsEmpty ? DeliveryEventKind.Rejected : DeliveryEventKind.Bounced,
    };

    /// <summary>What the server said: in <c>Sent (…)</c>, after <c>Deferred: </c>, or all of it.</summary>
    private static ReadOnlySpan<byte> ReplyOf(ReadOnlySpan<byte> stat)
    {
        if (stat.StartsWith("Sent"u8))
        {
            var open = stat.IndexOf((byte)'(');

            return open < 0 ? default : stat[(open + 1)..].TrimEnd((byte)')').Trim((byte)' ');
        }

        return stat.StartsWith("Deferred: "u8) ? stat["Deferred: ".Length..] : stat;
    }

    /// <summary><c>mx.example.net. [198.51.100.7]</c>, or the address twice where it has no name.</summary>
    private string? RemoteHost(ReadOnlySpan<byte> relay)
    {
        var end = relay.IndexOf((byte)' ');
        var name = (end < 0 ? relay : relay[..end]).TrimEnd((byte)'.');
        name = name is [(byte)'[', .., (byte)']'] ? IpOf(name) : name;

        return name.IsEmpty ? null : _names.Of(name);
    }

    /// <summary>Reads the list up to the next field; a quoted part may hold a comma.</summary>
    private bool TryReadRecipients(ReadOnlySpan<byte> head, ReadOnlySpan<byte> host, out ReadOnlySpan<byte> after)
    {
        _recipients.Clear();
        after = default;
        var start = 0;
        var quoted = false;
        for (var at = 0; at <= head.Length; at++)
        {
            if (at < head.Length && (head[at] == '"' || quoted))
            {
                quoted ^= head[at] == '"';
                continue;
            }

            if (at < head.Length && head[at] != ',')
            {
                continue;
            }

            if (at > start && _recipients.Count <= MaximumRecipients)
            {
                _recipients.Add(Address(head[start..at], host));
            }

            start = at + 1;
            if (start < head.Length && head[start] == ' ')
            {
                after = head[at..];
                break;
            }
        }

        _recipients.RemoveAll(recipient => recipient.Length == 0);
        ReplacePrograms(after, host);

        return _recipients.Count is > 0 and <= MaximumRecipients && !quoted;
    }

    /// <summary>A program or a file in place of an address, from an alias: its mail was for the user that it runs as.</summary>
    private void ReplacePrograms(ReadOnlySpan<byte> after, ReadOnlySpan<byte> host)
    {
        var controller = Field(after, ", ctladdr="u8);
        for (var index = 0; index < _recipients.Count; index++)
        {
            if (_recipients[index] is ['|' or '/' or '"' or ':', ..])
            {
                var user = controller.IndexOf((byte)' ') is > 0 and var end ? controller[..end] : controller;
                _recipients[index] = user.IsEmpty ? "program@" + LineText.Of(host) : Address(user, host);
            }
        }
    }

    /// <summary><c>00:00:02</c>, or with days <c>5+00:00:02</c>.</summary>
    private static bool TryReadDelay(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        var days = 0;
        if (text.IndexOf((byte)'+') is > 0 and var plus)
        {
            if (!Utf8Parser.TryParse(text[..plus], out days, out _) || days is < 0 or > 1_000)
            {
                return false;
            }

            text = text[(plus + 1)..];
        }

        if (!Utf8Parser.TryParse(text, out TimeSpan time, out _))
        {
            return false;
        }

        ticks = time.Ticks + (days * TimeSpan.TicksPerDay);

        return true;
    }
}
