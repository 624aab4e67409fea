using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;

namespace MailStats.Mail.Lists;

/// <summary>How a delivery is shown in the lists, and whether a query asks for it. The same for every store.</summary>
public static class DeliveryLogView
{
    public static Activity Activity(string tenantId, in StoredDelivery delivery, DeliveryStatus status)
    {
        var (messageKey, recipient, state) = delivery;
        var outcome = OutcomeOf(state, status);
        var failed = status is DeliveryStatus.Deferred or DeliveryStatus.SoftBounced or DeliveryStatus.HardBounced or DeliveryStatus.Rejected;
        var classification = failed && outcome is not null ? state.Explanation(outcome).Classification : null;

        return new(
            new(tenantId, messageKey, recipient),
            UnixTime.FromMicroseconds(outcome?.At ?? state.StatusAt()),
            status,
            recipient,
            state.Subject,
            Sender(state),
            state.QueueId,
            classification?.Reason,
            classification?.Advice);
    }

    public static ErrorEvent ErrorEvent(string tenantId, in StoredDelivery delivery)
    {
        var (messageKey, recipient, state) = delivery;
        var outcome = state.Decisive() ?? throw new InvalidOperationException("A delivery without an outcome cannot be shown as an error.");
        var explanation = state.Explanation(outcome);
        var classification = explanation.Classification;

        return new()
        {
            Delivery = new(tenantId, messageKey, recipient),
            OccurredAt = UnixTime.FromMicroseconds(explanation.At),
            Status = state.Status(),
            QueueId = state.QueueId,
            From = Sender(state),
            FromDomain = state.Mailbox()?.Domain ?? "",
            To = recipient,
            ReplyCode = explanation.ReplyCode,
            EnhancedCode = explanation.EnhancedCode,
            Reason = classification?.Reason ?? "unknown",
            Hard = state.IsHard(outcome),
            UnknownCode = classification?.Unknown ?? true,
            Advice = classification?.Advice ?? "",
            Detail = explanation.ReplyText,
            Documentation = classification?.Documentation,
            Bytes = state.Bytes,
            Attempts = state.Attempts(),
            LastTry = UnixTime.FromMicroseconds(state.LastTry ?? outcome.At),
            SpamScore = state.SpamScore,
        };
    }

    /// <summary>
    /// Which of two failures of the same reason and instant stands for the reason: by what is shown of it, so that neither the
    /// order of arrival nor the store decides.
    /// </summary>
    public static int CompareExamples(ErrorEvent left, ErrorEvent right)
    {
        var order = string.CompareOrdinal(left.Detail, right.Detail);
        order = order != 0 ? order : string.CompareOrdinal(left.Advice, right.Advice);

        return order != 0 ? order : string.CompareOrdinal(left.Documentation, right.Documentation);
    }

    public static bool Matches(this ActivityQuery query, LogSearch search, string recipient, DeliveryState state, DeliveryStatus status) =>
        status != DeliveryStatus.Unknown
        && (query.Statuses.Count == 0 || query.Statuses.Contains(status))
        && search.Finds(recipient, Sender(state), state, state.Subject);

    public static bool Matches(this ErrorEventQuery query, LogSearch search, ErrorEvent shown, DeliveryState state) =>
        (query.Statuses.Count == 0 || query.Statuses.Contains(shown.Status))
        && (query.Reason is null || query.Reason == shown.Reason)
        && (query.ReplyCode is null || query.ReplyCode == (shown.ReplyCode ?? 0))
        && (query.EnhancedCode is null || query.EnhancedCode == (shown.EnhancedCode ?? ""))
        && (query.Accepted is not { } accepted || IsWithin(state.AcceptedAt, accepted))
        && (query.UnknownCode is null || query.UnknownCode == shown.UnknownCode)
        && search.Finds(shown.To, shown.From, state, shown.Detail);

    private static bool IsWithin(long microseconds, TimeRange range) =>
        microseconds >= UnixTime.ToMicroseconds(range.From) && microseconds < UnixTime.ToMicroseconds(range.To);

    private static Outcome? OutcomeOf(DeliveryState state, DeliveryStatus status) => status switch
    {
        DeliveryStatus.Complained => state.Complained,
        DeliveryStatus.Delivered => state.Delivered,
        DeliveryStatus.SoftBounced or DeliveryStatus.HardBounced => state.Failure(),
        _ => state.Decisive(),
    };

    /// <summary>The mailbox, empty for the null sender.</summary>
    private static string Sender(DeliveryState state) => state.Mailbox()?.Address ?? "";
}
