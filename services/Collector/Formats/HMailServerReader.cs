using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MailStats.Collector.Joining;
using MailStats.Contracts;
using MailStats.Mail.Replies;

namespace MailStats.Collector.Formats;

/// <summary>
/// hMailServer's log with <c>APPLICATION</c> and <c>SMTPC</c> lines, tab-separated, in the server's zone. <c>SMTPDeliverer - Message 5:
/// Delivering message from … to …</c> begins a round of attempts; the conversations that follow, which do not name the message, belong to the
/// longest waiting one of their sender and recipient. Mailboxes of the server's own are not told of.
/// </summary>
internal sealed partial class HMailServerReader(LogClock clock, MessageTable messages) : ILogFormat
{
    /// <summary>Conversations at once; hMailServer's own limit is far below.</summary>
    private const int RememberedSessions = 1_000;

    /// <summary>Pairs of sender and recipient that wait for a conversation.</summary>
    public const int MaximumWaiting = 20_000;

    private readonly NamedColumns _row = new('\t');
    private readonly HostMessages _host = messages.HostOf(default);
    private readonly RecentTable<string, OutgoingSession> _sessions = new(RememberedSessions);
    private readonly Dictionary<(string Sender, string Recipient), List<JoinedMessage>> _waiting = [];

    public string Name => "hmailserver";

    public MessageTable Messages => messages;

    public string? Problem { get; private set; }

    public long StampOf(ReadOnlySpan<byte> line) => IsLine(line) && _row.TryRead(LineText.Of(line)) ? TimeOf(_row[IsSession() ? 3 : 2]) : 0;

    public bool HasOwnLines => true;

    public bool IsOwnLine(ReadOnlySpan<byte> line) => IsLine(line);

    public LineOutcome Read(ReadOnlySpan<byte> line)
    {
        Problem = null;
        if (!IsLine(line))
        {
            return LineShape.WhyNot(line);
        }

        if (!_row.TryRead(LineText.Of(line)))
        {
            return LineOutcome.Broken;
        }

        if (IsSession())
        {
            return _row.Count < 6 || TimeOf(_row[3]) is not (not 0 and var at) ? LineOutcome.Broken
                : _row[0] == "SMTPC" ? ReadSession(at, _row[2], _row[5].Replace("[nl]", "\n", StringComparison.Ordinal))
                : LineOutcome.NoDelivery;
        }

        return _row[0] != "APPLICATION" ? LineOutcome.NoDelivery
            : _row.Count < 4 || TimeOf(_row[2]) is not (not 0 and var time) ? LineOutcome.Broken
            : Deliverer().Match(_row[3]) is { Success: true } deliverer ? ReadDeliverer(time, deliverer.Groups["id"].Value, deliverer.Groups["said"].Value)
            : LineOutcome.NoDelivery;
    }

    private static bool IsLine(ReadOnlySpan<byte> line) => line is [(byte)'"', >= (byte)'A' and <= (byte)'Z', ..] && line.IndexOf("\"\t"u8) is > 3 and < 16;

    private bool IsSession() => _row[0] is "SMTPC" or "SMTPD" or "POP3D" or "POP3C" or "IMAPD";

    private LineOutcome ReadDeliverer(long at, string id, string said)
    {
        if (Delivering().Match(said) is { Success: true } delivering)
        {
            return Begin(at, id, delivering);
        }

        if (_host.Find(Encoding.ASCII.GetBytes(id), at) is not { } message)
        {
            return LineOutcome.NoDelivery;
        }

        if (said.StartsWith("Message could not be delivered.", StringComparison.Ordinal))
        {
            Conclude(message, at, hasEnded: !said.Contains("Scheduling it", StringComparison.Ordinal));
            Forget(message);
        }
        else if (said.StartsWith("Message delivery thread completed", StringComparison.Ordinal))
        {
            Forget(message);
            if (message.Deferred is null or { Count: 0 })
            {
                messages.Close(_host, message, at);
            }
        }
        else
        {
            return LineOutcome.NoDelivery;
        }

        return message.OwnMail ? LineOutcome.OwnMail : LineOutcome.Used;
    }

