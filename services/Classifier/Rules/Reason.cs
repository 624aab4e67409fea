namespace MailStats.Classifier.Rules;

/// <summary>Why a delivery failed, in general; the taxonomy.</summary>
/// <param name="Id">Snake case, as in <see cref="Contracts.Classification.Reason"/>.</param>
/// <param name="Hard">True when a permanent failure for this reason proves the address or its domain bad.</param>
/// <param name="Actor">Who has to act.</param>
/// <param name="Advice">What to do, where the rule has no advice of its own.</param>
/// <param name="Documentation">A page about the reason that is nobody's in particular.</param>
internal sealed record Reason(string Id, bool Hard, string Actor, AdviceTemplate Advice, string? Documentation)
{
    public const string Unknown = Mail.Replies.Reasons.Unknown;

    /// <summary>What an expiry is for when no reply says more.</summary>
    public const string Expired = "message_expired";

    public static readonly IReadOnlyList<string> Actors =
        ["recipient", "authentication", "content", "reputation", "receiver", "sender_system", "none"];
}
