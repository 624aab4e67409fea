using MailStats.Contracts;
using MailStats.Mail.Addresses;

namespace MailStats.Collector.Joining;

/// <summary>What is known of a message and of attempts at one recipient, as <c>POST /v1/events</c> takes it.</summary>
internal static class EventForm
{
    public static SubmittedEvent Of(in ReportedAttempt reported, IReadOnlyList<SubmittedDeferral>? deferrals = null)
    {
        var (message, attempt, source) = reported;

        return new()
        {
            Event = KindName(attempt.Kind),
            OccurredAt = new DateTimeOffset(attempt.OccurredAt, TimeSpan.Zero),
            AcceptedAt = new DateTimeOffset(message.BeganAt, TimeSpan.Zero),
            MessageKey = MessageKey.Of(message),
            Recipient = attempt.Recipient,
            Sender = message.Sender,
            From = message.HeaderFrom is { } from && EmailAddress.ReadHeader(from, out _) is not null ? from : null,
            AsLogged = AreAddresses(attempt.Recipient, message.Sender) ? null : true,
            QueueId = message.IsQueued ? message.QueueId : null,
            MessageId = message.MessageId,
            Subject = message.Subject,
            Host = message.Host.Length == 0 ? null : message.Host,
            RemoteHost = attempt.RemoteHost,
            ReplyCode = attempt.ReplyCode,
            EnhancedCode = attempt.EnhancedCode,
            Reply = attempt.Reply,
            SourceVerdict = attempt.Verdict,
            Bytes = message.Bytes,
            SpamScore = message.SpamScore,
            OutgoingIp = attempt.OutgoingIp,
            Pool = message.Pool,
            Tags = message.Tags,
            TlsVersion = attempt.TlsVersion,
            ClientAddress = message.ClientAddress,
            Login = message.Login,
            Attempted = attempt.Attempted ? null : false,
            Local = attempt.Local ? true : null,
            Source = source,
            Deferrals = deferrals,
        };
    }

    public static SubmittedDeferral OfDeferral(Attempt attempt) => new()
    {
        OccurredAt = new DateTimeOffset(attempt.OccurredAt, TimeSpan.Zero),
        RemoteHost = attempt.RemoteHost,
        ReplyCode = attempt.ReplyCode,
        EnhancedCode = attempt.EnhancedCode,
        Reply = attempt.Reply,
        SourceVerdict = attempt.Verdict,
        OutgoingIp = attempt.OutgoingIp,
        TlsVersion = attempt.TlsVersion,
        Attempted = attempt.Attempted ? null : false,
    };

    /// <summary>False where the server has to be told that what stands there is what the log has, and no mistake of ours.</summary>
    private static bool AreAddresses(string recipient, string? sender) =>
        EmailAddress.Read(recipient, out _) is not null && (string.IsNullOrEmpty(sender) || EmailAddress.Read(sender, out _) is not null);

    private static string KindName(DeliveryEventKind kind) => kind switch
    {
        DeliveryEventKind.Accepted => "accepted",
        DeliveryEventKind.Deferred => "deferred",
        DeliveryEventKind.Delivered => "delivered",
        DeliveryEventKind.Bounced => "bounced",
        DeliveryEventKind.Expired => "expired",
        DeliveryEventKind.Rejected => "rejected",
        DeliveryEventKind.Complained => "complained",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a log's event"),
    };
}
