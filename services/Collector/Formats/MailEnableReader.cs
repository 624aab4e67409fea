using System.Globalization;
using System.Text.RegularExpressions;
using MailStats.Collector.Joining;
using MailStats.Mail.Replies;

namespace MailStats.Collector.Formats;

/// <summary>
/// MailEnable's SMTP activity log: tab-separated, in the server's zone, one line a command: time, <c>SMTP-OU</c> or <c>SMTP-IN</c>, the message's
/// file, socket, address, command, its details, the reply (MailEnable's article ME020170). The conversations with other servers are read;
/// a message is named by its file, which keeps its name until the message has left.
/// </summary>
internal sealed partial class MailEnableReader(LogClock clock, MessageTable messages) : ILogFormat
{
    /// <summary>Conversations at once.</summary>
    private const int RememberedSessions = 1_000;

    /// <summary>Messages whose first line is remembered; 100 bytes each.</summary>
    private const int RememberedMessages = 20_000;

    private readonly NamedColumns _row = new('\t');
    private readonly RecentTable<(string File, string Socket), OutgoingSession> _sessions = new(RememberedSessions);
    private readonly RecentTable<string, long> _begun = new(RememberedMessages);

    public string Name => "mailenable";

    public MessageTable Messages => messages;

    public string? Problem { get; private set; }

    public long StampOf(ReadOnlySpan<byte> line) => IsLine(line) && _row.TryRead(LineText.Of(line)) ? TimeOf(_row[0]) : 0;

    public bool HasOwnLines => true;

    public bool IsOwnLine(ReadOnlySpan<byte> line) => IsLine(line);

    public LineOutcome Read(ReadOnlySpan<byte> line)
    {
        Problem = null;
        if (!IsLine(line))
        {
            return LineShape.WhyNot(line);
        }

        if (!_row.TryRead(LineText.Of(line)) || _row.Count < 8 || TimeOf(_row[0]) is not (not 0 and var at))
        {
            return LineOutcome.Broken;
        }

        return _row[1] == "SMTP-OU" && _row[2].Length > 0 ? ReadCommand(at) : LineOutcome.NoDelivery;
    }

    private static bool IsLine(ReadOnlySpan<byte> line) => line.Length > 26 && line[2] == '/' && line[17] == '\t' && line[18..].StartsWith("SMTP-"u8);

    private LineOutcome ReadCommand(long at)
    {
        var file = _row[2];
        var command = _row[5].ToUpperInvariant();
        if (!_begun.TryGet(file, out var began))
        {
            _begun.Set(file, began = at);
        }

        var isGreeting = command.Length == 0 && _row[7].StartsWith("220", StringComparison.Ordinal);
        if (!_sessions.TryGet((file, _row[3]), out var session) || (isGreeting && session.Sender is not null))
        {
            session = new OutgoingSession();
            _sessions.Set((file, _row[3]), session);
        }

        Ask(session, command);
        var answered = session.Answer(_row[7]);
        if (session.HasTooMany)
        {
            Problem = OutgoingSession.TooMany;

            return LineOutcome.Broken;
        }

        if (answered.Count == 0)
        {
            return LineOutcome.NoDelivery;
        }

        if (session.Sender is not { Length: > 0 } sender)
        {
            return LineOutcome.OwnMail;
        }

        var message = new JoinedMessage("", file) { Key = "mailenable-" + file, BeganAt = began, Sender = sender };
        foreach (var recipient in answered)
        {
            messages.Publish(message, AttemptOf(at, recipient, _row[7], session.RemoteHost ?? _row[4]));
        }

        return LineOutcome.Used;
    }

    private void Ask(OutgoingSession session, string command)
    {
        var address = Address().Match(_row[6]) is { Success: true } match ? match.Groups["address"].Value : null;
        switch (command)
        {
            case "MAIL" when address is not null:
                session.Mail(address);
                break;
            case "RCPT" when address is not null:
                session.Recipient(address);
                break;

            // Its reply, 354 or the last one, says which of the two it is.
            case "DATA":
                session.Data();
                break;
            case "" or ".":
                break;
            default:
                session.OtherCommand();
                break;
        }
    }

    private static Attempt AttemptOf(long at, string recipient, string reply, string remoteHost)
    {
        var code = LeadingCodes.Read(reply.AsSpan(), out var enhanced);

        return new()
        {
            Kind = OutgoingSession.KindOf(code),
            Recipient = recipient,
            OccurredAt = at,
            ReplyCode = code,
            EnhancedCode = enhanced.IsEmpty ? null : enhanced.ToString(),
            Reply = reply,
            RemoteHost = remoteHost.Length == 0 ? null : remoteHost,
        };
    }

    /// <summary><c>03/25/26 08:00:02</c></summary>
    private long TimeOf(string text) =>
        DateTime.TryParseExact(text, "MM/dd/yy HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) ? clock.FromLocal(local) : 0;

    [GeneratedRegex(@"<(?<address>[^>]*)>", RegexOptions.None, Matching.Milliseconds)]
    private static partial Regex Address();
}
