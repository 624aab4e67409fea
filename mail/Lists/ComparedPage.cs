using MailStats.Mail.Suppression;
using MailStats.Mail.Time;

namespace MailStats.Mail.Lists;

/// <summary>
/// A page of what only one of two suppression lists has, latest first. It is given all addresses of a tenant, in any order, and keeps no
/// more than the page: the stores need no index for it, and memory is bounded.
/// </summary>
/// <param name="comparison">What is compared.</param>
/// <param name="after">The end of the page before; null for the first.</param>
/// <param name="limit">Addresses of the page.</param>
/// <param name="now">Microseconds of Unix time.</param>
public sealed class ComparedPage(Comparison comparison, LogCursor? after, int limit, long now)
{
    private readonly PriorityQueue<ComparedAddress, LogCursor> _latest = new();

    /// <summary>Addresses of all pages.</summary>
    public long Total { get; private set; }

    /// <param name="listed">Whose facts they are.</param>
    /// <param name="number"><see cref="SuppressedAddress.Number"/>.</param>
    /// <param name="facts">All that is known of it.</param>
    /// <param name="settings">That hold for it.</param>
    public void Consider(in ListedAddress listed, long number, SuppressionFacts facts, SuppressionSettings settings)
    {
        if (comparison.Find(listed, facts, settings, now) is not { } address)
        {
            return;
        }

        Total++;
        var place = LogCursor.OfNumber(UnixTime.ToMicroseconds(address.At), number);

        if (after is { } end && place >= end)
        {
            return;
        }

        _latest.Enqueue(address, place);

        // One more than the page has tells that another follows.
        if (_latest.Count > limit + 1)
        {
            _latest.Dequeue();
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
}
