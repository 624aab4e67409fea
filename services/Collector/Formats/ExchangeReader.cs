using System.Globalization;
using System.Text;
using MailStats.Collector.Joining;
using MailStats.Contracts;
using MailStats.Mail.Replies;

namespace MailStats.Collector.Formats;

/// <summary>
/// Exchange's message tracking log: CSV, columns as its line <c>#Fields:</c> names them, times in UTC. <c>SENDEXTERNAL</c> (before Exchange
/// 2013: <c>SEND</c> by a connector that is not the organization's own) delivers, <c>FAIL</c> gives up, <c>DEFER</c> puts off, <c>DELIVER</c> is a
/// mailbox here. The other events are steps inside the organization. A message is named by its network message id, else its Message-ID, so
/// that the logs of several servers fit together.
/// </summary>
internal sealed class ExchangeReader(LogClock clock, MessageTable messages) : IHeadedFormat
{
    /// <summary>Messages whose arrival is remembered; 200 bytes each.</summary>
    private const int RememberedArrivals = 50_000;

    private const string Fields = "#Fields: ";

    /// <summary>Exchange 2013 and later. The last three came with updates.</summary>
    private const string Columns =
        "date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,connector-id,source,event-id,internal-message-id,message-id,"
        + "network-message-id,recipient-address,recipient-status,total-bytes,recipient-count,related-recipient-address,reference,message-subject,"
        + "sender-address,return-path,message-info,directionality,tenant-id,original-client-ip,original-server-ip,custom-data,"
        + "transport-traffic-type,log-id,schema-version";

    /// <summary>Exchange 2010.</summary>
    private static readonly string EarlyColumns =
        string.Join(',', Columns.Split(',').Take(27).Where(name => name != "network-message-id"));

    /// <summary>Exchange's own connector between the servers of an organization.</summary>
    private const string OwnConnector = "Intra-Organization SMTP Send Connector";

    private static readonly string[] Probes = ["HealthMailbox", "inboundproxy@", "maildeliveryprobe@"];

    private readonly NamedColumns _row = new(',');
    private readonly RecentTable<string, long> _arrived = new(RememberedArrivals);

    public string Name => "exchange";

    public MessageTable Messages => messages;

    public string? Problem { get; private set; }

    public string? Header
    {
        get => _row.Header;
        set => _ = value is not null && _row.TryName(value);
    }

    public long StampOf(ReadOnlySpan<byte> line) => line.Length > 20 && line[0] != '#' ? TimeOf(line) : 0;

    public bool HasOwnLines => true;

    public bool IsOwnLine(ReadOnlySpan<byte> line) => (line.StartsWith("\ufeff"u8) ? line[3..] : line).StartsWith("#"u8);

    public LineOutcome Read(ReadOnlySpan<byte> line)
    {
        Problem = null;
        line = line.StartsWith("\ufeff"u8) ? line[3..] : line;
        if (line is [(byte)'#', ..])
        {
            return ReadHeader(LineText.Of(line));
        }

        var at = TimeOf(line);
        if (at == 0)
        {
            return LineShape.WhyNot(line);
        }

        var text = LineText.Of(line);
        if (_row.Header is null && !(_row.TryRead(text) && TryNameByCount()))
        {
            Problem = "its columns are unknown: the line #Fields: was not read";

            return LineOutcome.NotThisFormat;
        }

        if (!_row.TryRead(text))
        {
            return LineOutcome.Broken;
        }

        clock.FromUtc(at);

        return ReadEvent(at);
    }

    /// <summary>
    /// What carries logs elsewhere leaves out lines that begin with <c>#</c>. Exchange's columns are always the same: how many there are, and
    /// what stands for source and event, tells the version.
    /// </summary>
    private bool TryNameByCount()
    {
        var names = _row.Count == EarlyColumns.Split(',').Length ? EarlyColumns
            : _row.Count is >= 27 and <= 30 ? string.Join(',', Columns.Split(',').Take(_row.Count))
            : null;

        return names is not null && IsWord(_row[7]) && IsWord(_row[8]) && _row.TryName(names);
    }

    /// <summary>True for <c>SMTP</c>, <c>STOREDRIVER</c>, <c>SENDEXTERNAL</c>.</summary>
    private static bool IsWord(string text) => text.Length > 1 && text.All(char.IsAsciiLetterUpper);

    private LineOutcome ReadHeader(string line)
    {
        if (!line.StartsWith(Fields, StringComparison.Ordinal))
        {
            return line.StartsWith("#Software: Microsoft Exchange", StringComparison.Ordinal) || line.StartsWith("#Log-type:", StringComparison.Ordinal)
                || line.StartsWith("#Version:", StringComparison.Ordinal) || line.StartsWith("#Date:", StringComparison.Ordinal)
                ? LineOutcome.NoDelivery
                : LineOutcome.NotThisFormat;
        }

        // Exchange writes protocol and connectivity logs in the same form.
        return line.Contains("event-id", StringComparison.Ordinal) && _row.TryName(line[Fields.Length..]) ? LineOutcome.NoDelivery : LineOutcome.NotThisFormat;
    }

    private LineOutcome ReadEvent(long at)
    {
        var kind = KindOf(_row["event-id"]);
        if (kind == DeliveryEventKind.Unknown)
        {
            Remember(at);

            return LineOutcome.NoDelivery;
        }

        var recipients = _row["recipient-address"].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (recipients.Length == 0 || MessageOf(at) is not { } message)
        {
            Problem = recipients.Length == 0 ? "recipient-address: is empty" : "message-id: is empty";

            return LineOutcome.Broken;
        }

        if (message.Sender is { Length: 0 } || Array.Exists(Probes, probe => message.Sender!.StartsWith(probe, StringComparison.OrdinalIgnoreCase)))
        {
            return LineOutcome.OwnMail;
        }

        var statuses = StatusesOf(recipients.Length);
        foreach (var (index, recipient) in recipients.Index())
        {
            messages.Publish(message, AttemptOf(kind, at, recipient, ExchangeStatus.Read(statuses[index])));
        }

        return LineOutcome.Used;
    }

