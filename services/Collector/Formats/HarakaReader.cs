using System.Text.RegularExpressions;
using MailStats.Collector.Joining;
using MailStats.Contracts;
using MailStats.Mail.Replies;

namespace MailStats.Collector.Formats;

/// <summary>
/// Haraka's log at level INFO or more, with times before its lines (its own <c>timestamps</c>, those of s6 or syslog), and the JSON lines
/// of haraka-plugin-outbound-logger. A message is a transaction, <c>UUID.1</c>, begun by <c>sender</c>; what goes out for it is one
/// delivery a domain or, where Haraka splits, a recipient: <c>UUID.1.1</c>, <c>UUID.1.2</c>, … in the order of the recipients.
/// </summary>
internal sealed partial class HarakaReader(LogClock clock, MessageTable messages) : ILogFormat
{
    /// <summary>Connections at once whose client is remembered.</summary>
    private const int RememberedClients = 10_000;

    private readonly SyslogCutter _cutter = new(clock);
    private readonly RecentTable<string, string> _clients = new(RememberedClients);

    public string Name => "haraka";

    public MessageTable Messages => messages;

    public string? Problem { get; private set; }

    public long StampOf(ReadOnlySpan<byte> line) =>
        HarakaRecord.Parse(line) is { } record ? record.Time?.UtcTicks ?? 0
        : TryCut(line, out var at, out _, out _) ? at
        : 0;

    public LineOutcome Read(ReadOnlySpan<byte> line)
    {
        Problem = null;
        if (HarakaRecord.Parse(line) is { } record)
        {
            return ReadRecord(record);
        }

        if (!TryCut(line, out var at, out var host, out var text))
        {
            return LineShape.WhyNot(line);
        }

        if (Line().Match(text) is not { Success: true } parts)
        {
            return LineOutcome.NotThisFormat;
        }

        var id = parts.Groups["id"].Value;
        var said = parts.Groups["said"].Value;

        return parts.Groups["source"].Value switch
        {
            "core" when Connect().Match(said) is { Success: true } connect => ReadConnect(id, connect.Groups["ip"].Value),
            "core" when Transaction().IsMatch(id) => ReadTransaction(at, host, id, said),
            "outbound" when Outgoing().IsMatch(id) => ReadOutgoing(at, host, id, said),
            _ => LineOutcome.NoDelivery,
        };
    }

    private bool TryCut(ReadOnlySpan<byte> line, out long at, out string host, out string text)
    {
        (at, host, text) = (0, "", "");
        if (Stamps.TryReadIso(line, out var local, out var offset, out var length) && line[length..].TrimStart((byte)' ') is [(byte)'[', ..] rest)
        {
            at = offset is { } zone ? clock.FromUtc(local.Ticks - zone.Ticks) : clock.FromLocal(local);
            text = LineText.Of(rest);

            return true;
        }

        if (!_cutter.TryCut(line, out var cut) || !cut.Program.StartsWith("haraka"u8))
        {
            return false;
        }

        (at, host, text) = (cut.Ticks, LineText.Of(cut.Host), LineText.Of(cut.Message));

        return true;
    }

    private LineOutcome ReadConnect(string id, string ip)
    {
        if (IpNames.Read(ip) is { } address)
        {
            _clients.Set(id, address);
        }

        return LineOutcome.NoDelivery;
    }

    private LineOutcome ReadTransaction(long at, string host, string id, string said)
    {
        if (Sender().Match(said) is { Success: true } sender)
        {
            var begun = FindOrOpen(host, id, at);
            begun.BeganAt = begun.BeganAt == 0 ? at : begun.BeganAt;
            begun.Sender = sender.Groups["address"].Value;
            begun.ClientAddress = _clients.TryGet(id[..id.LastIndexOf('.')], out var client) ? client : begun.ClientAddress;

            return LineOutcome.Used;
        }

        if (Find(host, id, at) is not { } message)
        {
            return LineOutcome.NoDelivery;
        }

        if (Recipient().Match(said) is { Success: true } recipient)
        {
            return ReadRecipient(message, at, recipient);
        }

        if (Message().Match(said) is { Success: true } facts)
        {
            message.MessageId = facts.Groups["id"].Value;
            message.Bytes = long.Parse(facts.Groups["size"].Value, System.Globalization.CultureInfo.InvariantCulture);

            return LineOutcome.Used;
        }

        return Queue().Match(said) is { Success: true } queue ? ReadQueue(host, message, at, queue) : LineOutcome.NoDelivery;
    }

