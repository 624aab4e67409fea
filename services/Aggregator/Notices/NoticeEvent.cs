using System.Text.Json;
using System.Text.Json.Serialization;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.SystemTextJson;
using MailStats.Contracts;
using MailStats.ServiceDefaults;

namespace MailStats.Aggregator.Notices;

/// <summary>
/// A notice as a CloudEvent (specification 1.0, JSON format): its type is <c>mailstats.quota.threshold-reached</c> and so on, its
/// topic the tenant and the type, <c>acme.quota.threshold-reached</c>. Enumerations are words, and what is null is left out.
/// </summary>
internal static class NoticeEvent
{
    private const string Prefix = "mailstats.";

    // W3C Trace Context in CloudEvents: extension "Distributed Tracing".
    private static readonly CloudEventAttribute Trace = CloudEventAttribute.CreateExtension("traceparent", CloudEventAttributeType.String);

    private static readonly JsonEventFormatter Format = new(
        new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        },
        default);

    /// <param name="notice">A message of Contracts that has a notice id.</param>
    /// <param name="trace">W3C <c>traceparent</c>; null where nobody records one.</param>
    public static PublicEvent Of(object notice, string? trace) => notice switch
    {
        QuotaThresholdReached it => Of(it, "quota.threshold-reached", it.NoticeId, it.TenantId, it.Mailbox ?? it.Domain, it.OccurredAt, trace),
        QuotaRestored it => Of(it, "quota.restored", it.NoticeId, it.TenantId, it.Mailbox ?? it.Domain, it.OccurredAt, trace),
        IncidentOpened it => Of(it, "incident.opened", it.NoticeId, it.TenantId, it.Incident.Id, it.OccurredAt, trace),
        IncidentChanged it => Of(it, "incident.changed", it.NoticeId, it.TenantId, it.Incident.Id, it.OccurredAt, trace),
        IncidentClosed it => Of(it, "incident.closed", it.NoticeId, it.TenantId, it.Incident.Id, it.OccurredAt, trace),
        MailboxStopped it => Of(it, "mailbox.stopped", it.NoticeId, it.TenantId, it.Mailbox, it.OccurredAt, trace),
        MailboxReleased it => Of(it, "mailbox.released", it.NoticeId, it.TenantId, it.Mailbox, it.OccurredAt, trace),
        RecipientSuppressed it => Of(it, "recipient.suppressed", it.NoticeId, it.TenantId, it.Address, it.OccurredAt, trace),
        RecipientReleased it => Of(it, "recipient.released", it.NoticeId, it.TenantId, it.Address, it.OccurredAt, trace),
        WebhookSourceFailed it => Of(it, "webhook-source.failed", it.NoticeId, it.TenantId, it.SourceId, it.OccurredAt, trace),
        _ => throw new ArgumentException($"{notice.GetType().Name} is no public event.", nameof(notice)),
    };

    private static PublicEvent Of(
        object notice, string name, Guid noticeId, string tenantId, string? subject, DateTimeOffset occurredAt, string? trace)
    {
        var made = new CloudEvent(CloudEventsSpecVersion.V1_0)
        {
            Id = noticeId.ToString(),
            Source = new Uri($"/tenants/{Uri.EscapeDataString(tenantId)}", UriKind.Relative),
            Type = Prefix + name,
            Subject = CanBeSubject(subject) ? subject : null,
            Time = occurredAt,
            DataContentType = "application/json",
            Data = notice,
        };

        if (trace is not null)
        {
            made[Trace] = trace;
        }

        var body = Format.EncodeStructuredModeMessage(made, out var contentType);

        return new(noticeId, $"{tenantId}.{name}", contentType.ToString(), body);
    }

    // An attribute holds no control characters, halves of pairs and noncharacters (CloudEvents 1.0, "String"); addresses of logs may.
    private static bool CanBeSubject(string? text) =>
        text is { Length: > 0 }
        && text.All(character =>
            !char.IsControl(character) && !char.IsSurrogate(character) && (character is < '\uFDD0' or (> '\uFDEF' and < '\uFFFE')));
}
