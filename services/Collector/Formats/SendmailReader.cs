using System.Buffers.Text;
using MailStats.Collector.Joining;
using MailStats.Contracts;
using MailStats.Mail.Replies;

namespace MailStats.Collector.Formats;

/// <summary>
/// Sendmail 8.10 and later, by syslog. Joins by queue id, which is never used again: <c>from=</c> begins a message, <c>to=</c> with
/// <c>stat=</c> tells an attempt at one recipient or several, a notice to the sender that the message cannot be sent gives up on those still
/// deferred. There is no line that ends a message: it has ended when <c>nrcpts=</c> recipients have.
/// </summary>
internal sealed partial class SendmailReader(LogClock clock, MessageTable messages) : IConnectedFormat
{
    /// <summary>Messages that have ended and may be heard of once more, since an alias stands for several recipients; 1 KB each.</summary>
    private const int RememberedEnded = 5_000;

    /// <summary>Clients that have signed in, by the process that serves them.</summary>
    private const int RememberedLogins = 4_096;

    private readonly SyslogCutter _cutter = new(clock);
    private readonly NameCache _names = new();
    private readonly TlsConnections _connections = new();
    private readonly RecentTable<(HostMessages Host, string Process), SignedIn> _logins = new(RememberedLogins);
    private readonly RecentTable<(string Host, string QueueId), JoinedMessage> _ended = new(RememberedEnded);

    public string Name => "sendmail";

    public MessageTable Messages => messages;

    public long StampOf(ReadOnlySpan<byte> line) => _cutter.StampOf(line);

    public bool MayHoldLines { get; private set; } = true;

    public LineOutcome Read(ReadOnlySpan<byte> line)
    {
        if (!_cutter.TryCut(line, out var cut))
        {
            return LineShape.WhyNot(line);
        }

        // The daemon, the program that users call, and the one that runs their queue.
        if (!cut.Program.StartsWith("sendmail"u8) && !cut.Program.StartsWith("sm-"u8))
        {
            MayHoldLines = cut.HidesNames || cut.Message.IndexOf("sendmail"u8) >= 0 || cut.Message.IndexOf("sm-"u8) >= 0;

            return LineOutcome.OtherProgram;
        }

        var colon = cut.Message.IndexOf(": "u8);
        if (colon < 0 || !IsQueueId(cut.Message[..colon]))
        {
            ReadConnection(cut, cut.Message);

            return LineOutcome.NoDelivery;
        }

        var id = cut.Message[..colon];
        var rest = cut.Message[(colon + 2)..];

        return rest.StartsWith("from="u8) ? ReadArrival(cut, id, rest["from=".Length..])
            : rest.StartsWith("to="u8) ? ReadDelivery(cut, id, rest["to=".Length..])
            : rest.StartsWith("ruleset=check_rcpt, arg1="u8) ? ReadRefusal(cut, id, rest["ruleset=check_rcpt, arg1=".Length..])
            : rest.StartsWith("Milter: to="u8) ? ReadRefusal(cut, id, rest["Milter: to=".Length..])
            : rest.StartsWith("<"u8) ? ReadUnknownUser(cut, id, rest)
            : rest.IndexOf(": "u8) is > 0 and var second && IsQueueId(rest[..second]) ? ReadNotice(cut, id, rest[..second], rest[(second + 2)..])
            : ReadConnection(cut, rest);
    }

    private LineOutcome ReadArrival(in SyslogLine cut, ReadOnlySpan<byte> id, ReadOnlySpan<byte> rest)
    {
        var size = rest.IndexOf(", size="u8);
        if (size < 0 || Field(rest[size..], ", nrcpts="u8) is not { IsEmpty: false } recipients || !Utf8Parser.TryParse(recipients, out int count, out _))
        {
            return LineOutcome.Broken;
        }

        var host = messages.HostOf(cut.Host);
        host.LogsSubmissions = true;
        var message = FindOrOpen(host, cut, id);
        message.BeganAt = message.BeganAt == 0 ? cut.Ticks : message.BeganAt;
        message.Sender = Address(rest[..size], cut.Host);
        var after = rest[size..];
        message.Bytes = Utf8Parser.TryParse(Field(after, ", size="u8), out long bytes, out _) && bytes > 0 ? bytes : null;
        message.MessageId = Field(after, ", msgid="u8) is { IsEmpty: false } messageId ? LineText.Of(messageId).Trim('<', '>', ' ') : null;
        message.Outstanding = message.Outstanding == 0 ? count : message.Outstanding;
        var relay = Field(after, ", relay="u8);
        var isLocal = IsThisHost(relay);
        message.ClientAddress = isLocal || IpOf(relay) is not { IsEmpty: false } ip ? null : _names.Of(ip);
        if (_logins.TryGet((host, LineText.Of(cut.Process)), out var login) && login.Relay == LineText.Of(relay))
        {
            message.Login = login.Name;
        }

        message.Submitted = !(isLocal && message.Sender.Length == 0);

        // A bounce message that the submission's queue hands over.
        message.OwnMail |= !message.Submitted;
        messages.ReportHeld(message);
        if (count == 0)
        {
            messages.Close(host, message, cut.Ticks);
        }

        return message.OwnMail ? LineOutcome.OwnMail : LineOutcome.Used;
    }

