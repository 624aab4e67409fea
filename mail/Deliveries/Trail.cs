using System.Collections;

namespace MailStats.Mail.Deliveries;

/// <summary>
/// What the sources told of the tries of one delivery, by time and event id: all of it, or where there is very much the first
/// <see cref="First"/> and the last <see cref="Last"/>. Both are top-k sets by the same order, and of two tellings with the
/// same time and id the greater one stays, so the union of trails is still a merge: what fell out once has enough on either
/// side of it to fall out again. Of those <see cref="Between"/> only what they count as is kept, so that attempts stay exact.
/// </summary>
public sealed class Trail : IReadOnlyList<Outcome>
{
    /// <summary>How a delivery began.</summary>
    public const int First = 16;

    /// <summary>How it ended.</summary>
    public const int Last = 48;

    /// <summary>Outcomes of one delivery in all; past it those after the first <see cref="First"/> go, the earliest first.</summary>
    public const int Most = 1024;

    private readonly List<Outcome> _outcomes = [];
    private List<Outcome>? _between;

    /// <summary>What stands between the first and the last, in its order, without words (<see cref="Outcome.Worn"/>).</summary>
    public IReadOnlyList<Outcome> Between => _between ?? (IReadOnlyList<Outcome>)[];

    public int Count => _outcomes.Count;

    public Outcome this[int index] => _outcomes[index];

    /// <summary>Takes in what one event said. False when it changed nothing.</summary>
    public bool Merge(Outcome outcome)
    {
        var place = _outcomes.Count;

        // From the end: events mostly come in their order.
        while (place > 0)
        {
            var order = Compare(outcome, _outcomes[place - 1]);

            if (order == 0)
            {
                return Retell(_outcomes, place - 1, outcome);
            }

            if (order > 0)
            {
                break;
            }

            place--;
        }

        if (_outcomes.Count < First + Last)
        {
            _outcomes.Insert(place, outcome);
            return true;
        }

        if (place == First)
        {
            return MergeBetween(outcome.Worn());
        }

        _outcomes.Insert(place, outcome);
        var fallen = _outcomes[First];
        _outcomes.RemoveAt(First);
        MergeBetween(fallen.Worn());

        return true;
    }

    /// <summary>Takes in one of those between, as it was written.</summary>
    internal bool MergeBetween(Outcome worn)
    {
        _between ??= [];
        var place = _between.Count;

        while (place > 0)
        {
            var order = Compare(worn, _between[place - 1]);

            if (order == 0)
            {
                return Retell(_between, place - 1, worn);
            }

            if (order > 0)
            {
                break;
            }

            place--;
        }

        if (_between.Count == Most - First - Last)
        {
            if (place == 0)
            {
                return false;
            }

            _between.RemoveAt(0);
            place--;
        }

        _between.Insert(place, worn);

        return true;
    }

    public IEnumerator<Outcome> GetEnumerator() => _outcomes.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static bool Retell(List<Outcome> outcomes, int place, Outcome outcome)
    {
        if (Outcome.CompareTellings(outcome, outcomes[place]) <= 0)
        {
            return false;
        }

        outcomes[place] = outcome;

        return true;
    }

    private static int Compare(Outcome left, Outcome right)
    {
        var order = left.At.CompareTo(right.At);

        return order != 0 ? order : left.EventId.CompareTo(right.EventId);
    }
}
