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
internal sealed partial class OpenSmtpdReader(LogClock clock, MessageTable messages) : IConnectedFormat
{
    /// <summary>A proxy's mail, and the envelopes that an alias adds to a message whose last one seemed to have ended.</summary>
    public const int LeftRemembered = 5_000;

    private const int SessionLength = 16;
    private const int MessageIdLength = 8;

    private readonly SyslogCutter _cutter = new(clock);
    private readonly NameCache _names = new();
    private readonly IpNames _addresses = new();
    private readonly OpenSmtpdSessions _sessions = new();

    public string Name => "opensmtpd";

    public MessageTable Messages => messages;

    public long StampOf(ReadOnlySpan<byte> line) => _cutter.StampOf(line);

    public bool MayHoldLines { get; private set; } = true;

    public LineOutcome Read(ReadOnlySpan<byte> line)
    {
        if (!_cutter.TryCut(line, out var cut))
        {
            return LineShape.WhyNot(line);
        }

        if (!cut.Program.SequenceEqual("smtpd"u8))
        {
            MayHoldLines = cut.HidesNames || cut.Message.IndexOf("smtpd"u8) >= 0;

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
            : rest.StartsWith("mta delivery evpid="u8) ? ReadDelivery(cut, session, rest["mta delivery evpid=".Length..], local: false)
            : rest.StartsWith("mda delivery evpid="u8) ? ReadDelivery(cut, session, rest["mda delivery evpid=".Length..], local: true)
            : rest.StartsWith("smtp failed-command command=\"RCPT TO:<"u8) ? LineOutcome.NoDelivery
            : _sessions.Read(session, rest, cut.Ticks);
    }

    public IEnumerable<ConnectionState> Connections() => _sessions.Kept();

    public void Restore(IEnumerable<ConnectionState> connections) => _sessions.Restore(connections);

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
        if (_sessions.ClientOf(session) is { } client)
        {
            message.Submitted = true;
            message.ClientAddress = client.Address;
            message.Login = client.Login;
        }
        else
        {
            message.Submitted = false;
        }

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
        host.Find(id, cut.Ticks) ?? (host.FindLeft(id) is { BeganAt: not 0 } left ? left : messages.Open(host, id, cut.Ticks));

    private static ReadOnlySpan<byte> Quoted(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> name)
    {
        var text = Field(rest, name);
        var end = text.IndexOf((byte)'"');

        return end < 0 ? text : text[..end];
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
