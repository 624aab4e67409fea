using System.Text.Json;
using MailStats.Contracts;

namespace MailStats.Ingest.Events;

internal readonly ref partial struct EventFields
{
    /// <summary>Deferrals of one item. Hardly more attempts of a delivery are told apart.</summary>
    private const int MaxDeferrals = 1_000;

    private SubmittedDeferral ReadDeferral(ref Utf8JsonReader reader)
    {
        var attempt = default(Attempt);

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadField(ref reader, ref attempt);
        }

        return new SubmittedDeferral
        {
            OccurredAt = attempt.OccurredAt,
            RemoteHost = attempt.RemoteHost,
            ReplyCode = attempt.ReplyCode,
            EnhancedCode = attempt.EnhancedCode,
            Reply = attempt.Reply,
            SourceVerdict = attempt.SourceVerdict,
            OutgoingIp = attempt.OutgoingIp,
            TlsVersion = attempt.TlsVersion,
            Attempted = attempt.Attempted,
            AttemptNumber = attempt.AttemptNumber,
            EventId = attempt.EventId,
        };
    }

    /// <summary>Takes the field that the reader stands on if it says something of an attempt; others are ignored.</summary>
    private void ReadField(ref Utf8JsonReader reader, ref Attempt attempt)
    {
        if (reader.ValueTextEquals("occurredAt"u8)) { attempt.OccurredAt = Time(ref reader, "occurredAt"); }
        else if (reader.ValueTextEquals("remoteHost"u8)) { attempt.RemoteHost = Text(ref reader, "remoteHost", TextField.RemoteHost); }
        else if (reader.ValueTextEquals("replyCode"u8)) { attempt.ReplyCode = (int?)Whole(ref reader, "replyCode", 200, 599); }
        else if (reader.ValueTextEquals("enhancedCode"u8)) { attempt.EnhancedCode = Text(ref reader, "enhancedCode", TextField.EnhancedCode); }
        else if (reader.ValueTextEquals("reply"u8)) { attempt.Reply = Text(ref reader, "reply", TextField.Reply); }
        else if (reader.ValueTextEquals("sourceVerdict"u8)) { attempt.SourceVerdict = Text(ref reader, "sourceVerdict", TextField.SourceVerdict); }
        else if (reader.ValueTextEquals("outgoingIp"u8)) { attempt.OutgoingIp = Text(ref reader, "outgoingIp", TextField.OutgoingIp); }
        else if (reader.ValueTextEquals("tlsVersion"u8)) { attempt.TlsVersion = Text(ref reader, "tlsVersion", TextField.TlsVersion); }
        else if (reader.ValueTextEquals("attempted"u8)) { attempt.Attempted = Truth(ref reader, "attempted"); }
        else if (reader.ValueTextEquals("attemptNumber"u8)) { attempt.AttemptNumber = (int?)Whole(ref reader, "attemptNumber", 1, 1_000_000); }
        else if (reader.ValueTextEquals("eventId"u8)) { attempt.EventId = Text(ref reader, "eventId"); }
        else
        {
            reader.Read();
            reader.Skip();
        }
    }

    private List<SubmittedDeferral>? Deferrals(ref Utf8JsonReader reader)
    {
        reader.Read();

        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return Wrong<List<SubmittedDeferral>>(ref reader, "deferrals", "must be an array of objects");
        }

        var deferrals = new List<SubmittedDeferral>();

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (deferrals.Count == MaxDeferrals)
            {
                rejected.Add(index, line, "deferrals", $"must be at most {MaxDeferrals} deferrals");
                SkipToEnd(ref reader);

                break;
            }

            // The reader is left where it stands: the whole request is refused.
            if (!allowance.TakeOne())
            {
                break;
            }

            var one = new EventFields(index, line, rejected, repeated, allowance, deferrals.Count);
            deferrals.Add(reader.TokenType == JsonTokenType.StartObject
                ? one.ReadDeferral(ref reader)
                : one.Wrong<SubmittedDeferral>(ref reader, "", "must be an object") ?? new());
        }

        return deferrals;
    }

    private static void SkipToEnd(ref Utf8JsonReader reader)
    {
        do
        {
            reader.Skip();
        }
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray);
    }

    /// <summary>What an event and a deferral have in common.</summary>
    private struct Attempt
    {
        public DateTimeOffset? OccurredAt;
        public string? RemoteHost;
        public int? ReplyCode;
        public string? EnhancedCode;
        public string? Reply;
        public string? SourceVerdict;
        public string? OutgoingIp;
        public string? TlsVersion;
        public bool? Attempted;
        public int? AttemptNumber;
        public string? EventId;
    }
}