    private DeliveryEventKind KindOf(string name) => name switch
    {
        "SENDEXTERNAL" or "DELIVER" => DeliveryEventKind.Delivered,
        "SEND" when IsBefore2013() && _row["connector-id"] is { Length: > 0 } and not OwnConnector => DeliveryEventKind.Delivered,
        "DEFER" => DeliveryEventKind.Deferred,
        "FAIL" => DeliveryEventKind.Bounced,
        _ => DeliveryEventKind.Unknown,
    };

    /// <summary>Exchange 2013 brought SENDEXTERNAL, and this column.</summary>
    private bool IsBefore2013() => !_row.Has("network-message-id");

    /// <summary>When the message came in, for outcomes that do not say.</summary>
    private void Remember(long at)
    {
        if (_row["event-id"] is "RECEIVE" or "SUBMIT" && NameOfMessage() is { } name && !_arrived.TryGet(name, out _))
        {
            _arrived.Set(name, at);
        }
    }

    private string? NameOfMessage() => _row.Given("network-message-id") ?? _row.Given("message-id")?.Trim('<', '>');

    private JoinedMessage? MessageOf(long at)
    {
        if (NameOfMessage() is not { } name)
        {
            return null;
        }

        var isSend = _row["event-id"] is "SEND" or "SENDEXTERNAL" or "DELIVER";
        var host = isSend ? _row.Given("client-hostname") : _row.Given("server-hostname") ?? _row.Given("client-hostname");
        var key = "exchange-" + name;

        return new JoinedMessage(host ?? "", _row.Given("internal-message-id") ?? JoinedMessage.NoQueue)
        {
            Key = key.Length <= MessageKey.MaximumLength ? key : key[..MessageKey.MaximumLength],
            BeganAt = TimeOf(Encoding.UTF8.GetBytes(_row["message-info"])) is not 0 and var began && began <= at ? began
                : _arrived.TryGet(name, out var arrived) ? arrived
                : at,
            Sender = (_row.Given("return-path") ?? _row["sender-address"]).Trim('<', '>'),
            HeaderFrom = _row.Given("sender-address"),
            MessageId = _row.Given("message-id")?.Trim('<', '>'),
            Subject = _row.Given("message-subject"),
            Bytes = long.TryParse(_row["total-bytes"], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes > 0 ? bytes : null,
            ClientAddress = _row.Given("original-client-ip"),
        };
    }

    private Attempt AttemptOf(DeliveryEventKind kind, long at, string recipient, ExchangeStatus status)
    {
        // What came in from outside and fails here is strangers' mail; what the organization's own directory does not know never leaves.
        var isLocal = _row["event-id"] == "DELIVER"
            || status.Reply?.Contains("RESOLVER.ADR", StringComparison.Ordinal) == true
            || (_row["directionality"] == "Incoming" && kind != DeliveryEventKind.Delivered)
            || _row["connector-id"].StartsWith("EdgeSync - Inbound", StringComparison.Ordinal);
        var isSent = kind == DeliveryEventKind.Delivered && !isLocal;
        var reply = isSent ? FinalReply() ?? status.Reply : status.Reply;
        var code = LeadingCodes.Read(reply.AsSpan(), out var enhanced);
        var hasExpired = kind == DeliveryEventKind.Bounced && (status.IsExpired || reply?.Contains("4.4.7", StringComparison.Ordinal) == true);

        return new Attempt
        {
            Kind = hasExpired ? DeliveryEventKind.Expired : kind,
            Recipient = recipient,
            OccurredAt = at,
            ReplyCode = code == 0 ? null : code,
            EnhancedCode = enhanced.IsEmpty ? null : enhanced.ToString(),
            Reply = reply,
            RemoteHost = status.RemoteHost ?? (isSent ? _row.Given("server-hostname") ?? _row.Given("server-ip") : null),
            Verdict = $"{_row["source"]} {_row["event-id"]}",
            OutgoingIp = isSent ? _row.Given("client-ip") : null,
            Attempted = !hasExpired && (kind != DeliveryEventKind.Bounced || status.RemoteHost is not null || _row["source"] == "SMTP"),
            Local = isLocal,
        };
    }

    /// <summary>The server's answer to the message, at the end of <c>source-context</c>.</summary>
    private string? FinalReply()
    {
        var context = _row["source-context"];
        var reply = context[(context.LastIndexOf(';') + 1)..].Trim();

        return LeadingCodes.Read(reply.AsSpan(), out _) is >= 200 and < 300 ? reply : null;
    }

    /// <summary>One status a recipient where there are as many, else the same for all: a status may hold a semicolon too.</summary>
    private string[] StatusesOf(int count)
    {
        var text = _row["recipient-status"];
        var parts = text.Contains("];[", StringComparison.Ordinal) ? text.Split("];[") : text.Split(';');

        return count > 1 && parts.Length == count ? parts : [.. Enumerable.Repeat(text, count)];
    }

    private static long TimeOf(ReadOnlySpan<byte> text) =>
        text.Length > 10 && text[10] == 'T'
            && Stamps.TryReadIso(text, out var time, out var offset, out var length)
            && (length == text.Length || text[length] is (byte)',' or (byte)';')
            ? time.Ticks - (offset ?? default).Ticks
            : 0;
}
