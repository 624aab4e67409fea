using System.Buffers;
using System.Buffers.Text;
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

        line.TlsVersion = _connections.VersionOf(host, cut.Process, line.Relay);
        if (message.BeganAt == 0)
        {
            EstimateBegin(host, message, cut.Ticks - line.Delay, line.BeforeQueue);
        }

        if (kind == DeliveryEventKind.Delivered)
        {
            if (ContentFilterLines.HandedOnTo(host, message, line.Text) is { } next)
            {
                next.LearnFrom(message);
                messages.Add(
                    message, ToAttempt(cut.Ticks, kind, line, daemon) with { Verdict = "handed on", Attempted = false, Local = true, HandedOn = true });

                return LineOutcome.NoDelivery;
            }

            ReadForwarding(host, message, line.Text, cut.Ticks);
        }

        messages.Add(message, ToAttempt(cut.Ticks, kind, line, daemon));

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

    private Attempt ToAttempt(long at, DeliveryEventKind kind, in DeliveryLine line, ReadOnlySpan<byte> daemon)
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
            TlsVersion = line.TlsVersion,
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

    private static readonly SearchValues<byte> FieldNameBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyz_"u8);

    /// <summary>A blank or an angle bracket stands in an address only within quotes.</summary>
    private static bool IsAddress(ReadOnlySpan<byte> address) => !address.IsEmpty && (address[0] == '"' || address.IndexOfAny(" <"u8) < 0);

    /// <summary>True for <c>name=value</c>, such as <c>conn_use=2</c>: versions to come may log more of them.</summary>
    private static bool IsField(ReadOnlySpan<byte> field)
    {
        var equals = field.IndexOf((byte)'=');

        return equals > 0 && field[..equals].IndexOfAnyExcept(FieldNameBytes) < 0 && field.IndexOfAny(" <"u8) < 0;
    }

    private ref struct DeliveryLine
    {
        public ReadOnlySpan<byte> Recipient;
        public ReadOnlySpan<byte> Relay;
        public ReadOnlySpan<byte> Dsn;
        public ReadOnlySpan<byte> Status;
        public ReadOnlySpan<byte> Text;
        public long Delay;

        /// <summary>Ticks from the message's arrival to its last activation: the first of <c>delays=a/b/c/d</c>.</summary>
        public long BeforeQueue;

        /// <summary>Of the connection, where a line before this one told of it.</summary>
        public string? TlsVersion;

        public static bool TryCut(ReadOnlySpan<byte> rest, out DeliveryLine line)
        {
            line = default;
            rest = rest["to=<".Length..];
            var relay = rest.IndexOf(">, relay="u8);
            if (relay < 0)
            {
                return false;
            }

            line.Recipient = rest[..relay];
            var original = line.Recipient.IndexOf(">, orig_to=<"u8);
            if (original >= 0)
            {
                line.Recipient = line.Recipient[..original];
            }

            rest = rest[(relay + ">, relay=".Length)..];
            var end = rest.IndexOf(", "u8);
            if (end < 0 || !IsAddress(line.Recipient))
            {
                return false;
            }

            line.Relay = rest[..end];

            // Where two lines have run into each other, what stands here is the middle of the other one.
            return line.Relay.IndexOfAny(" <"u8) < 0 && line.TryCutFields(rest[(end + 2)..]);
        }

        private bool TryCutFields(ReadOnlySpan<byte> rest)
        {
            while (!rest.StartsWith("status="u8))
            {
                var end = rest.IndexOf(", "u8);
                if (end < 0)
                {
                    return false;
                }

                var field = rest[..end];
                if (field.StartsWith("delay="u8))
                {
                    Delay = Utf8Parser.TryParse(field["delay=".Length..], out double seconds, out _) && seconds is >= 0 and < 1e9
                        ? (long)(seconds * TimeSpan.TicksPerSecond)
                        : 0;
                }
                else if (field.StartsWith("delays="u8))
                {
                    BeforeQueue = Utf8Parser.TryParse(field["delays=".Length..], out double seconds, out _) && seconds is >= 0 and < 1e9
                        ? (long)(seconds * TimeSpan.TicksPerSecond)
                        : 0;
                }
                else if (field.StartsWith("dsn="u8))
                {
                    Dsn = field["dsn=".Length..];
                }
                else if (!IsField(field))
                {
                    return false;
                }

                rest = rest[(end + 2)..];
            }

            rest = rest["status=".Length..];
            var open = rest.IndexOf((byte)' ');
            Status = open < 0 ? rest : rest[..open];
            Text = open < 0 ? default : rest[(open + 1)..].TrimEnd("\r "u8);
            if (Text.Length > 0 && Text[0] == '(')
            {
                Text = Text[^1] == ')' ? Text[1..^1] : Text[1..];
            }

            return true;
        }
    }
}