    /// <summary><c>&lt;ann@example.net&gt;, relay=…, reject=550 5.7.1 …</c>: its sender is told when the message or the connection ends.</summary>
    private LineOutcome ReadRefusal(in SyslogLine cut, ReadOnlySpan<byte> id, ReadOnlySpan<byte> rest)
    {
        var reject = rest.IndexOf(", reject="u8);
        var end = rest.IndexOf(", "u8);
        if (reject < 0 || end <= 0)
        {
            return reject < 0 ? LineOutcome.NoDelivery : LineOutcome.Broken;
        }

        return Refuse(cut, id, rest[..end], rest[(reject + ", reject=".Length)..]);
    }

    /// <summary><c>&lt;nobody@shop.example&gt;... User unknown</c></summary>
    private LineOutcome ReadUnknownUser(in SyslogLine cut, ReadOnlySpan<byte> id, ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf(">... "u8);

        return end < 0 ? LineOutcome.NoDelivery : Refuse(cut, id, rest[..(end + 1)], rest);
    }

    private LineOutcome Refuse(in SyslogLine cut, ReadOnlySpan<byte> id, ReadOnlySpan<byte> recipient, ReadOnlySpan<byte> reply)
    {
        var code = LeadingCodes.Read(reply, out var enhanced);
        messages.Add(FindOrOpen(messages.HostOf(cut.Host), cut, id), new Attempt
        {
            Kind = DeliveryEventKind.Rejected,
            Recipient = Address(recipient, cut.Host),
            OccurredAt = cut.Ticks,
            ReplyCode = code == 0 ? null : code,
            EnhancedCode = enhanced.IsEmpty ? null : _names.Of(enhanced),
            Reply = LineText.Of(reply),
            Verdict = "reject",
            Attempted = false,
        });

        return LineOutcome.Used;
    }

    /// <summary>A message about another one: <c>… : sender notify: Cannot send message for 5 days</c>, <c>… : DSN: User unknown</c>.</summary>
    private LineOutcome ReadNotice(in SyslogLine cut, ReadOnlySpan<byte> id, ReadOnlySpan<byte> noticeId, ReadOnlySpan<byte> text)
    {
        var host = messages.HostOf(cut.Host);
        var notice = FindOrOpen(host, cut, noticeId);
        (notice.OwnMail, notice.Sender, notice.BeganAt, notice.Outstanding) = (true, "", cut.Ticks, 1);
        if (text.IndexOf("annot send message"u8) < 0)
        {
            return LineOutcome.OwnMail;
        }

        var message = FindOrOpen(host, cut, id);
        messages.Expire(message, cut.Ticks, "expired");
        End(host, message, cut.Ticks);

        return message.OwnMail ? LineOutcome.OwnMail : LineOutcome.Used;
    }

    private JoinedMessage FindOrOpen(HostMessages host, in SyslogLine cut, ReadOnlySpan<byte> id)
    {
        if (host.Find(id, cut.Ticks) is { } known)
        {
            return known;
        }

        if (_ended.TryGet((host.Name, LineText.Of(id)), out var ended))
        {
            return ended;
        }

        var message = messages.Open(host, id, cut.Ticks);
        message.HasUniqueId = true;

        return message;
    }

    private void End(HostMessages host, JoinedMessage message, long at)
    {
        if (host.ById.ContainsKey(message.QueueId))
        {
            messages.Close(host, message, at);
            if (message.BeganAt != 0)
            {
                _ended.Set((host.Name, message.QueueId), message);
            }
        }
    }

    /// <summary>An address without domain is this host's.</summary>
    private static string Address(ReadOnlySpan<byte> text, ReadOnlySpan<byte> host)
    {
        var address = LineText.Of(text).Trim('<', '>', ' ', '\\');

        return address.Length == 0 || address.Contains('@', StringComparison.Ordinal) ? address : $"{address}@{LineText.Of(host)}";
    }

    private static bool IsQueueId(ReadOnlySpan<byte> text)
    {
        var hasDigit = false;
        foreach (var value in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)value))
            {
                return false;
            }

            hasDigit |= char.IsAsciiDigit((char)value);
        }

        // "NOQUEUE" has none.
        return hasDigit && text.Length is >= 8 and <= 20;
    }

    /// <summary><c>ann@localhost</c>, <c>localhost [127.0.0.1]</c>, <c>[127.0.0.1] [127.0.0.1]</c></summary>
    private static bool IsThisHost(ReadOnlySpan<byte> relay) =>
        relay.IndexOf("[127.0.0."u8) >= 0 || relay.IndexOf("[IPv6:::1]"u8) >= 0 || relay.IndexOf("[::1]"u8) >= 0 || relay.EndsWith("@localhost"u8);

    /// <summary>The last part in square brackets.</summary>
    private static ReadOnlySpan<byte> IpOf(ReadOnlySpan<byte> relay)
    {
        var start = relay.LastIndexOf((byte)'[');
        var end = relay.LastIndexOf((byte)']');
        if (start < 0 || end < start)
        {
            return default;
        }

        var ip = relay[(start + 1)..end];

        return ip.StartsWith("IPv6:"u8) ? ip["IPv6:".Length..] : ip;
    }

    /// <summary>The field's value, up to the next one.</summary>
    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> name)
    {
        var at = rest.IndexOf(name);
        if (at < 0)
        {
            return default;
        }

        var value = rest[(at + name.Length)..];
        var end = value.IndexOf(", "u8);

        return end < 0 ? value : value[..end];
    }
}