    private LineOutcome Begin(long at, string id, Match delivering)
    {
        var number = Encoding.ASCII.GetBytes(id);
        var message = _host.Find(number, at) ?? messages.Open(_host, number, at);
        message.BeganAt = message.BeganAt == 0 ? at : message.BeganAt;

        // The file keeps its name from one round to the next; numbers begin anew with a new database.
        message.Key ??= "hmailserver-" + (delivering.Groups["file"] is { Success: true } file ? file.Value : id);
        var sender = delivering.Groups["sender"].Value;
        message.Sender = sender is "<Empty>" or "<>" ? "" : sender;
        message.OwnMail = message.Sender.Length == 0;
        message.Recipients = [.. delivering.Groups["recipients"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        if (_waiting.Count + message.Recipients.Count > MaximumWaiting)
        {
            Problem = string.Create(
                CultureInfo.InvariantCulture, $"more than {MaximumWaiting:N0} recipients are being delivered to at once: what becomes of these is not told");

            return LineOutcome.Broken;
        }

        foreach (var recipient in message.Recipients)
        {
            var pair = Pair(message.Sender, recipient);
            if (!_waiting.TryGetValue(pair, out var waiting))
            {
                _waiting.Add(pair, waiting = []);
            }

            waiting.Add(message);
        }

        return message.OwnMail ? LineOutcome.OwnMail : LineOutcome.Used;
    }

    private LineOutcome ReadSession(long at, string id, string said)
    {
        if (!_sessions.TryGet(id, out var session) || said.StartsWith("RECEIVED: 220", StringComparison.Ordinal) && session.Sender is not null)
        {
            session = new OutgoingSession();
            _sessions.Set(id, session);
        }

        if (said.StartsWith("SENT: ", StringComparison.Ordinal))
        {
            Ask(session, said["SENT: ".Length..]);

            return LineOutcome.NoDelivery;
        }

        var reply = said.StartsWith("RECEIVED: ", StringComparison.Ordinal) ? said["RECEIVED: ".Length..].TrimEnd() : "";
        var answered = session.Answer(reply);
        foreach (var recipient in answered)
        {
            Take(session, recipient, reply, at);
        }

        if (session.HasTooMany)
        {
            Problem = OutgoingSession.TooMany;

            return LineOutcome.Broken;
        }

        return answered.Count == 0 ? LineOutcome.NoDelivery : LineOutcome.Used;
    }

    private static void Ask(OutgoingSession session, string command)
    {
        if (Path().Match(command) is { Success: true } path)
        {
            if (path.Groups["verb"].Value is ['M' or 'm', ..])
            {
                session.Mail(path.Groups["address"].Value);
            }
            else
            {
                session.Recipient(path.Groups["address"].Value);
            }
        }
        else if (command.Equals("DATA", StringComparison.OrdinalIgnoreCase))
        {
            session.Data();
        }
        else if (command.Trim() == ".")
        {
            session.Message();
        }
        else
        {
            session.OtherCommand();
        }
    }

    private void Take(OutgoingSession session, string recipient, string reply, long at)
    {
        var pair = Pair(session.Sender ?? "", recipient);
        if (!_waiting.TryGetValue(pair, out var waiting) || waiting.Count == 0)
        {
            return;
        }

        var message = waiting[0];
        waiting.RemoveAt(0);
        if (waiting.Count == 0)
        {
            _waiting.Remove(pair);
        }

        var code = LeadingCodes.Read(reply.AsSpan(), out var enhanced);
        messages.Add(message, new Attempt
        {
            Kind = OutgoingSession.KindOf(code),
            Recipient = message.Recipients?.Find(known => known.Equals(recipient, StringComparison.OrdinalIgnoreCase)) ?? recipient,
            OccurredAt = at,
            ReplyCode = code,
            EnhancedCode = enhanced.IsEmpty ? null : enhanced.ToString(),
            Reply = reply,
            RemoteHost = session.RemoteHost,
        });
    }

    /// <summary>A round has failed: who was answered nothing is known where there is one recipient only, since others may have mailboxes here.</summary>
    private void Conclude(JoinedMessage message, long at, bool hasEnded)
    {
        if (message is { Recipients: [var only] } && _waiting.TryGetValue(Pair(message.Sender ?? "", only), out var waiting) && waiting.Contains(message))
        {
            messages.Add(message, new Attempt
            {
                Kind = DeliveryEventKind.Deferred,
                Recipient = only,
                OccurredAt = at,
                Reply = "Message could not be delivered.",
                Attempted = false,
                Waits = true,
            });
        }

        if (hasEnded)
        {
            messages.Expire(message, at, "expired");
        }
    }

    private void Forget(JoinedMessage message)
    {
        foreach (var pair in (message.Recipients ?? []).Select(recipient => Pair(message.Sender ?? "", recipient)))
        {
            if (_waiting.TryGetValue(pair, out var waiting) && waiting.Remove(message) && waiting.Count == 0)
            {
                _waiting.Remove(pair);
            }
        }
    }

    private static (string Sender, string Recipient) Pair(string sender, string recipient) => (sender.ToLowerInvariant(), recipient.ToLowerInvariant());

    private long TimeOf(string text) => Stamps.TryReadIso(Encoding.UTF8.GetBytes(text), out var local, out _, out _) ? clock.FromLocal(local) : 0;

    [GeneratedRegex(@"^SMTPDeliverer - Message (?<id>\d{1,19}): (?<said>.*)$", RegexOptions.Singleline, Matching.Milliseconds)]
    private static partial Regex Deliverer();

    [GeneratedRegex(
        @"^Delivering message from (?<sender>\S*) to (?<recipients>.+?)\.( File: (.*\{(?<file>[0-9A-Fa-f-]{36})\})?.*)?$",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        Matching.Milliseconds)]
    private static partial Regex Delivering();

    [GeneratedRegex(@"^(?<verb>MAIL FROM|RCPT TO):\s*<(?<address>[^>]*)>", RegexOptions.IgnoreCase, Matching.Milliseconds)]
    private static partial Regex Path();
}
