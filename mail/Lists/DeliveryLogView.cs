using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;

namespace MailStats.Mail.Lists;

/// <summary>How a delivery is shown in the lists. The same for every store.</summary>
public static class DeliveryLogView
{
    public static Activity Activity(in DeliveryId id, string recipient, DeliveryState state, DeliveryStatus status)
    {
        var outcome = OutcomeOf(state, status);
        var classification = IsFailure(status) && outcome is not null ? state.Explanation(outcome).Classification : null;

        return new(
            id,
            UnixTime.FromMicroseconds(outcome?.At ?? state.StatusAt()),
            status,
            recipient,
            state.Subject,
            Sender(state),
            state.QueueId,
            classification?.Reason,
            classification?.Advice);
    }

    public static ErrorEvent ErrorEvent(in DeliveryId id, string recipient, DeliveryState state)
    {
        var outcome = state.Decisive() ?? throw new InvalidOperationException("A delivery without an outcome cannot be shown as an error.");
        var explanation = state.Explanation(outcome);
        var classification = explanation.Classification;

        return new()
        {
            Id = id,
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

    public static DeliverySummary Summary(in DeliveryId id, string recipient, DeliveryState state) => new()
    {
        Id = id,
        OccurredAt = UnixTime.FromMicroseconds(state.StatusAt()),
        AcceptedAt = UnixTime.FromMicroseconds(state.AcceptedAt),
        Status = ListedStatus(state),
        Recipient = recipient,
        Sender = Sender(state),
        Subject = state.Subject,
        QueueId = state.QueueId,
        MessageId = state.MessageId,
        Provider = state.Provider,
        Reason = Failing(state)?.Classification?.Reason,
        Attempts = state.Attempts(),
    };

    /// <summary>Of a delivery of which only a complaint is known, that.</summary>
    public static DeliveryStatus ListedStatus(DeliveryState state) =>
        state.Status() is not DeliveryStatus.Unknown and var status ? status
        : state.Complained is not null ? DeliveryStatus.Complained
        : DeliveryStatus.Unknown;

    public static bool IsFailure(DeliveryStatus status) =>
        status is DeliveryStatus.Deferred or DeliveryStatus.SoftBounced or DeliveryStatus.HardBounced or DeliveryStatus.Rejected;

    /// <summary>The outcome that explains a failure, null where nothing failed.</summary>
    public static Outcome? Failing(DeliveryState state) =>
        IsFailure(state.Status()) && state.Decisive() is { } outcome ? state.Explanation(outcome) : null;

    private static Outcome? OutcomeOf(DeliveryState state, DeliveryStatus status) => status switch
    {
        DeliveryStatus.Complained => state.Complained,
        DeliveryStatus.Delivered => state.Delivered,
        DeliveryStatus.SoftBounced or DeliveryStatus.HardBounced => state.Failure(),
        _ => state.Decisive(),
    };

    /// <summary>The mailbox, empty for the null sender.</summary>
    public static string Sender(DeliveryState state) => state.Mailbox()?.Address ?? "";
}
