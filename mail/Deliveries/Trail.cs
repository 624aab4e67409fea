using System.Collections;

namespace MailStats.Mail.Deliveries;

/// <summary>
/// What the sources told of the tries of one delivery, by time and event id: all of it, or where there is very much the first
/// <see cref="First"/> and the last <see cref="Last"/>. Both are top-k sets by the same order, and of two tellings with the
/// same time and id the greater one stays, so the union of trails is still a merge: what fell out once has enough on either
/// side of it to fall out again.
/// </summary>
public sealed class Trail : IReadOnlyList<Outcome>
{
    /// <summary>How a delivery began.</summary>
    public const int First = 16;

    /// <summary>How it ended.</summary>
    public const int Last = 48;

    private readonly List<Outcome> _outcomes = [];

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
                return Retell(place - 1, outcome);
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
            return false;
        }

        _outcomes.Insert(place, outcome);
        _outcomes.RemoveAt(First);

        return true;
    }

    public IEnumerator<Outcome> GetEnumerator() => _outcomes.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private bool Retell(int place, Outcome outcome)
    {
        if (Outcome.CompareTellings(outcome, _outcomes[place]) <= 0)
        {
            return false;
        }

        _outcomes[place] = outcome;

        return true;
    }

    private static int Compare(Outcome left, Outcome right)
    {
        var order = left.At.CompareTo(right.At);

        return order != 0 ? order : left.EventId.CompareTo(right.EventId);
    }
}
