using MailStats.Contracts;
using MailStats.Mail.Time;

namespace MailStats.Mail.Deliveries;

/// <summary>The events behind a state's failures, the same for every store.</summary>
public static class ReplyHistoryView
{
    public static IEnumerable<ClassifiedDelivery> Failures(string tenantId, string messageKey, string recipient, DeliveryState state, bool unknownOnly)
    {
        Outcome?[] decisive = [state.Deferred, state.Rejected, .. state.Failures];

        // The trail holds the decisive ones too, unless it is too long, or one event was told in different ways.
        return state.Trail
            .Where(outcome => outcome.Kind != DeliveryEventKind.Delivered)
            .Concat(decisive.OfType<Outcome>())
            .Distinct()
            .Where(outcome => !unknownOnly || outcome.Classification is { Unknown: true })
            .Select(outcome => new ClassifiedDelivery
            {
                Event = new DeliveryEvent
                {
                    EventId = outcome.EventId,
                    TenantId = tenantId,
                    MessageKey = messageKey,
                    Recipient = recipient,
                    Kind = outcome.Kind,
                    OccurredAt = UnixTime.FromMicroseconds(outcome.At),
                    RemoteHost = outcome.RemoteHost,
                    ReplyCode = outcome.ReplyCode,
                    EnhancedCode = outcome.EnhancedCode,
                    ReplyText = outcome.ReplyText,
                    SourceVerdict = outcome.SourceVerdict,
                    ReportingHost = outcome.ReportingHost,
                    OutgoingIp = outcome.OutgoingIp,
                    Attempted = outcome.Attempted,
                    // Beside what is classified, told again as the least there is: the state keeps what it knows.
                    Source = state.Source ?? string.Empty,
                },
                Provider = state.Provider ?? string.Empty,
                Classification = outcome.Classification,
            });
    }
}
