using MailStats.Collector.Joining;
using MailStats.Contracts;
using MailStats.Mail.Replies;

namespace MailStats.Collector.Formats;

/// <summary>Delivery agents' lines: <c>ID: to=&lt;…&gt;, relay=…, delay=…, dsn=…, status=… (…)</c>.</summary>
internal sealed partial class PostfixReader
{
    private LineOutcome ReadDelivery(in SyslogLine cut, ReadOnlySpan<byte> daemon)
    {
        var isOfMessage = TryCutId(cut.Message, out var id, out var rest);
        if (!isOfMessage || !rest.StartsWith("to=<"u8))
        {
            ReadConnection(cut, isOfMessage ? rest : cut.Message);

            return LineOutcome.NoDelivery;
        }

        if (!DeliveryLine.TryCut(rest, out var line))
        {
            return LineOutcome.Broken;
        }

        var kind = KindOf(line.Status);
        if (kind == DeliveryEventKind.Unknown)
        {
            // "deliverable" and "undeliverable" answer an address probe: no mail.
            return LineOutcome.NoDelivery;
        }

        var host = messages.HostOf(cut.Host);
        var message = host.Find(id, cut.Ticks) ?? messages.Open(host, id, cut.Ticks);
        if (message.OwnMail)
        {
            return LineOutcome.OwnMail;
        }

        var tlsVersion = _connections.VersionOf(host, cut.Process, line.Relay, cut.Ticks);
        if (message.BeganAt == 0)
        {
            EstimateBegin(host, message, cut.Ticks - line.Delay, line.BeforeQueue);
        }

        if (kind == DeliveryEventKind.Delivered)
        {
            if (_filters.IsHandedOn(host, message, line.Text, out var next))
            {
                next?.LearnFrom(message);
                messages.Add(message, ToAttempt(cut.Ticks, kind, line, daemon, tlsVersion) with
                {
                    Verdict = "handed on", Attempted = false, Local = true, HandedOn = true,
                });

                return LineOutcome.NoDelivery;
            }

            ReadForwarding(host, message, line.Text, cut.Ticks);
        }

        messages.Add(message, ToAttempt(cut.Ticks, kind, line, daemon, tlsVersion));

        return LineOutcome.Used;
    }

    private static DeliveryEventKind KindOf(ReadOnlySpan<byte> status) =>
        status.SequenceEqual("sent"u8) ? DeliveryEventKind.Delivered
        : status.SequenceEqual("deferred"u8) || status.SequenceEqual("SOFTBOUNCE"u8) ? DeliveryEventKind.Deferred
        : status.SequenceEqual("bounced"u8) ? DeliveryEventKind.Bounced
        : status.SequenceEqual("expired"u8) ? DeliveryEventKind.Expired
        : DeliveryEventKind.Unknown;

    /// <summary>
    /// Without a line that shows the message coming in, its first <c>from=</c> line may have begun it: then it waited no
    /// longer before that than a slow client takes. A message that is tried again waited for the shortest backoff.
    /// </summary>
    private static readonly long LongestSession = TimeSpan.FromSeconds(120).Ticks;

    private void EstimateBegin(HostMessages host, JoinedMessage message, long begin, long beforeQueue)
    {
        if (message.EstimatedBegin == 0)
        {
            message.EstimatedBegin = begin;
        }

        if (message.QueuedAt != 0 && beforeQueue < LongestSession)
        {
            host.BeginPossibly(message, message.QueuedAt);
            message.OwnMail |= message.BeganAt != 0 && message.Sender is { Length: 0 };
            messages.ReportHeld(message);
        }
    }

    /// <summary><c>sent (forwarded as ID)</c>: local(8) handed the mail in again, to an alias or .forward address.</summary>
    private void ReadForwarding(HostMessages host, JoinedMessage message, ReadOnlySpan<byte> text, long at)
    {
        if (!text.StartsWith("forwarded as "u8) || host.Find(text["forwarded as ".Length..], at) is not { } forwarded)
        {
            return;
        }

        forwarded.LearnFrom(message);
        if (forwarded is { BeganAt: 0, PossibleBegin: not 0 })
        {
            forwarded.Submitted = true;
            forwarded.BeganAt = forwarded.PossibleBegin;
            messages.ReportHeld(forwarded);
        }
    }

    private Attempt ToAttempt(long at, DeliveryEventKind kind, in DeliveryLine line, ReadOnlySpan<byte> daemon, string? tlsVersion)
    {
        var suspended = line.Text.StartsWith("delivery temporarily suspended: "u8);
        var reply = ReplyOf(suspended ? line.Text["delivery temporarily suspended: ".Length..] : line.Text);
        var code = LeadingCodes.Read(reply, out var enhanced);
        if (enhanced.IsEmpty && !line.Dsn.EndsWith(".0.0"u8) && EnhancedCode.IsValid(line.Dsn))
        {
            // x.0.0 is what Postfix fills in where nobody said more.
            enhanced = line.Dsn;
        }

        var remoteHost = RemoteHostOf(line.Relay);
        var remoteAddress = messages.LocalMail.IsEmpty ? null : RemoteAddressOf(line.Relay);

        return new Attempt
        {
            Kind = kind,
            Recipient = LineText.Of(line.Recipient),
            OccurredAt = at,
            ReplyCode = code == 0 ? null : code,
            EnhancedCode = enhanced.IsEmpty ? null : _names.Of(enhanced),
            Reply = ReplyLines.TextOf(reply),
            RemoteHost = remoteHost,
            RemoteAddress = remoteAddress,
            TlsVersion = tlsVersion,
            Verdict = VerdictOf(kind),
            Attempted = !suspended,
            Local = IsLocal(daemon) || (daemon.SequenceEqual("lmtp"u8) && messages.LocalMail.TakesLmtp(remoteHost, remoteAddress)),
        };
    }

    private static string VerdictOf(DeliveryEventKind kind) => kind switch
    {
        DeliveryEventKind.Delivered => "sent",
        DeliveryEventKind.Deferred => "deferred",
        DeliveryEventKind.Bounced => "bounced",
        _ => "expired",
    };

    /// <summary>
    /// What the other server said, without Postfix's words around it: <c>host mx.example[192.0.2.1] said: … (in reply to RCPT TO command)</c>
    /// or <c>host … refused to talk to me: …</c>. Postfix's own words where no server spoke.
    /// </summary>
    private static ReadOnlySpan<byte> ReplyOf(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("host "u8))
        {
            return text;
        }

        var hostEnd = text[5..].IndexOf((byte)' ') + 5;
        var said = text[hostEnd..];
        if (said.StartsWith(" said: "u8))
        {
            said = said[" said: ".Length..];
            var inReply = said.LastIndexOf(" (in reply to "u8);

            return inReply < 0 ? said : said[..inReply];
        }

        return said.StartsWith(" refused to talk to me: "u8) ? said[" refused to talk to me: ".Length..] : text;
    }

    /// <summary>Mailboxes of this host: <c>local</c>, <c>virtual</c> or a program (<c>pipe</c>). LMTP is another matter.</summary>
    private static bool IsLocal(ReadOnlySpan<byte> daemon) =>
        daemon.SequenceEqual("local"u8) || daemon.SequenceEqual("virtual"u8) || daemon.SequenceEqual("pipe"u8);
}
