using MailStats.Contracts;
using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Replies;
using MailStats.Stores;
using MailStats.Stores.Administration;

namespace MailStats.Ingest.Events;

/// <summary>
/// Makes delivery events of what was submitted: checks every field, brings addresses into one form, expands recipients.
/// Pure: the same input gives the same events.
/// </summary>
/// <param name="now">Times more than a day later are refused.</param>
/// <param name="leavesOut">
/// True for who cannot mend what they send (a provider): a wrong field that an event can do without is left out and noted in
/// <see cref="LeftOut"/>, so that no event is lost whose recipient is known.
/// </param>
internal sealed class EventMaker(DateTimeOffset now, bool leavesOut = false)
{
    public const int MaxSubject = 1_000;
    public const int MaxReply = 64 * 1024;
    public const int MaxKey = 255;
    public const int MaxMessageId = 998;
    public const int MaxSource = 64;

    /// <summary>Characters of a pool, a TLS version, a tag.</summary>
    public const int MaxWord = 64;

    /// <summary>Tags of an event; a delivery keeps as many (<see cref="DeliveryState.MaxTags"/>).</summary>
    public const int MaxTags = DeliveryState.MaxTags;

    /// <summary>
    /// Bytes that one request's events may take on the bus, four times what a body may have: each event of an item holds its
    /// own copy of what the item says, so 70 KB of recipients and one long reply would become 640 MB.
    /// </summary>
    public const long MaxBytes = 64 * 1024 * 1024;

    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly DateTimeOffset _latest = now.AddDays(1);
    private readonly List<string> _recipients = [];
    private long _bytes;

    public List<DeliveryEvent> Events { get; } = [];

    public Rejections Rejections { get; } = new();

    public IReadOnlyList<RejectedField> Rejected => Rejections.Told;

    /// <summary>The events take more than <see cref="MaxBytes"/>. No further ones were made.</summary>
    public bool TooLarge => _bytes > MaxBytes;

    /// <summary>Wrong fields of events that were made without them.</summary>
    public Rejections LeftOut { get; } = new();

    /// <summary>The domain whose validated owner a caller with the scope <c>ingest-all</c> reports for; null where the event names none.</summary>
    public static string? SendingDomain(SubmittedEvent submitted)
    {
        var address = !string.IsNullOrEmpty(submitted.From) ? EmailAddress.ReadHeader(submitted.From, out _)
            : !string.IsNullOrEmpty(submitted.Sender) ? EmailAddress.Read(submitted.Sender, out _)
            : null;

        return address is null ? null : EmailAddress.DomainOf(address).ToString();
    }

    /// <summary>Adds one event for each right recipient of the item, or the errors of all its wrong fields.</summary>
    /// <param name="item">The item.</param>
    /// <param name="tenantId">Whose it is.</param>
    /// <param name="otherwise">Counts as sender where the item names none that can be read.</param>
    public void Add(in ReadItem item, string tenantId, string? otherwise = null)
    {
        var submitted = item.Event;
        var fields = new CheckedFields(item, Rejections, null, leavesOut ? LeftOut : null);
        var kind = fields.Kind(submitted.Event);
        var occurredAt = fields.Time("occurredAt", submitted.OccurredAt, Earliest, _latest);
        var acceptedAt = fields.OptionalTime("acceptedAt", submitted.AcceptedAt, Earliest, _latest);
        var before = Rejections.Count;
        var queueId = fields.Word("queueId", submitted.QueueId, MaxKey);
        var messageId = fields.Word("messageId", Bare(submitted.MessageId), MaxMessageId);
        var host = fields.Word("host", submitted.Host, MaxKey);
        var messageKey = fields.MessageKey(submitted, messageId, host, queueId, isNamed: Rejections.Count > before);
        var remoteHost = fields.Word("remoteHost", submitted.RemoteHost, MaxKey);
        var source = fields.Word("source", submitted.Source, MaxSource) ?? "api";
        var sourceVerdict = fields.Word("sourceVerdict", submitted.SourceVerdict, MaxKey);
        var eventId = fields.Word("eventId", submitted.EventId, MaxKey);
        var outgoingIp = fields.Ip("outgoingIp", submitted.OutgoingIp);
        var pool = fields.Word("pool", submitted.Pool, MaxWord);
        var tags = fields.Tags(submitted.Tags);
        var tlsVersion = fields.Word("tlsVersion", submitted.TlsVersion, MaxWord);
        var clientAddress = fields.Ip("clientAddress", submitted.ClientAddress);
        var login = fields.Word("login", submitted.Login, MaxKey);
        var sender = fields.Sender(submitted);
        var from = string.IsNullOrWhiteSpace(submitted.From) ? null : fields.From(submitted.From);
        var reply = FreeText.Clean(submitted.Reply, MaxReply, keepLines: true);
        var enhancedCode = fields.EnhancedCode(submitted.EnhancedCode);
        var givenCode = (int?)fields.InRange("replyCode", submitted.ReplyCode, 200, 599);
        var attemptNumber = (int?)fields.InRange("attemptNumber", submitted.AttemptNumber, 1, 1_000_000);
        var bytes = fields.InRange("bytes", submitted.Bytes, 0, long.MaxValue);
        sender ??= from is null ? otherwise : null;

        if (sender is null)
        {
            fields.NeedsSender(submitted);
        }

        fields.NeedsRecipient(submitted);
        fields.HasDeferralsOfOne(submitted);

        _recipients.Clear();
        var failed = fields.Failed;
        fields.Recipients(submitted, _recipients);

        if (failed)
        {
            return;
        }

        var (replyCode, enhanced) = LeadingCodes.Fill(givenCode, enhancedCode, reply);
        var subject = FreeText.Clean(submitted.Subject, MaxSubject, keepLines: false);

        foreach (var recipient in _recipients)
        {
            if (TooLarge)
            {
                return;
            }

            var made = new DeliveryEvent
            {
                EventId = eventId is null
                    ? EventIdentity.Of(tenantId, messageKey!, recipient, kind, occurredAt!.Value, replyCode, enhanced, reply, attemptNumber)
                    : EventIdentity.OfSource(tenantId, source, eventId, recipient, kind),
                TenantId = tenantId,
                MessageKey = messageKey!,
                Recipient = recipient,
                Kind = kind,
                OccurredAt = occurredAt!.Value,
                AcceptedAt = acceptedAt,
                Source = source,
                Sender = sender,
                HeaderFrom = from,
                QueueId = queueId,
                MessageId = messageId,
                Subject = subject,
                ReportingHost = host,
                RemoteHost = remoteHost,
                ReplyCode = replyCode,
                EnhancedCode = enhanced,
                ReplyText = reply,
                SourceVerdict = sourceVerdict,
                Bytes = bytes,
                SpamScore = submitted.SpamScore,
                Attempted = submitted.Attempted ?? true,
                AttemptNumber = attemptNumber,
                Local = submitted.Local ?? false,
                OutgoingIp = outgoingIp,
                Pool = pool,
                Tags = tags,
                TlsVersion = tlsVersion,
                ClientAddress = clientAddress,
                Login = login,
            };
            AddDeferrals(item, made);
            Add(made);
        }
    }

