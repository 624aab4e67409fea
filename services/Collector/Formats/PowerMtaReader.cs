using System.Globalization;
using System.Text;
using MailStats.Collector.Joining;
using MailStats.Contracts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Replies;

namespace MailStats.Collector.Formats;

/// <summary>
/// PowerMTA's accounting files: CSV, one record a recipient and attempt, columns as the first line names them. Records <c>d</c> (delivered),
/// <c>b</c> (bounced), <c>t</c> (transient), <c>r</c> (received), <c>rb</c> (a bounce message that came back) and <c>f</c> (a feedback loop's
/// complaint) are reported; <c>tq</c> is a queue's trouble, not a recipient's. A message is named by its Message-ID where
/// <c>header_Message-Id</c> is recorded, else by <c>timeQueued</c>, <c>orig</c>, <c>jobId</c> and <c>envId</c>.
/// </summary>
internal sealed class PowerMtaReader(LogClock clock, MessageTable messages) : IHeadedFormat
{
    /// <summary>Deliveries that a bounce message or a complaint is looked for among; half a KB each.</summary>
    private const int RememberedDeliveries = 50_000;

    private readonly NamedColumns _row = new(',');
    private readonly RecentTable<(string Recipient, string JobId, string EnvelopeId), JoinedMessage> _delivered = new(RememberedDeliveries);

    public string Name => "powermta";

    public MessageTable Messages => messages;

    public string? Problem { get; private set; }

    public string? Header
    {
        get => _row.Header;
        set => _ = value is not null && _row.TryName(value);
    }

    public long StampOf(ReadOnlySpan<byte> line)
    {
        line = WithoutMark(line);
        if (IsHeader(line))
        {
            _row.TryName(LineText.Of(line));
        }

        return IsRecord(line) && _row.Header is not null && _row.TryRead(LineText.Of(line)) ? TimeOf("timeLogged") : 0;
    }

