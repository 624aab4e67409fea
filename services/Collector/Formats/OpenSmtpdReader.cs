using System.Buffers.Text;
using MailStats.Collector.Joining;
using MailStats.Contracts;
using MailStats.Mail.Replies;

namespace MailStats.Collector.Formats;

/// <summary>
/// OpenSMTPD 6.4 and later. Joins by message id, the first eight digits of an envelope's: <c>smtp message msgid= size=</c> and
/// <c>smtp envelope evpid= from= to=</c> begin it, <c>mta delivery</c> and <c>mda delivery</c> are attempts,
/// <c>relay: Expire for</c> gives up on one recipient. It ends when every envelope has.
/// </summary>
internal sealed class OpenSmtpdReader(LogClock clock, MessageTable messages) : ILogFormat
{
    private const int SessionLength = 16;
    private const int MessageIdLength = 8;
    private const int MaximumSessions = 10_000;

    private readonly SyslogCutter _cutter = new(clock);
    private readonly NameCache _names = new();
    /// <summary>Sessions of others than this host itself. The server hands in its own bounce messages in sessions of its own.</summary>
    private readonly HashSet<string> _clients = new(ByteKeys.Instance);

    public string Name => "opensmtpd";

    public MessageTable Messages => messages;

    public long StampOf(ReadOnlySpan<byte> line) => _cutter.StampOf(line);

    public LineOutcome Read(ReadOnlySpan<byte> line)
    {
        if (!_cutter.TryCut(line, out var cut))
        {
            return LineShape.WhyNot(line);
        }

        if (!cut.Program.SequenceEqual("smtpd"u8))
        {
            return LineOutcome.OtherProgram;
        }

        if (cut.Message.StartsWith("relay: Expire for "u8))
        {
            return ReadExpiry(cut, cut.Message["relay: Expire for ".Length..]);
        }

        if (cut.Message.Length < SessionLength + 2 || cut.Message[SessionLength] != ' ' || !IsHex(cut.Message[..SessionLength]))
        {
            return LineOutcome.NoDelivery;
        }

        var session = cut.Message[..SessionLength];
        var rest = cut.Message[(SessionLength + 1)..];

        return rest.StartsWith("smtp message msgid="u8) ? ReadMessage(cut, session, rest["smtp message msgid=".Length..])
            : rest.StartsWith("smtp envelope evpid="u8) ? ReadEnvelope(cut, rest["smtp envelope evpid=".Length..])
            : rest.StartsWith("mta delivery evpid="u8) ? ReadDelivery(cut, rest["mta delivery evpid=".Length..], local: false)
            : rest.StartsWith("mda delivery evpid="u8) ? ReadDelivery(cut, rest["mda delivery evpid=".Length..], local: true)
            : rest.StartsWith("smtp failed-command command=\"RCPT TO:<"u8) ? LineOutcome.NoDelivery
            : ReadSession(session, rest);
    }

    private LineOutcome ReadSession(ReadOnlySpan<byte> session, ReadOnlySpan<byte> rest)
    {
        var clients = _clients.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (rest.StartsWith("smtp connected "u8) && !rest.StartsWith("smtp connected address=local"u8))
        {
            if (_clients.Count >= MaximumSessions)
            {
                _clients.Clear();
            }

            clients.Add(session);
        }
        else if (rest.StartsWith("smtp disconnected"u8))
        {
            clients.Remove(session);
        }

        return LineOutcome.NoDelivery;
    }

    private LineOutcome ReadMessage(in SyslogLine cut, ReadOnlySpan<byte> session, ReadOnlySpan<byte> rest)
    {
        if (rest.Length < MessageIdLength || !IsHex(rest[..MessageIdLength]))
        {
            return LineOutcome.Broken;
        }

        var host = messages.HostOf(cut.Host);
        host.LogsSubmissions = true;
        var message = FindOrOpen(host, cut, rest[..MessageIdLength]);
        message.BeganAt = message.BeganAt == 0 ? cut.Ticks : message.BeganAt;
        message.Submitted = _clients.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(session);
        if (Field(rest, " size="u8) is { IsEmpty: false } size && Utf8Parser.TryParse(size, out long bytes, out _))
        {
            message.Bytes = bytes;
        }

        return LineOutcome.Used;
    }

    private LineOutcome ReadEnvelope(in SyslogLine cut, ReadOnlySpan<byte> rest)
    {
        if (rest.Length < SessionLength || !IsHex(rest[..SessionLength]) || !TryAddress(rest, " from=<"u8, "> to=<"u8, out var from)
            || !TryAddress(rest, " to=<"u8, ">"u8, out var to))
        {
            return LineOutcome.Broken;
        }

        var message = FindOrOpen(messages.HostOf(cut.Host), cut, rest[..MessageIdLength]);
        message.Sender = _names.Of(from);
        message.OwnMail = from.IsEmpty && message.BeganAt != 0 && !message.Submitted;
        message.Outstanding++;
        messages.ReportHeld(message);
        messages.Add(message, new Attempt { Kind = DeliveryEventKind.Accepted, Recipient = LineText.Of(to), OccurredAt = cut.Ticks, Attempted = false });

        return message.OwnMail ? LineOutcome.OwnMail : LineOutcome.Used;
    }

