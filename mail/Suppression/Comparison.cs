using MailStats.Mail.Time;

namespace MailStats.Mail.Suppression;

/// <summary>Which of two lists that should be alike has an address alone.</summary>
public enum ComparisonSide
{
    Unknown = 0,

    /// <summary>A provider refused to send because of its own list, and the address is not on ours.</summary>
    Provider = 1,

    /// <summary>The address is on ours, and mail to it was delivered all the same.</summary>
    Ours = 2,
}

/// <summary>Why an address that a provider has refused is not on our list.</summary>
public enum MissingBecause
{
    Unknown = 0,

    /// <summary>Somebody took it off, or no event about it was acknowledged after that.</summary>
    Removed = 1,

    /// <summary>The entry has ended.</summary>
    Expired = 2,

    /// <summary>Mail to it was delivered later, by this provider or another way.</summary>
    Delivered = 3,
}

/// <summary>An address that only one of the lists has.</summary>
/// <param name="Address">In the form in which addresses are kept.</param>
/// <param name="Domain">The sending domain that our entry holds for; null for all, and where we have none.</param>
/// <param name="At">When the provider refused it last; on our side, when mail to it was delivered last.</param>
/// <param name="Source">The webhook that told of the refusal (<c>sendgrid/newsletter</c>); null where it is not known, and on our side.</param>
/// <param name="Because">Why it is not on our list; null on our side.</param>
/// <param name="Cause">Of our entry; null where we have none.</param>
/// <param name="Reason">The classifier's, or what was written when our entry was made.</param>
/// <param name="Reply">What the provider said.</param>
/// <param name="Delivery">The delivery that was refused, by its key in hexadecimal.</param>
public sealed record ComparedAddress(
    string Address,
    string? Domain,
    DateTimeOffset At,
    string? Source,
    MissingBecause? Because,
    SuppressionCause? Cause,
    string? Reason,
    string? Reply,
    string? Delivery);

/// <summary>What is compared.</summary>
/// <param name="Side">Whose addresses are listed.</param>
/// <param name="Source">A webhook source, whole or its provider alone (<c>sendgrid</c>); null for all. Of no effect on our side.</param>
/// <param name="Because">Those alone that are missing for one of these reasons; empty for all. Of no effect on our side.</param>
public sealed record Comparison(ComparisonSide Side, string? Source, IReadOnlyCollection<MissingBecause> Because)
{
    /// <summary>Deliveries that are older say nothing of a list as it is today.</summary>
    public const int DeliveredWithinDays = 30;

    /// <summary>What is to be told of an address; null where the lists agree about it.</summary>
    /// <param name="listed">Whose facts they are.</param>
    /// <param name="facts">All that is known of it.</param>
    /// <param name="settings">That hold for it.</param>
    /// <param name="now">Microseconds of Unix time.</param>
    public ComparedAddress? Find(in ListedAddress listed, SuppressionFacts facts, SuppressionSettings settings, long now) =>
        Side == ComparisonSide.Ours ? OnlyOurs(listed, facts, settings, now) : OnlyTheirs(listed, facts, settings, now);

    private ComparedAddress? OnlyTheirs(in ListedAddress listed, SuppressionFacts facts, SuppressionSettings settings, long now)
    {
        var refused = (SuppressionEvidence?)null;

        foreach (var evidence in facts.Evidence)
        {
            // What was imported as a provider's entry is our own knowledge.
            if (evidence.Kind == EvidenceKind.Provider && evidence.Delivery.Length > 0 && IsOf(evidence.Source) && !(refused?.At > evidence.At))
            {
                refused = evidence;
            }
        }

        if (refused is null || facts.At(now, settings) is not null)
        {
            return null;
        }

        var because = facts.RemovedAt >= refused.AcknowledgedAt ? MissingBecause.Removed
            : facts.DeliveredAt > refused.At ? MissingBecause.Delivered
            : MissingBecause.Expired;

        return Because.Count > 0 && !Because.Contains(because)
            ? null
            : new(
                listed.Address, null, UnixTime.FromMicroseconds(refused.At), refused.Source, because, null, refused.Reason, refused.Reply, refused.Delivery);
    }

    private static ComparedAddress? OnlyOurs(in ListedAddress listed, SuppressionFacts facts, SuppressionSettings settings, long now) =>
        facts.DeliveredAt is { } delivered && facts.At(now, settings) is { } why
        && delivered > why.Since && delivered > now - (DeliveredWithinDays * (TimeSpan.TicksPerDay / TimeSpan.TicksPerMicrosecond))
            ? new(listed.Address, listed.Domain, UnixTime.FromMicroseconds(delivered), null, null, why.Cause, why.Reason, why.Reply, why.Delivery)
            : null;

    /// <summary>Sources are a provider and a name: <c>sendgrid/newsletter</c> is of <c>sendgrid</c>.</summary>
    private bool IsOf(string? source) =>
        Source is not { } wanted
        || source == wanted
        || (source is not null && source.Length > wanted.Length && source[wanted.Length] == '/' && source.StartsWith(wanted, StringComparison.Ordinal));
}
