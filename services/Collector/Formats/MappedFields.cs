namespace MailStats.Collector.Formats;

/// <summary>The fields that a mapping can fill: those of an event of <c>POST /v1/events</c>.</summary>
internal static class MappedFields
{
    public const string OccurredAt = "occurredAt";
    public const string AcceptedAt = "acceptedAt";
    public const string Event = "event";
    public const string Recipient = "recipient";
    public const string Sender = "sender";
    public const string From = "from";
    public const string MessageKey = "messageKey";
    public const string MessageId = "messageId";
    public const string QueueId = "queueId";
    public const string Host = "host";
    public const string RemoteHost = "remoteHost";
    public const string ReplyCode = "replyCode";
    public const string EnhancedCode = "enhancedCode";
    public const string Reply = "reply";
    public const string Subject = "subject";
    public const string SourceVerdict = "sourceVerdict";
    public const string Bytes = "bytes";
    public const string SpamScore = "spamScore";
    public const string Local = "local";
    public const string OutgoingIp = "outgoingIp";
    public const string Pool = "pool";
    public const string Tags = "tags";
    public const string TlsVersion = "tlsVersion";
    public const string ClientAddress = "clientAddress";
    public const string Login = "login";

    public static readonly IReadOnlyList<string> All =
    [
        OccurredAt, AcceptedAt, Event, Recipient, Sender, From, MessageKey, MessageId, QueueId, Host, RemoteHost, ReplyCode, EnhancedCode, Reply, Subject,
        SourceVerdict, Bytes, SpamScore, Local, OutgoingIp, Pool, Tags, TlsVersion, ClientAddress, Login,
    ];

    /// <summary>At least one field of each group has to be there.</summary>
    public static readonly IReadOnlyList<IReadOnlyList<string>> Required =
        [[OccurredAt], [Event], [Recipient], [Sender, From], [MessageKey, MessageId, QueueId]];
}
