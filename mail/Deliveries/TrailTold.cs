using MailStats.Contracts;

namespace MailStats.Mail.Deliveries;

/// <summary>What a trail alone says of the decisive outcomes, worked out without making a state.</summary>
internal readonly ref struct TrailTold
{
    private readonly Trail _trail;

    private TrailTold(Trail trail) => _trail = trail;

    public Outcome? Deferred { get; private init; }

    public Outcome? Delivered { get; private init; }

    public Outcome? Rejected { get; private init; }

    public static TrailTold Of(Trail trail)
    {
        Outcome? deferred = null, delivered = null, rejected = null;

        // A trail ascends by time and event id, so of its outcomes of a kind the last is the latest.
        for (var index = 0; index < trail.Count; index++)
        {
            var outcome = trail[index];

            switch (outcome.Kind)
            {
                case DeliveryEventKind.Deferred when outcome.Attempted || deferred is not { Attempted: true }:
                    deferred = outcome;
                    break;
                case DeliveryEventKind.Delivered:
                    delivered = outcome;
                    break;
                case DeliveryEventKind.Rejected:
                    rejected = outcome;
                    break;
            }
        }

        return new(trail) { Deferred = deferred, Delivered = delivered, Rejected = rejected };
    }

    /// <summary>True when the failures of the latest instant are those of the trail.</summary>
    public bool TellsFailures(DeliveryState state)
    {
        var failures = state.Failures;
        var (left, at) = (failures.Count, (long?)null);

        for (var index = _trail.Count - 1; index >= 0; index--)
        {
            var outcome = _trail[index];

            if (outcome.Kind is not (DeliveryEventKind.Bounced or DeliveryEventKind.Expired) || (at is not null && at != outcome.At))
            {
                continue;
            }

            at = outcome.At;

            if (left == 0)
            {
                // More than are told apart: those that fell out are the least.
                return failures.Count == DeliveryState.MaxTiedFailures;
            }

            if (outcome != failures[--left])
            {
                return false;
            }
        }

        return left == 0;
    }

    /// <summary>True when first try, last try and the distinct attempts are those of the trail.</summary>
    public bool TellsTries(DeliveryState state)
    {
        var between = _trail.Between;
        var ids = between.Count == 0 ? stackalloc long[Trail.First + Trail.Last] : new long[_trail.Count + between.Count];
        var count = 0;
        long? first = null, last = null;

        for (var index = 0; index < _trail.Count + between.Count; index++)
        {
            var outcome = index < _trail.Count ? _trail[index] : between[index - _trail.Count];

            if (outcome.Attempted && outcome.Kind is (DeliveryEventKind.Deferred or DeliveryEventKind.Delivered or DeliveryEventKind.Bounced))
            {
                first = first < outcome.At ? first : outcome.At;
                last = last > outcome.At ? last : outcome.At;
                ids[count++] = DeliveryState.Fold(outcome.EventId);
            }
        }

        ids = ids[..count];

        return first == state.FirstTry && last == state.LastTry && SameIds(ids, state.AttemptIds);
    }

    private static bool SameIds(Span<long> told, List<long> known)
    {
        if (told.Length == 1)
        {
            return known.Count == 1 && known[0] == told[0];
        }

        told.Sort();
        var distinct = 0;

        for (var index = 0; index < told.Length; index++)
        {
            if (index > 0 && told[index] == told[index - 1])
            {
                continue;
            }

            if (distinct == known.Count || known[distinct++] != told[index])
            {
                return false;
            }
        }

        return distinct == known.Count;
    }
}
