using System.Buffers;
using System.Buffers.Text;
using MailStats.Collector.Joining;
using MailStats.Contracts;

namespace MailStats.Collector.Formats;

/// <summary>
/// Postfix as it writes to syslog, postlogd or the journal. Joins by host and queue id:
/// <list type="bullet">
/// <item><c>smtpd: ID: client=</c>, <c>pickup: ID: uid=</c> and <c>cleanup: ID: message-id=</c> begin a message,</item>
/// <item><c>cleanup: ID: info: header Subject: …</c> (a <c>header_checks</c> rule) gives subject, From and spam score,</item>
/// <item><c>qmgr: ID: from=&lt;…&gt;, size=</c> gives sender and size, <c>status=expired</c> gives up, <c>removed</c> ends it,</item>
/// <item><c>smtp: ID: to=&lt;…&gt;, relay=, delay=, dsn=, status=</c> is an attempt.</item>
/// </list>
/// </summary>
internal sealed partial class PostfixReader(LogClock clock, MessageTable messages) : IConnectedFormat
{
    /// <summary>Ten seconds of a very busy server: a filter answers within less after its server has the mail.</summary>
    public const int LeftRemembered = 1_000;

    private static readonly SearchValues<byte> QueueIdBytes =
        SearchValues.Create("0123456789ABCDEFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz"u8);

    private static readonly SearchValues<byte> DaemonBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyz-"u8);

    private readonly SyslogCutter _cutter = new(clock);
    private readonly NameCache _names = new();
    private readonly IpNames _addresses = new();
    private readonly TlsConnections _connections = new();
    private readonly ContentFilterLines _filters = new(messages);

    public string Name => "postfix";

    public MessageTable Messages => messages;

    public long StampOf(ReadOnlySpan<byte> line) => _cutter.StampOf(line);

    public bool MayHoldLines { get; private set; } = true;

    public LineOutcome Read(ReadOnlySpan<byte> line)
    {
        if (!_cutter.TryCut(line, out var cut))
        {
            return LineShape.WhyNot(line);
        }

        var outcome = Read(cut);
        if (outcome == LineOutcome.OtherProgram)
        {
            // A content filter's line is about mail, but holds no line of another program.
            MayHoldLines = cut.MayHoldLine
                && (cut.HidesNames
                    || (!ContentFilterLines.IsFilter(cut.Program) && (ContentFilterLines.MayStandIn(cut.Message) || MayStandIn(cut.Message))));
        }

        return outcome;
    }

    private LineOutcome Read(in SyslogLine cut)
    {
        var daemon = cut.Program[(cut.Program.LastIndexOf((byte)'/') + 1)..];
        if (daemon.StartsWith("postfix"u8) && (daemon.Length == "postfix".Length || daemon[7] == '@' || daemon.SequenceEqual("postfix.service"u8)))
        {
            daemon = UnnamedDaemon(cut.Message);
        }
        else if (daemon.Length == cut.Program.Length)
        {
            return _filters.Read(cut);
        }

        return DaemonOf(daemon) switch
        {
            Daemon.Delivery => ReadDelivery(cut, daemon),
            Daemon.Smtpd => ReadSmtpd(cut),
            Daemon.Cleanup => ReadCleanup(cut),
            Daemon.Qmgr => ReadQmgr(cut),
            Daemon.Pickup => ReadPickup(cut),
            Daemon.Bounce => ReadBounce(cut),
            Daemon.Postsuper => ReadPostsuper(cut),
            Daemon.Quiet => LineOutcome.NoDelivery,
            _ => LineOutcome.OtherProgram,
        };
    }

    private enum Daemon
    {
        Other = 0,
        Delivery,
        Smtpd,
        Cleanup,
        Qmgr,
        Pickup,
        Bounce,
        Postsuper,
        Quiet,
    }

