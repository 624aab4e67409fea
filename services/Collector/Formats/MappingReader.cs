using System.Globalization;
using MailStats.Collector.Joining;
using MailStats.Contracts;
using MailStats.Mail.Replies;

namespace MailStats.Collector.Formats;

/// <summary>Any log with one event a line, as columns or as a JSON object, read as a <see cref="LogMapping"/> says.</summary>
internal sealed class MappingReader(LogMapping mapping, LogClock clock, MessageTable messages) : IHeadedFormat
{
    /// <summary>Recipients of one line; each is an event.</summary>
    public const int MaximumRecipients = 1_000;

    private readonly MappedLine _line = new(mapping);

    public string Name => LogFormats.Mapped;

    public MessageTable Messages => messages;

    public string? Problem { get; private set; }

    public string? Header
    {
        get => _line.Header;
        set => _ = value is not null && _line.TryName(value);
    }

    public long StampOf(ReadOnlySpan<byte> line) =>
        Begin(line) is null && _line.Text(MappedFields.OccurredAt) is { } text ? mapping.Time.Read(text, clock) : 0;

    public LineOutcome Read(ReadOnlySpan<byte> line)
    {
        Problem = null;
        try
        {
            return Begin(line) ?? ReadEvent();
        }
        catch (InvalidOperationException)
        {
            // A JSON text that is half a surrogate pair.
            return LineOutcome.Broken;
        }
    }

    /// <summary>Null for a record; else what the line is instead.</summary>
    private LineOutcome? Begin(ReadOnlySpan<byte> line)
    {
        line = line.StartsWith("\ufeff"u8) ? line[3..] : line;
        if (LineShape.WhyNot(line) is var shape and not LineOutcome.NotThisFormat)
        {
            return shape;
        }

        if (mapping.IsJson)
        {
            return line[0] != '{' ? LineOutcome.NotThisFormat : _line.TryRead(line) ? null : LineOutcome.Broken;
        }

        var text = LineText.Of(line);
        if (mapping.Comment is { } comment && text.StartsWith(comment, StringComparison.Ordinal))
        {
            return LineOutcome.NoDelivery;
        }

        if (mapping.Columns is null && (_line.Header is null || _line.IsHeader(text)))
        {
            return TakeHeader(text);
        }

        return _line.TryRead(line) ? null : LineOutcome.Broken;
    }

    private LineOutcome TakeHeader(string text)
    {
        if (_line.MissingColumn(text) is { } missing)
        {
            Problem = $"this line should name the columns, and names no '{missing}'";

            return LineOutcome.NotThisFormat;
        }

        return _line.TryName(text) ? LineOutcome.NoDelivery : LineOutcome.Broken;
    }

    private LineOutcome ReadEvent()
    {
        if (_line.Text(MappedFields.Event) is not { } word)
        {
            return Refuse(MappedFields.Event, "is empty");
        }

        if (mapping.KindOf(word) is not { } kind)
        {
            return Refuse(MappedFields.Event, $"'{word}' is not among the mapping's events");
        }

        if (kind == DeliveryEventKind.Unknown)
        {
            return LineOutcome.NoDelivery;
        }

        if (!TryReadTime(MappedFields.AcceptedAt, out var began) || !TryReadTime(MappedFields.OccurredAt, out var at))
        {
            return LineOutcome.Broken;
        }

        if (at == 0)
        {
            return Refuse(MappedFields.OccurredAt, "is empty");
        }

        clock.FromUtc(at);
        if (MessageOf(began, at) is not { } message || !TryReadRecipients(out var recipients))
        {
            return LineOutcome.Broken;
        }

        if (message.Sender is { Length: 0 })
        {
            return LineOutcome.OwnMail;
        }

        var told = AttemptOf(kind, word, at);
        foreach (var recipient in recipients)
        {
            messages.Publish(message, told with { Recipient = recipient });
        }

        return LineOutcome.Used;
    }

