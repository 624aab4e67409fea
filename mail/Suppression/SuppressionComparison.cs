using MailStats.Mail.Lists;
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
public sealed record Comparison(ComparisonSide Side, string? Source, IReadOnlyCollection<MissingBecause> Because);

/// <summary>
/// Compares what events told of providers' lists with ours. It is given all addresses of a tenant, in any order, and keeps one page of
/// those that only one side has, latest first: the stores need no index for it, and memory is bounded by the page.
/// </summary>
/// <param name="comparison">What is compared.</param>
/// <param name="after">The end of the page before; null for the first.</param>
/// <param name="limit">Addresses of the page.</param>
/// <param name="now">Microseconds of Unix time.</param>
public sealed class SuppressionComparison(Comparison comparison, LogCursor? after, int limit, long now)
{
    /// <summary>Deliveries that are older say nothing of a list as it is today.</summary>
    public const int DeliveredWithinDays = 30;

    private readonly PriorityQueue<ComparedAddress, LogCursor> _latest = new();

    /// <summary>Addresses of all pages.</summary>
    public long Total { get; private set; }

    /// <param name="listed">Whose facts they are.</param>
    /// <param name="number"><see cref="SuppressedAddress.Number"/>.</param>
    /// <param name="facts">All that is known of it.</param>
    /// <param name="settings">That hold for it.</param>
    public void Consider(in ListedAddress listed, long number, SuppressionFacts facts, SuppressionSettings settings)
    {
        var found = comparison.Side == ComparisonSide.Ours ? OnlyOurs(listed, facts, settings) : OnlyTheirs(listed, facts, settings);

        if (found is not { } address)
        {
            return;
        }

        Total++;
        var place = LogCursor.OfNumber(UnixTime.ToMicroseconds(address.At), number);

        if (after is not { } end || place < end)
        {
            _latest.Enqueue(address, place);

            // One more than the page has tells that another follows.
            if (_latest.Count > limit + 1)
            {
                _latest.Dequeue();
            }
        }
    }

    /// <summary>The page. To be called once, at the end.</summary>
    public Page<ComparedAddress> Page()
    {
        var more = _latest.Count > limit;

        if (more)
        {
            _latest.Dequeue();
        }

        var (items, last) = (new List<ComparedAddress>(_latest.Count), default(LogCursor?));

        while (_latest.TryDequeue(out var address, out var place))
        {
            last ??= place;
            items.Add(address);
        }

        items.Reverse();

        return new(items, more ? last?.ToString() : null);
    }

    private ComparedAddress? OnlyTheirs(in ListedAddress listed, SuppressionFacts facts, SuppressionSettings settings)
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

        return comparison.Because.Count > 0 && !comparison.Because.Contains(because)
            ? null
            : new(
                listed.Address, null, UnixTime.FromMicroseconds(refused.At), refused.Source, because, null, refused.Reason, refused.Reply, refused.Delivery);
    }

    private ComparedAddress? OnlyOurs(in ListedAddress listed, SuppressionFacts facts, SuppressionSettings settings) =>
        facts.DeliveredAt is { } delivered && facts.At(now, settings) is { } why
        && delivered > why.Since && delivered > now - (DeliveredWithinDays * (TimeSpan.TicksPerDay / TimeSpan.TicksPerMicrosecond))
            ? new(listed.Address, listed.Domain, UnixTime.FromMicroseconds(delivered), null, null, why.Cause, why.Reason, why.Reply, why.Delivery)
            : null;

    /// <summary>Sources are a provider and a name: <c>sendgrid/newsletter</c> is of <c>sendgrid</c>.</summary>
    private bool IsOf(string? source) =>
        comparison.Source is not { } wanted
        || source == wanted
        || (source is not null && source.Length > wanted.Length && source[wanted.Length] == '/' && source.StartsWith(wanted, StringComparison.Ordinal));
}