    private LineOutcome ReadDelivery(in SyslogLine cut, ReadOnlySpan<byte> rest, bool local)
    {
        var stat = rest.IndexOf(" stat=\""u8);
        if (rest.Length < SessionLength || !IsHex(rest[..SessionLength]) || stat < 0 || !TryAddress(rest, " to=<"u8, "> rcpt=<"u8, out var to))
        {
            return LineOutcome.Broken;
        }

        var result = Field(rest, " result=\""u8);
        var kind = result.StartsWith("Ok"u8) ? DeliveryEventKind.Delivered
            : result.StartsWith("PermFail"u8) || result.StartsWith("LoopDetect"u8) ? DeliveryEventKind.Bounced
            : result.StartsWith("TempFail"u8) ? DeliveryEventKind.Deferred
            : DeliveryEventKind.Unknown;
        if (kind == DeliveryEventKind.Unknown)
        {
            return LineOutcome.Broken;
        }

        var reply = rest[(stat + " stat=\"".Length)..];
        reply = reply is [.., (byte)'"'] ? reply[..^1] : reply;
        var code = LeadingCodes.Read(reply, out var enhanced);

        return Take(cut, rest, new Attempt
        {
            Kind = kind,
            Recipient = LineText.Of(to),
            OccurredAt = cut.Ticks,
            ReplyCode = code == 0 ? null : code,
            EnhancedCode = enhanced.IsEmpty ? null : _names.Of(enhanced),
            Reply = LineText.Of(reply),
            RemoteHost = RelayHost(rest),
            Verdict = kind switch { DeliveryEventKind.Delivered => "Ok", DeliveryEventKind.Bounced => "PermFail", _ => "TempFail" },
            Local = local,

            // No source: no server of the domain could be reached, so none was asked.
            Attempted = rest.IndexOf(" source=\"-\""u8) < 0,
        });
    }

    private LineOutcome ReadExpiry(in SyslogLine cut, ReadOnlySpan<byte> rest)
    {
        if (rest.Length < SessionLength || !IsHex(rest[..SessionLength]) || !TryAddress(rest, " to=<"u8, ">, rcpt=<"u8, out var to))
        {
            return LineOutcome.Broken;
        }

        return Take(cut, rest, new Attempt
        {
            Kind = DeliveryEventKind.Expired,
            Recipient = LineText.Of(to),
            OccurredAt = cut.Ticks,
            Reply = "Envelope expired",
            Verdict = "Expire",
            Attempted = false,
            GaveUp = true,
        });
    }

    private LineOutcome Take(in SyslogLine cut, ReadOnlySpan<byte> evpid, Attempt attempt)
    {
        var host = messages.HostOf(cut.Host);
        var id = evpid[..MessageIdLength];
        var message = FindOrOpen(host, cut, id);
        if (message.Sender is null && TryAddress(evpid, " from=<"u8, attempt.Verdict == "Expire" ? ">, to=<"u8 : "> to=<"u8, out var from))
        {
            message.Sender = _names.Of(from);
        }

        messages.Add(message, attempt);
        if (attempt.Kind != DeliveryEventKind.Deferred && --message.Outstanding == 0 && message.BeganAt != 0)
        {
            messages.Close(host, message, cut.Ticks);
        }

        return message.OwnMail ? LineOutcome.OwnMail : LineOutcome.Used;
    }

    private JoinedMessage FindOrOpen(HostMessages host, in SyslogLine cut, ReadOnlySpan<byte> id) =>
        host.Find(id, cut.Ticks) ?? messages.Open(host, id, cut.Ticks);

    /// <summary><c>relay="192.0.2.1 (mx.example.net)"</c>: the name where there is one.</summary>
    private string? RelayHost(ReadOnlySpan<byte> rest)
    {
        var at = rest.IndexOf(" relay=\""u8);
        if (at < 0)
        {
            return null;
        }

        var relay = rest[(at + " relay=\"".Length)..];
        var end = relay.IndexOf((byte)'"');
        relay = end < 0 ? relay : relay[..end];
        var open = relay.IndexOf((byte)'(');
        relay = open < 0 ? relay : relay[(open + 1)..].TrimEnd((byte)')');

        return relay.IsEmpty ? null : _names.Of(relay);
    }

    private static bool TryAddress(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after, out ReadOnlySpan<byte> address)
    {
        address = default;
        var start = rest.IndexOf(before);
        if (start < 0)
        {
            return false;
        }

        address = rest[(start + before.Length)..];
        var end = address.IndexOf(after);
        if (end < 0)
        {
            return false;
        }

        address = address[..end];

        return true;
    }

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> name)
    {
        var at = rest.IndexOf(name);

        return at < 0 ? default : rest[(at + name.Length)..];
    }

    private static bool IsHex(ReadOnlySpan<byte> text)
    {
        foreach (var digit in text)
        {
            if (!char.IsAsciiHexDigitLower((char)digit))
            {
                return false;
            }
        }

        return true;
    }
}