    private LineOutcome ReadRecipient(JoinedMessage message, long at, Match recipient)
    {
        var address = recipient.Groups["address"].Value;
        if (recipient.Groups["code"].Value.StartsWith("DENY", StringComparison.Ordinal))
        {
            messages.Add(message, Refusal(address, at, recipient.Groups["text"].Value));
        }
        else if (message.Recipients?.Contains(address) != true)
        {
            if (message.Recipients is { Count: >= MaximumRecipients })
            {
                Problem = $"the message has more than {MaximumRecipients} recipients";

                return LineOutcome.Broken;
            }

            (message.Recipients ??= []).Add(address);
        }

        return LineOutcome.Used;
    }

    /// <summary><c>OK … Message Queued</c> is Haraka's own queue; other mail was given to the server behind it, and is not heard of again.</summary>
    private LineOutcome ReadQueue(string host, JoinedMessage message, long at, Match queue)
    {
        var isOwn = queue.Groups["text"].Value.StartsWith("Message Queued", StringComparison.Ordinal);
        if (queue.Groups["code"].Value.StartsWith("DENY", StringComparison.Ordinal))
        {
            message.Recipients?.ForEach(address => messages.Add(message, Refusal(address, at, queue.Groups["text"].Value)));
        }
        else if (queue.Groups["code"].Value != "OK")
        {
            // Asked of one plugin after the other; the last word follows.
            return LineOutcome.NoDelivery;
        }
        else if (isOwn)
        {
            message.OwnMail = message.Sender is { Length: 0 };
            message.Recipients?.ForEach(
                address => messages.Add(message, new Attempt { Kind = DeliveryEventKind.Accepted, Recipient = address, OccurredAt = at, Attempted = false }));

            return LineOutcome.Used;
        }

        messages.Close(HostOf(host), message, at);

        return LineOutcome.Used;
    }

    private static Attempt Refusal(string address, long at, string text)
    {
        var code = LeadingCodes.Read(text.AsSpan(), out var enhanced);

        return new()
        {
            Kind = DeliveryEventKind.Rejected,
            Recipient = address,
            OccurredAt = at,
            ReplyCode = code == 0 ? null : code,
            EnhancedCode = enhanced.IsEmpty ? null : enhanced.ToString(),
            Reply = text.Length == 0 ? null : text,
            Verdict = "DENY",
            Attempted = false,
        };
    }

    private HostMessages HostOf(string host) => messages.HostOf(System.Text.Encoding.UTF8.GetBytes(host));

    private JoinedMessage? Find(string host, string id, long at) => HostOf(host).Find(System.Text.Encoding.UTF8.GetBytes(id), at);

    private JoinedMessage FindOrOpen(string host, string id, long at)
    {
        if (Find(host, id, at) is { } known)
        {
            return known;
        }

        var message = messages.Open(HostOf(host), System.Text.Encoding.UTF8.GetBytes(id), at);
        message.HasUniqueId = true;

        // The transaction's id alone: it is never used again.
        message.Key = "haraka-" + id;

        return message;
    }

    [GeneratedRegex(@"^\[(?<level>[A-Z]+)\] \[(?<id>[^\]]*)\] \[(?<source>[^\]]+)\]\s+(?<said>.*)$", RegexOptions.Singleline, Matching.Milliseconds)]
    private static partial Regex Line();

    [GeneratedRegex(@"^[0-9A-F]{8}-[0-9A-F-]{27}\.\d+$", RegexOptions.IgnoreCase, Matching.Milliseconds)]
    private static partial Regex Transaction();

    [GeneratedRegex(@"^[0-9A-F]{8}-[0-9A-F-]{27}\.\d+\.\d+$", RegexOptions.IgnoreCase, Matching.Milliseconds)]
    private static partial Regex Outgoing();

    [GeneratedRegex(@"^connect ip=(?<ip>\S+) ", RegexOptions.None, Matching.Milliseconds)]
    private static partial Regex Connect();

    [GeneratedRegex(@"^sender <(?<address>[^>]*)> code=(OK|CONT)", RegexOptions.ExplicitCapture, Matching.Milliseconds)]
    private static partial Regex Sender();

    [GeneratedRegex("^recipient <(?<address>[^>]+)> code=(?<code>[A-Z]+) msg=\"?(?<text>.*?)\"? sender=", RegexOptions.None, Matching.Milliseconds)]
    private static partial Regex Recipient();

    [GeneratedRegex(@"^message mid=""?<?(?<id>[^>\s""]*)>?""? size=(?<size>\d{1,15}) ", RegexOptions.None, Matching.Milliseconds)]
    private static partial Regex Message();

    [GeneratedRegex("^queue code=(?<code>[A-Z]+) msg=\"?(?<text>.*?)\"?$", RegexOptions.None, Matching.Milliseconds)]
    private static partial Regex Queue();
}
