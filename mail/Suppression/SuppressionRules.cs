using System.Collections.Frozen;
using MailStats.Mail.Deliveries;

namespace MailStats.Mail.Suppression;

/// <summary>
/// What of a delivery speaks against its address. Only what the classifier is sure of: that a server said 5xx says nothing,
/// two thirds of those are about content, reputation or the sender's own house.
/// </summary>
public static class SuppressionRules
{
    private const string ProvidersList = "suppressed";

    /// <summary>
    /// Reasons that are the address's own and may pass. What may be our own fault (names that do not resolve, connections that
    /// fail) is not here: an outage of ours would empty the list of recipients.
    /// </summary>
    private static readonly FrozenSet<string> Weaker = new[]
    {
        "mailbox_full", "recipient_unknown", "recipient_disabled", "recipient_moved", "domain_not_found", "domain_no_mail",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>
    /// The failure and the complaint of a delivery, where it has one that matters. Nothing for mail that nobody is charged for
    /// (local mail, the null sender): it is not asked about either.
    /// </summary>
    public static (SuppressionEvidence? Failure, SuppressionEvidence? Complaint) EvidenceIn(DeliveryState state)
    {
        if (state.Local || (state.Failures.Count == 0 && state.Complained is null))
        {
            return default;
        }

        var complaint = state.Complained is { } complained ? Of(EvidenceKind.Complaint, complained, complained) : null;
        var failure = state.Failure() is { } failed && !(state.Delivered?.At > failed.At) && state.Mailbox() is not null ? FailureOf(state, failed) : null;

        return (failure, complaint);
    }

    private static SuppressionEvidence? FailureOf(DeliveryState state, Outcome failed)
    {
        var explanation = state.Explanation(failed);

        if (explanation.Classification is not { Unknown: false } told)
        {
            return null;
        }

        EvidenceKind? kind = state.IsHard(failed) ? EvidenceKind.Hard
            : told.Reason == ProvidersList ? EvidenceKind.Provider
            : Weaker.Contains(told.Reason) ? EvidenceKind.Weak
            : null;

        return kind switch
        {
            null => null,
            EvidenceKind.Provider => Of(EvidenceKind.Provider, failed, explanation) with { Source = state.Source },
            { } against => Of(against, failed, explanation),
        };
    }

    private static SuppressionEvidence Of(EvidenceKind kind, Outcome outcome, Outcome explanation) => new()
    {
        Kind = kind,
        At = outcome.At,
        EventId = outcome.EventId,
        Reason = explanation.Classification?.Reason,
        Reply = Shortened(explanation.ReplyText),
    };

    private static string? Shortened(string? reply)
    {
        if (reply is not { Length: > SuppressionEvidence.LongestReply })
        {
            return string.IsNullOrEmpty(reply) ? null : reply;
        }

        // Not in the middle of a surrogate pair: half of one cannot be written.
        var end = char.IsHighSurrogate(reply[SuppressionEvidence.LongestReply - 1]) ? SuppressionEvidence.LongestReply - 1 : SuppressionEvidence.LongestReply;

        return reply[..end];
    }
}
