using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Time;

namespace MailStats.Mail.Statistics;

/// <summary>
/// What one delivery adds to the statistics: one recipient under one mailbox, in the quarter hour its message was accepted.
/// The change that an application makes is the new contribution minus the old one.
/// </summary>
public readonly record struct Contribution(Mailbox Mailbox, long Quarter, string Provider, DeliveryStatus Status, ReasonKey? Reason)
{
    /// <summary>
    /// Null for what is not counted: the null sender, mail delivered locally, what was refused at submission, and a
    /// complaint about a message that nothing else is known of.
    /// </summary>
    public static Contribution? Of(DeliveryState state)
    {
        var status = state.Status();

        if (state.Local || status is DeliveryStatus.Rejected or DeliveryStatus.Unknown || state.Mailbox() is not { } mailbox)
        {
            return null;
        }

        var reason = status is DeliveryStatus.SoftBounced or DeliveryStatus.HardBounced
            ? ReasonKey.Of(state.Explanation(state.Failure()!), status == DeliveryStatus.HardBounced)
            : (ReasonKey?)null;

        return new(mailbox, UnixTime.QuarterOf(state.AcceptedAt), state.Provider ?? "", status, reason);
    }
}

/// <summary>What final failures are counted by.</summary>
public readonly record struct ReasonKey(string Reason, int? ReplyCode, string? EnhancedCode, bool Hard)
{
    public static ReasonKey Of(Outcome outcome, bool hard) =>
        new(outcome.Classification?.Reason ?? "unknown", outcome.ReplyCode, outcome.EnhancedCode, hard);
}
