using System.Text.Json;
using MailStats.Contracts;

namespace MailStats.Ingest.Events;

/// <summary>The fields of one item, or of one of its deferrals, each checked for its type, so that one wrong field hides no other.</summary>
internal readonly ref partial struct EventFields(
    int index, int? line, Rejections rejected, RepeatedTexts repeated, EventAllowance allowance, int? deferral = null)
{
    /// <summary>Reads the object that the reader stands on, to its end. Throws <see cref="JsonException"/> when it is no JSON.</summary>
    public SubmittedEvent Read(ref Utf8JsonReader reader)
    {
        string? @event = null, messageKey = null, recipient = null, sender = null, from = null, queueId = null, messageId = null,
            subject = null, host = null, source = null, pool = null, clientAddress = null, login = null;
        DateTimeOffset? acceptedAt = null;
        IReadOnlyList<string>? recipients = null;
        IReadOnlyList<string>? tags = null;
        IReadOnlyList<SubmittedDeferral>? deferrals = null;
        long? bytes = null;
        double? spamScore = null;
        bool? local = null;
        bool? asLogged = null;
        var attempt = default(Attempt);

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("event"u8)) { @event = Text(ref reader, "event", TextField.Event); }
            else if (reader.ValueTextEquals("acceptedAt"u8)) { acceptedAt = Time(ref reader, "acceptedAt"); }
            else if (reader.ValueTextEquals("messageKey"u8)) { messageKey = Text(ref reader, "messageKey", TextField.MessageKey); }
            else if (reader.ValueTextEquals("recipient"u8)) { recipient = Text(ref reader, "recipient"); }
            else if (reader.ValueTextEquals("recipients"u8)) { recipients = Texts(ref reader, "recipients"); }
            else if (reader.ValueTextEquals("sender"u8)) { sender = Text(ref reader, "sender", TextField.Sender); }
            else if (reader.ValueTextEquals("from"u8)) { from = Text(ref reader, "from", TextField.From); }
            else if (reader.ValueTextEquals("queueId"u8)) { queueId = Text(ref reader, "queueId", TextField.QueueId); }
            else if (reader.ValueTextEquals("messageId"u8)) { messageId = Text(ref reader, "messageId", TextField.MessageId); }
            else if (reader.ValueTextEquals("subject"u8)) { subject = Text(ref reader, "subject", TextField.Subject); }
            else if (reader.ValueTextEquals("host"u8)) { host = Text(ref reader, "host", TextField.Host); }
            else if (reader.ValueTextEquals("bytes"u8)) { bytes = Whole(ref reader, "bytes", 0, long.MaxValue); }
            else if (reader.ValueTextEquals("spamScore"u8)) { spamScore = Number(ref reader, "spamScore"); }
            else if (reader.ValueTextEquals("local"u8)) { local = Truth(ref reader, "local"); }
            else if (reader.ValueTextEquals("asLogged"u8)) { asLogged = Truth(ref reader, "asLogged"); }
            else if (reader.ValueTextEquals("source"u8)) { source = Text(ref reader, "source", TextField.Source); }
            else if (reader.ValueTextEquals("pool"u8)) { pool = Text(ref reader, "pool", TextField.Pool); }
            else if (reader.ValueTextEquals("tags"u8)) { tags = Texts(ref reader, "tags", EventMaker.MaxTags + 1); }
            else if (reader.ValueTextEquals("clientAddress"u8)) { clientAddress = Text(ref reader, "clientAddress", TextField.ClientAddress); }
            else if (reader.ValueTextEquals("login"u8)) { login = Text(ref reader, "login", TextField.Login); }
            else if (reader.ValueTextEquals("deferrals"u8)) { deferrals = Deferrals(ref reader); }
            else { ReadField(ref reader, ref attempt); }
        }

        return new SubmittedEvent
        {
            Event = @event,
            OccurredAt = attempt.OccurredAt,
            AcceptedAt = acceptedAt,
            MessageKey = messageKey,
            Recipient = recipient,
            Recipients = recipients,
            Sender = sender,
            From = from,
            QueueId = queueId,
            MessageId = messageId,
            Subject = subject,
            Host = host,
            RemoteHost = attempt.RemoteHost,
            ReplyCode = attempt.ReplyCode,
            EnhancedCode = attempt.EnhancedCode,
            Reply = attempt.Reply,
            SourceVerdict = attempt.SourceVerdict,
            Bytes = bytes,
            SpamScore = spamScore,
            Attempted = attempt.Attempted,
            AttemptNumber = attempt.AttemptNumber,
            Local = local,
            AsLogged = asLogged,
            OutgoingIp = attempt.OutgoingIp,
            Pool = pool,
            Tags = tags,
            TlsVersion = attempt.TlsVersion,
            ClientAddress = clientAddress,
            Login = login,
            Source = source,
            EventId = attempt.EventId,
            Deferrals = deferrals,
        };
    }

    private string? Text(ref Utf8JsonReader reader, string field)
    {
        reader.Read();

        return reader.TokenType switch
        {
            JsonTokenType.String => Decode(ref reader, field),
            JsonTokenType.Null => null,
            _ => Wrong<string>(ref reader, field, "must be a string"),
        };
    }

    private string? Text(ref Utf8JsonReader reader, string field, TextField place)
    {
        reader.Read();

        if (reader.TokenType != JsonTokenType.String)
        {
            return reader.TokenType == JsonTokenType.Null ? null : Wrong<string>(ref reader, field, "must be a string");
        }

        if (repeated.Same(ref reader, place) is { } same)
        {
            return same;
        }

        var text = Decode(ref reader, field);
        repeated.Keep(place, text);

        return text;
    }

    /// <param name="reader">Stands on the name.</param>
    /// <param name="field">The name.</param>
    /// <param name="most">Texts after which the rest is passed over; null where each after the first is an event more.</param>
    private List<string>? Texts(ref Utf8JsonReader reader, string field, int? most = null)
    {
        reader.Read();

        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return Wrong<List<string>>(ref reader, field, "must be an array of strings");
        }

        var texts = new List<string>();

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (texts.Count == most)
            {
                SkipToEnd(ref reader);

                break;
            }

            // The reader is left where it stands: the whole request is refused.
            if (most is null && texts.Count > 0 && !allowance.TakeOne())
            {
                break;
            }

            var text = reader.TokenType == JsonTokenType.String
                ? Decode(ref reader, field, texts.Count)
                : Wrong<string>(ref reader, field, "must be a string", texts.Count);
            texts.Add(text ?? "");
        }

        return texts;
    }

    private DateTimeOffset? Time(ref Utf8JsonReader reader, string field)
    {
        reader.Read();

        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (reader.TokenType == JsonTokenType.String && HasOffset(reader.ValueSpan) && reader.TryGetDateTimeOffset(out var time))
        {
            return time;
        }

        return Wrong<DateTimeOffset?>(ref reader, field, "must be a time like 2026-11-20T09:14:03Z or 2026-11-20T09:14:03.120+02:00");
    }

    // Without an offset the framework would read a time in this machine's own zone.
    private static bool HasOffset(ReadOnlySpan<byte> time) =>
        time.EndsWith("Z"u8) || (time.Length > 19 && time[^6] is (byte)'+' or (byte)'-' && time[^3] == ':');

    private long? Whole(ref Utf8JsonReader reader, string field, long least, long most)
    {
        reader.Read();

        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) && number >= least && number <= most)
        {
            return number;
        }

        return Wrong<long?>(ref reader, field, $"must be a whole number from {least}{(most == long.MaxValue ? "" : $" to {most}")}");
    }

    private double? Number(ref Utf8JsonReader reader, string field)
    {
        reader.Read();

        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        return reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : Wrong<double?>(ref reader, field, "must be a number");
    }

    private bool? Truth(ref Utf8JsonReader reader, string field)
    {
        reader.Read();

        return reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            JsonTokenType.Null => null,
            _ => Wrong<bool?>(ref reader, field, "must be true or false"),
        };
    }

    private string? Decode(ref Utf8JsonReader reader, string field, int? place = null)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // The reader's word for invalid UTF-8 and for half of a surrogate pair.
            rejected.Add(index, line, field, "is not valid Unicode", place, deferral);

            return null;
        }
    }

    private T? Wrong<T>(ref Utf8JsonReader reader, string field, string error, int? place = null)
    {
        rejected.Add(index, line, field, error, place, deferral);
        reader.Skip();

        return default;
    }
}