    /// <summary>An event for each right deferral of an item, which says of the message what the item's own event says.</summary>
    private void AddDeferrals(in ReadItem item, DeliveryEvent made)
    {
        for (var place = 0; place < item.Event.Deferrals?.Count && !TooLarge; place++)
        {
            var deferral = item.Event.Deferrals[place];
            var fields = new CheckedFields(item, Rejections, place);
            var occurredAt = fields.Time("occurredAt", deferral.OccurredAt, Earliest, _latest);
            var remoteHost = fields.Word("remoteHost", deferral.RemoteHost, MaxKey);
            var sourceVerdict = fields.Word("sourceVerdict", deferral.SourceVerdict, MaxKey);
            var eventId = fields.Word("eventId", deferral.EventId, MaxKey);
            var outgoingIp = fields.Ip("outgoingIp", deferral.OutgoingIp);
            var tlsVersion = fields.Word("tlsVersion", deferral.TlsVersion, MaxWord);
            var reply = FreeText.Clean(deferral.Reply, MaxReply, keepLines: true);
            var (replyCode, enhancedCode) = LeadingCodes.Fill(deferral.ReplyCode, fields.EnhancedCode(deferral.EnhancedCode), reply);
            fields.InRange("replyCode", deferral.ReplyCode, 200, 599);
            fields.InRange("attemptNumber", deferral.AttemptNumber, 1, 1_000_000);

            if (fields.Failed)
            {
                continue;
            }

            Add(made with
            {
                EventId = eventId is null
                    ? EventIdentity.Of(
                        made.TenantId, made.MessageKey, made.Recipient, DeliveryEventKind.Deferred, occurredAt!.Value,
                        replyCode, enhancedCode, reply, deferral.AttemptNumber)
                    : EventIdentity.OfSource(made.TenantId, made.Source, eventId, made.Recipient, DeliveryEventKind.Deferred),
                Kind = DeliveryEventKind.Deferred,
                OccurredAt = occurredAt!.Value,
                RemoteHost = remoteHost,
                ReplyCode = replyCode,
                EnhancedCode = enhancedCode,
                ReplyText = reply,
                SourceVerdict = sourceVerdict,
                Attempted = deferral.Attempted ?? true,
                AttemptNumber = deferral.AttemptNumber,
                OutgoingIp = outgoingIp,
                TlsVersion = tlsVersion,
            });
        }
    }

    private void Add(DeliveryEvent made)
    {
        _bytes += EventWeight.Of(made);
        Events.Add(made);
    }

    private static string? Bare(string? messageId)
    {
        var text = messageId?.Trim();

        return text is ['<', .., '>'] ? text[1..^1] : text;
    }
}