    public LineOutcome Read(ReadOnlySpan<byte> line)
    {
        Problem = null;
        line = WithoutMark(line);
        if (IsHeader(line))
        {
            return _row.TryName(LineText.Of(line)) ? LineOutcome.NoDelivery : LineOutcome.Broken;
        }

        if (!IsRecord(line))
        {
            return LineShape.WhyNot(line);
        }

        if (_row.Header is null)
        {
            Problem = "its columns are unknown: the line that names them (type,timeLogged,…) was not read";

            return LineOutcome.NotThisFormat;
        }

        return _row.TryRead(LineText.Of(line)) ? ReadRecord() : LineOutcome.Broken;
    }

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> line) => line.StartsWith("\ufeff"u8) ? line[3..] : line;

    private static bool IsHeader(ReadOnlySpan<byte> line) => line.StartsWith("type,"u8) || line.StartsWith("\"type\","u8);

    private static bool IsRecord(ReadOnlySpan<byte> line) => line.IndexOf((byte)',') is > 0 and < 20 and var end && line[..end] is var type
        && (type.SequenceEqual("d"u8) || type.SequenceEqual("b"u8) || type.SequenceEqual("t"u8) || type.SequenceEqual("tq"u8)
            || type.SequenceEqual("r"u8) || type.SequenceEqual("rb"u8) || type.SequenceEqual("rs"u8) || type.SequenceEqual("f"u8)
            || type.SequenceEqual("delivery"u8) || type.SequenceEqual("bounce"u8) || type.SequenceEqual("transient"u8));

    private LineOutcome ReadRecord()
    {
        var type = _row[0];
        var kind = type switch
        {
            "d" or "delivery" => DeliveryEventKind.Delivered,
            "t" or "transient" => DeliveryEventKind.Deferred,
            "b" or "bounce" => IsExpired() ? DeliveryEventKind.Expired : DeliveryEventKind.Bounced,
            "r" => DeliveryEventKind.Accepted,
            "rb" => DeliveryEventKind.Bounced,
            "f" when FeedbackType.IsComplaint(_row["feedbackType"]) => DeliveryEventKind.Complained,
            _ => DeliveryEventKind.Unknown,
        };
        if (kind == DeliveryEventKind.Unknown)
        {
            return LineOutcome.NoDelivery;
        }

        var at = clock.FromUtc(TimeOf("timeLogged"));
        if (at == 0)
        {
            return Refuse("timeLogged", "is required");
        }

        if (_row["rcpt"] is not { Length: > 0 } recipient)
        {
            // A complaint may come with its address taken out.
            return type == "f" ? LineOutcome.NoDelivery : Refuse("rcpt", "is required");
        }

        return type is "rb" or "f" ? ReadLater(kind, at, recipient) : ReadAttempt(kind, at, recipient);
    }

    private LineOutcome ReadAttempt(DeliveryEventKind kind, long at, string recipient)
    {
        var sender = _row["orig"].Trim('<', '>');
        var message = new JoinedMessage("", _row.Given("envId") ?? JoinedMessage.NoQueue) { BeganAt = TimeOf("timeQueued"), Sender = sender };
        Describe(message);
        if (message.MessageId is null && message.BeganAt == 0)
        {
            return Refuse("timeQueued", "is required where header_Message-Id is not recorded: they tell messages apart");
        }

        message.Key = KeyOf(message);
        message.BeganAt = message.BeganAt == 0 ? at : message.BeganAt;
        if (sender.Length == 0 || sender == "<>")
        {
            return LineOutcome.OwnMail;
        }

        if (kind == DeliveryEventKind.Delivered)
        {
            _delivered.Set((recipient, _row["jobId"], _row["envId"]), message);
        }

        messages.Publish(message, AttemptOf(kind, at, recipient));

        return LineOutcome.Used;
    }

    /// <summary>What comes back after a delivery: it belongs to the message that it is about, not to the one that it came in.</summary>
    private LineOutcome ReadLater(DeliveryEventKind kind, long at, string recipient)
    {
        var attempt = AttemptOf(kind, at, recipient) with { Attempted = false };
        if (_row.Given("header_Message-Id") is null && _delivered.TryGet((recipient, _row["jobId"], _row["envId"]), out var delivered))
        {
            messages.Publish(delivered, attempt);

            return LineOutcome.Used;
        }

        var about = new JoinedMessage("", $"{_row.Given("envId") ?? _row["jobId"]}/{recipient}")
        {
            FirstLineAt = at,
            LastLineAt = at,
            EstimatedBegin = at,
            Sender = _row.Given("orig")?.Trim('<', '>') ?? _row.Given("header_Return-Path")?.Trim('<', '>'),
        };
        Describe(about);
        if (about.Sender is not { Length: > 0 })
        {
            return LineOutcome.NoDelivery;
        }

        if (about.MessageId is not null)
        {
            about.Key = KeyOf(about);
            about.BeganAt = at;
            messages.Publish(about, attempt);
        }
        else
        {
            // Its delivery was in an older log: it waits like every attempt whose message's beginning is unknown.
            messages.Add(about, attempt);
            messages.Close(messages.HostOf(default), about, at);
        }

        return LineOutcome.Used;
    }

    private Attempt AttemptOf(DeliveryEventKind kind, long at, string recipient)
    {
        var status = _row["dsnStatus"];
        var enhanced = EnhancedCode.TryRead(status.AsSpan(), out _, out var length) ? status[..length] : null;
        var diagnosis = _row["dsnDiag"];
        var reply = diagnosis.StartsWith("smtp;", StringComparison.OrdinalIgnoreCase) ? diagnosis["smtp;".Length..].Trim() : diagnosis;
        var code = LeadingCodes.Read(reply.AsSpan(), out _);
        var isOutcome = kind is not (DeliveryEventKind.Accepted or DeliveryEventKind.Complained);

        return new Attempt
        {
            Kind = kind,
            Recipient = recipient,
            OccurredAt = at,
            ReplyCode = isOutcome && code != 0 ? code : null,
            EnhancedCode = isOutcome ? enhanced : null,
            Reply = !isOutcome ? null : reply.Length > 0 ? reply : status.Length > 0 ? status : null,
            RemoteHost = isOutcome ? RemoteHost() : null,
            Verdict = _row.Given("bounceCat") ?? _row.Given("feedbackType") ?? _row.Given("dsnAction") ?? _row[0],
            OutgoingIp = isOutcome ? _row.Given("dlvSourceIp") : null,
            TlsVersion = isOutcome ? _row.Given("dlvTlsProtocol") : null,
            Attempted = isOutcome && kind != DeliveryEventKind.Expired && WasAsked(),
            Local = _row["dlvType"] is "file" or "pipe" or "discard",
        };
    }

    private void Describe(JoinedMessage message)
    {
        message.MessageId = _row.Given("header_Message-Id")?.Trim('<', '>');
        message.HeaderFrom = _row.Given("header_From") is { } from ? EncodedWords.Decode(from) : null;
        message.Subject = _row.Given("header_Subject") is { } subject ? EncodedWords.Decode(subject) : null;
        message.Pool = _row.Given("vmtaPool") ?? _row.Given("vmta");
        message.Tags = _row.Given("jobId") is { } job ? [job] : null;
        message.ClientAddress = _row.Given("rcvSourceIp");
        message.Bytes = long.TryParse(_row["dlvSize"], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes > 0 ? bytes : null;
    }

    private string KeyOf(JoinedMessage message) => message.MessageId is { } id
        ? Cut("powermta-" + id)
        : MessageKey.Of(message.BeganAt, Name, HashOf($"{message.Sender}\n{_row["jobId"]}\n{_row["envId"]}"));

    private bool IsExpired()
    {
        var status = _row["dsnStatus"];

        return _row["bounceCat"] == "message-expired" || status.StartsWith('4') || status.StartsWith("5.4.7", StringComparison.Ordinal);
    }

    /// <summary>True unless the log records addresses and this record has none.</summary>
    private bool WasAsked() => !_row.Has("dlvDestinationIp") || _row.Given("dlvDestinationIp") is not null || _row.Given("dlvSourceIp") is not null;

    /// <summary><c>mx.example.net (198.51.100.7)</c></summary>
    private string? RemoteHost() => _row.Given("dsnMta") is { } mta ? mta.Split(' ', 2)[0] : _row.Given("dlvDestinationIp");

    /// <summary><c>2026-03-03 08:00:02+0100</c>, or seconds since 1970 in older versions. 0 for neither.</summary>
    private long TimeOf(string column)
    {
        var text = _row[column];
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return seconds is > 0 and < 250_000_000_000 ? DateTime.UnixEpoch.Ticks + (seconds * TimeSpan.TicksPerSecond) : 0;
        }

        return !Stamps.TryReadIso(Encoding.ASCII.GetBytes(text), out var local, out var offset, out _) ? 0
            : offset is { } zone ? local.Ticks - zone.Ticks
            : clock.FromLocal(local);
    }

    private LineOutcome Refuse(string field, string problem)
    {
        Problem = $"{field}: {problem}";

        return LineOutcome.Broken;
    }

    private static string HashOf(string text) =>
        ByteKeys.LastingHash(text).ToString("x8", CultureInfo.InvariantCulture);

    private static string Cut(string key) => key.Length <= MessageKey.MaximumLength ? key : key[..(MessageKey.MaximumLength - 9)] + "-" + HashOf(key);
}