    private JoinedMessage? MessageOf(long began, long at)
    {
        var host = _line.Text(MappedFields.Host) ?? "";
        var queueId = _line.Text(MappedFields.QueueId);
        var messageId = _line.Text(MappedFields.MessageId)?.Trim('<', '>');
        var key = _line.Text(MappedFields.MessageKey) ?? messageId;
        if (key is null && queueId is null)
        {
            string[] names = [MappedFields.MessageKey, MappedFields.MessageId, MappedFields.QueueId];
            Refuse(Array.Find(names, mapping.Fields.ContainsKey) ?? MappedFields.MessageKey, "is empty: nothing names the message");

            return null;
        }

        var sender = _line.Text(MappedFields.Sender);
        var from = _line.Text(MappedFields.From);
        if (sender is null && from is null)
        {
            Refuse(MappedFields.Sender, "is empty");

            return null;
        }

        key ??= began != 0 ? MessageKey.Of(began, host, queueId!) : $"{mapping.Name}-{host}-{queueId}";

        return new JoinedMessage(host, queueId ?? JoinedMessage.NoQueue)
        {
            Key = key.Length <= MessageKey.MaximumLength ? key : key[..MessageKey.MaximumLength],
            BeganAt = began == 0 ? at : began,
            Sender = sender?.Trim('<', '>'),
            HeaderFrom = from,
            MessageId = messageId,
            Subject = _line.Text(MappedFields.Subject) is { } subject ? EncodedWords.Decode(subject) : null,
            Bytes = long.TryParse(_line.Text(MappedFields.Bytes), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null,
            SpamScore = double.TryParse(_line.Text(MappedFields.SpamScore), NumberStyles.Float, CultureInfo.InvariantCulture, out var score) ? score : null,
            Pool = _line.Text(MappedFields.Pool),
            Tags = _line.Texts(MappedFields.Tags) is { Count: > 0 } tags ? tags : mapping.Fixed.TryGetValue(MappedFields.Tags, out var tag) ? [tag] : null,
            ClientAddress = _line.Text(MappedFields.ClientAddress),
            Login = _line.Text(MappedFields.Login),
        };
    }

    private Attempt AttemptOf(DeliveryEventKind kind, string word, long at)
    {
        var reply = _line.Text(MappedFields.Reply);
        var isOutcome = kind is not (DeliveryEventKind.Accepted or DeliveryEventKind.Complained);
        int? given = int.TryParse(_line.Text(MappedFields.ReplyCode), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is >= 200 and <= 599 ? number : null;
        var (code, enhanced) = LeadingCodes.Fill(given, _line.Text(MappedFields.EnhancedCode), reply);

        return new Attempt
        {
            Kind = kind,
            Recipient = "",
            OccurredAt = at,
            ReplyCode = isOutcome ? code : null,
            EnhancedCode = isOutcome ? enhanced : null,
            Reply = isOutcome ? reply : null,
            RemoteHost = _line.Text(MappedFields.RemoteHost),
            Verdict = _line.Text(MappedFields.SourceVerdict) ?? word,
            OutgoingIp = _line.Text(MappedFields.OutgoingIp),
            TlsVersion = _line.Text(MappedFields.TlsVersion),
            Attempted = kind is DeliveryEventKind.Delivered or DeliveryEventKind.Deferred or DeliveryEventKind.Bounced,
            Local = _line.Text(MappedFields.Local) is { } local && (local is "1" or "yes" || local.Equals("true", StringComparison.OrdinalIgnoreCase)),
        };
    }

    private bool TryReadRecipients(out List<string> recipients)
    {
        recipients = [];
        foreach (var text in _line.Texts(MappedFields.Recipient))
        {
            recipients.AddRange(mapping.RecipientSeparator is { } separator
                ? text.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                : [text]);
        }

        recipients = [.. recipients.Select(recipient => recipient.Trim('<', '>')).Where(recipient => recipient.Length > 0)];
        if (recipients.Count is 0 or > MaximumRecipients)
        {
            Refuse(MappedFields.Recipient, recipients.Count == 0 ? "is empty" : $"holds more than {MaximumRecipients} addresses");
        }

        return recipients.Count is > 0 and <= MaximumRecipients;
    }

    /// <summary>0 where the field is empty; false where it holds something else than a time.</summary>
    private bool TryReadTime(string field, out long ticks)
    {
        ticks = 0;
        if (_line.Text(field) is not { } text)
        {
            return true;
        }

        ticks = mapping.Time.Read(text, clock);
        if (ticks == 0)
        {
            Refuse(field, $"'{text}' is no time of the form {mapping.Time}");
        }

        return ticks != 0;
    }

    private LineOutcome Refuse(string field, string problem)
    {
        Problem = $"{field}: {problem}";

        return LineOutcome.Broken;
    }
}