    private static Daemon DaemonOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when name.SequenceEqual("smtp"u8) || name.SequenceEqual("lmtp"u8) || name.SequenceEqual("pipe"u8) => Daemon.Delivery,
        4 when name.SequenceEqual("qmgr"u8) => Daemon.Qmgr,
        5 when name.SequenceEqual("smtpd"u8) => Daemon.Smtpd,
        5 when name.SequenceEqual("local"u8) || name.SequenceEqual("error"u8)
            || name.SequenceEqual("retry"u8) || name.SequenceEqual("relay"u8) => Daemon.Delivery,
        5 when name.SequenceEqual("nqmgr"u8) || name.SequenceEqual("oqmgr"u8) => Daemon.Qmgr,
        7 when name.SequenceEqual("cleanup"u8) => Daemon.Cleanup,
        7 when name.SequenceEqual("virtual"u8) || name.SequenceEqual("discard"u8) => Daemon.Delivery,
        6 when name.SequenceEqual("pickup"u8) => Daemon.Pickup,
        6 when name.SequenceEqual("bounce"u8) => Daemon.Bounce,
        10 when name.SequenceEqual("postscreen"u8) => Daemon.Smtpd,
        5 when name.SequenceEqual("defer"u8) || name.SequenceEqual("trace"u8) => Daemon.Bounce,
        9 when name.SequenceEqual("postsuper"u8) => Daemon.Postsuper,
        _ => IsQuiet(name) ? Daemon.Quiet : Daemon.Other,
    };

    /// <summary>True for a text that names Postfix, or one of its daemons behind a slash.</summary>
    private static bool MayStandIn(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf("postfix"u8) >= 0)
        {
            return true;
        }

        while (text.IndexOf((byte)'/') is >= 0 and var slash)
        {
            text = text[(slash + 1)..];
            var end = text.IndexOfAnyExcept(DaemonBytes);
            if (DaemonOf(end < 0 ? text : text[..end]) != Daemon.Other)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsQuiet(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("anvil"u8) || name.SequenceEqual("scache"u8) || name.SequenceEqual("master"u8) || name.SequenceEqual("tlsmgr"u8)
        || name.SequenceEqual("postfix-script"u8) || name.SequenceEqual("proxymap"u8) || name.SequenceEqual("trivial-rewrite"u8)
        || name.SequenceEqual("verify"u8) || name.SequenceEqual("flush"u8) || name.SequenceEqual("tlsproxy"u8) || name.SequenceEqual("dnsblog"u8)
        || name.SequenceEqual("sendmail"u8) || name.SequenceEqual("postdrop"u8) || name.SequenceEqual("postlog"u8) || name.SequenceEqual("postqueue"u8);

    /// <summary>Cuts <c>ID: rest</c>. Words that lines begin with (<c>warning</c>, <c>connect</c>, …) have letters no queue id has.</summary>
    private static bool TryCutId(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> id, out ReadOnlySpan<byte> rest)
    {
        var end = message.IndexOfAnyExcept(QueueIdBytes);
        if (end is < 5 or > 40 || end + 2 > message.Length || message[end] != ':' || message[end + 1] != ' ')
        {
            id = default;
            rest = default;
            return false;
        }

        id = message[..end];
        rest = message[(end + 2)..];

        return true;
    }

    private LineOutcome ReadBounce(in SyslogLine cut)
    {
        if (!TryCutId(cut.Message, out _, out var rest))
        {
            return LineOutcome.NoDelivery;
        }

        var colon = rest.LastIndexOf(" notification: "u8);
        if (colon < 0)
        {
            return LineOutcome.NoDelivery;
        }

        if (messages.HostOf(cut.Host).Find(rest[(colon + " notification: ".Length)..], cut.Ticks) is { Submitted: false } notice)
        {
            notice.OwnMail = true;
        }

        return LineOutcome.OwnMail;
    }

    private LineOutcome ReadPostsuper(in SyslogLine cut)
    {
        if (!TryCutId(cut.Message, out var id, out var rest) || !rest.StartsWith("removed"u8))
        {
            return LineOutcome.NoDelivery;
        }

        var host = messages.HostOf(cut.Host);
        var message = host.Find(id, cut.Ticks) ?? messages.Open(host, id, cut.Ticks);
        messages.Expire(message, cut.Ticks, "removed");
        messages.Close(host, message, cut.Ticks);

        return message.OwnMail ? LineOutcome.OwnMail : LineOutcome.Used;
    }

    private LineOutcome ReadQmgr(in SyslogLine cut)
    {
        if (!TryCutId(cut.Message, out var id, out var rest))
        {
            return LineOutcome.NoDelivery;
        }

        if (rest.StartsWith("removed"u8))
        {
            return Remove(cut, id);
        }

        if (!rest.StartsWith("from=<"u8))
        {
            // Before 2.3 the queue manager itself told of the recipients that it did not try.
            return rest.StartsWith("to=<"u8) ? ReadDelivery(cut, "qmgr"u8) : LineOutcome.NoDelivery;
        }

        var sized = rest.LastIndexOf(">, size="u8);
        var end = sized >= 0 ? sized : rest.LastIndexOf(">, status="u8);
        if (end < 0 || (end > "from=<".Length && !IsAddress(rest["from=<".Length..end])))
        {
            return LineOutcome.Broken;
        }

        var host = messages.HostOf(cut.Host);
        var message = host.Find(id, cut.Ticks) ?? messages.Open(host, id, cut.Ticks);
        SetSender(message, rest["from=<".Length..end]);
        if (sized >= 0)
        {
            if (Utf8Parser.TryParse(rest[(sized + ">, size=".Length)..], out long size, out _))
            {
                message.Bytes = size;
            }

            if (message.QueuedAt == 0)
            {
                message.QueuedAt = cut.Ticks;
            }

            messages.ReportHeld(message);

            return message.OwnMail ? LineOutcome.OwnMail : LineOutcome.Used;
        }

        messages.ReportHeld(message);
        var status = rest[(end + ">, status=".Length)..];
        if (status.StartsWith("expired"u8) || status.StartsWith("force-expired"u8))
        {
            messages.Expire(message, cut.Ticks, "expired");
        }

        return message.OwnMail ? LineOutcome.OwnMail : LineOutcome.Used;
    }

    private void SetSender(JoinedMessage message, ReadOnlySpan<byte> sender)
    {
        message.Sender ??= _names.Of(sender);
        if (!message.Submitted && message.BeganAt != 0 && (sender.IsEmpty || sender.StartsWith("double-bounce@"u8)))
        {
            message.OwnMail = true;
        }
    }

    private LineOutcome Remove(in SyslogLine cut, ReadOnlySpan<byte> id)
    {
        var host = messages.HostOf(cut.Host);
        if (host.Find(id, cut.Ticks) is not { } message)
        {
            return LineOutcome.NoDelivery;
        }

        messages.Close(host, message, cut.Ticks);

        return message.OwnMail ? LineOutcome.OwnMail : LineOutcome.Used;
    }
}
