using MailStats.Contracts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.Deliveries;

namespace MailStats.Query.Deliveries;

/// <summary>A delivery as the API shows it.</summary>
internal static class TrailView
{
    public static DeliveryDetails Of(DeliveryId id, KeptTrail kept, Surroundings around)
    {
        var (_, recipient, state) = kept.Delivery;
        var status = DeliveryLogView.ListedStatus(state);
        var failure = DeliveryLogView.Failing(state);
        var mailbox = state.Mailbox()?.Address ?? "";

        return new()
        {
            Id = id.ToString(),
            OccurredAt = UnixTime.FromMicroseconds(status == DeliveryStatus.Complained ? state.Complained!.At : state.StatusAt()),
            AcceptedAt = UnixTime.FromMicroseconds(state.AcceptedAt),
            Status = status,
            Recipient = recipient,
            Sender = mailbox,
            EnvelopeSender = string.Equals(state.Sender, mailbox, StringComparison.OrdinalIgnoreCase) ? null : state.Sender,
            Subject = state.Subject,
            QueueId = state.QueueId,
            MessageId = state.MessageId,
            Provider = state.Provider,
            Reason = failure is null ? null : failure.Classification?.Reason ?? "unknown",
            Advice = failure?.Classification?.Advice,
            Documentation = failure?.Classification?.Documentation,
            Hard = failure is null ? null : status == DeliveryStatus.HardBounced,
            Host = state.ReportingHost,
            Source = state.Source,
            Bytes = state.Bytes,
            SpamScore = state.SpamScore,
            OutgoingIp = state.OutgoingIp,
            Pool = state.Pool,
            Tags = state.Tags,
            TlsVersion = state.TlsVersion,
            ClientAddress = state.ClientAddress,
            Login = state.Login,
            Counted = Contribution.Of(state) is not null,
            AttemptsMade = state.Attempts(),
            Attempts = [.. state.Trail.Select(Attempt)],
            Earlier = Earlier(state),
            Reservation = kept.Reservation is not { } taken ? null : new()
            {
                ReservationId = taken.Key,
                Recipients = taken.Recipients,
                TakenAt = UnixTime.FromMicroseconds(taken.TakenAt),
            },
            Suppression = around.Suppression,
            Incidents = around.Incidents,
        };
    }

    private static DeliveryAttempt Attempt(Outcome outcome) => new()
    {
        OccurredAt = UnixTime.FromMicroseconds(outcome.At),
        Outcome = outcome.Kind switch
        {
            DeliveryEventKind.Deferred => AttemptOutcome.Deferred,
            DeliveryEventKind.Delivered => AttemptOutcome.Delivered,
            DeliveryEventKind.Bounced => AttemptOutcome.Bounced,
            DeliveryEventKind.Expired => AttemptOutcome.Expired,
            _ => AttemptOutcome.Rejected,
        },
        SmtpCode = outcome.ReplyCode,
        EnhancedCode = outcome.EnhancedCode,
        Reply = outcome.ReplyText,
        RemoteHost = outcome.RemoteHost,
        OutgoingIp = outcome.OutgoingIp,
        Host = outcome.ReportingHost,
        Attempted = outcome.Attempted,
        Reason = outcome.Classification?.Reason,
        Advice = outcome.Classification?.Advice,
        UnknownCode = outcome.Classification?.Unknown ?? false,
    };

    private static List<EarlierOutcome> Earlier(DeliveryState state)
    {
        var activities = new List<(DeliveryStatus Status, Outcome Outcome)>();
        state.AddEarlierActivities(activities);

        return [.. activities.OrderBy(activity => activity.Outcome.At).Select(activity =>
        {
            var explanation = activity.Status is DeliveryStatus.SoftBounced or DeliveryStatus.HardBounced
                ? state.Explanation(activity.Outcome)
                : activity.Outcome;

            return new EarlierOutcome
            {
                OccurredAt = UnixTime.FromMicroseconds(activity.Outcome.At),
                Status = activity.Status,
                SmtpCode = explanation.ReplyCode,
                EnhancedCode = explanation.EnhancedCode,
                Reply = explanation.ReplyText,
                RemoteHost = explanation.RemoteHost,
                Reason = explanation.Classification?.Reason,
                Advice = explanation.Classification?.Advice,
            };
        })];
    }
}
