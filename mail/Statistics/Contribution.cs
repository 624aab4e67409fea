using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Time;

namespace MailStats.Mail.Statistics;

/// <summary>
/// What one delivery adds to the statistics: one recipient under one mailbox, in the quarter hour its message was accepted.
/// The change that an application makes is the new contribution minus the old one.
/// </summary>
public readonly record struct Contribution(
    Mailbox Mailbox, long Quarter, string Provider, DeliveryStatus Status, ReasonKey? Reason, bool Complained = false)
{
    /// <summary>
    /// Stands in the place of the receiving provider for what was not sent at all: a suppression list, a limit or somebody's hand kept it
    /// back. No receiver has refused it. No domain holds a blank.
    /// </summary>
    public const string NotSent = "not sent";

    /// <summary>False for a complaint about a message that nothing else is known of: there is a complaint, but no recipient.</summary>
    public bool HasRecipient => Status != DeliveryStatus.Unknown;

    /// <summary>What so many deliveries of this kind add.</summary>
    public static Counters CountersOf(DeliveryStatus status, bool complained, long deliveries) =>
        Counters.Of(status, deliveries) with { Complaints = complained ? deliveries : 0 };

    /// <summary>Null for mail that is not counted: the null sender, mail delivered locally, and what was refused at submission.</summary>
    public static Contribution? Of(DeliveryState state)
    {
        var status = state.Status();

        var complained = state.Complained is not null;

        if (state.Local || status is DeliveryStatus.Rejected || (status is DeliveryStatus.Unknown && !complained) || state.Mailbox() is not { } mailbox)
        {
            return null;
        }

        var reason = status is DeliveryStatus.SoftBounced or DeliveryStatus.HardBounced
            ? ReasonKey.Of(state.Explanation(state.Failure()!), status == DeliveryStatus.HardBounced)
            : (ReasonKey?)null;

        var provider = reason is { Reason: "suppressed" or "cancelled" or "sender_limit" } ? NotSent : state.Provider ?? "";

        return new(mailbox, UnixTime.QuarterOf(state.AcceptedAt), provider, status, reason, complained);
    }
}

/// <summary>What final failures are counted by.</summary>
public readonly record struct ReasonKey(string Reason, int? ReplyCode, string? EnhancedCode, bool Hard)
{
    public static ReasonKey Of(Outcome outcome, bool hard) =>
        new(outcome.Classification?.Reason ?? "unknown", outcome.ReplyCode, outcome.EnhancedCode, hard);
}
