using MailStats.Contracts;
using MailStats.Mail.Time;

namespace MailStats.Mail.Deliveries;

/// <summary>
/// All that is known of one delivery. <see cref="Merge(ClassifiedDelivery)"/> is commutative, associative and idempotent: every part of the
/// state is a maximum, a minimum or a set union over the events, so any order and any repetition ends in the same state.
/// What statistics, lists and quotas need are functions of the state alone.
/// </summary>
public sealed partial class DeliveryState
{
    /// <summary>Distinct attempts that are told apart. No queue makes so many; past it the smallest are kept, whatever the order.</summary>
    public const int MaxAttempts = 1024;

    /// <summary>Failures of the same instant that are told apart.</summary>
    public const int MaxTiedFailures = 8;

    /// <summary>The source's own count of attempts, 0 when it has none.</summary>
    public int AttemptNumber { get; set; }

    public long? FirstTry { get; set; }

    public long? LastTry { get; set; }

    /// <summary>Distinct attempts, ascending.</summary>
    public List<long> AttemptIds { get; } = [];

    /// <summary>All that was told of its tries, of very many the first and the last.</summary>
    public Trail Trail { get; } = new();

    public Outcome? Deferred { get; set; }

    public Outcome? Delivered { get; set; }

    public Outcome? Rejected { get; set; }

    public Outcome? Complained { get; set; }

    /// <summary>The failures (bounced or expired) of the latest instant, by event id. Nearly always none or one.</summary>
    public List<Outcome> Failures { get; } = [];

    /// <summary>Takes in one event. False when it changed nothing.</summary>
    public bool Merge(ClassifiedDelivery delivery)
    {
        var reported = delivery.Event;
        var at = UnixTime.ToMicroseconds(reported.OccurredAt);

        var changed = MergeFacts(reported, at) | MergeProvider(delivery.Provider, reported.Recipient);

        if (reported.Kind == DeliveryEventKind.Accepted)
        {
            return MergeAcceptance() | changed;
        }

        return reported.Kind != DeliveryEventKind.Unknown ? Merge(Outcome.Of(delivery)) | changed : changed;
    }

    /// <summary>Takes in what an event said of the fate. Of the events of a state whose trail is whole, this alone makes all but the facts.</summary>
    public bool Merge(Outcome outcome) => outcome.Kind switch
    {
        DeliveryEventKind.Deferred => Trail.Merge(outcome) | MergeDeferral(outcome) | MergeAttempt(outcome),
        DeliveryEventKind.Delivered => Trail.Merge(outcome) | MergeDelivered(outcome) | MergeAttempt(outcome),
        DeliveryEventKind.Bounced => Trail.Merge(outcome) | MergeFailure(outcome) | MergeAttempt(outcome),
        DeliveryEventKind.Expired => Trail.Merge(outcome) | MergeFailure(outcome),
        DeliveryEventKind.Rejected => Trail.Merge(outcome) | MergeRejection(outcome),
        DeliveryEventKind.Complained => MergeComplaint(outcome),
        _ => false,
    };

    /// <summary>Takes in again what stands between the first and the last of a trail.</summary>
    internal void MergeBetween(Outcome worn)
    {
        Trail.MergeBetween(worn);

        if (worn.Kind is DeliveryEventKind.Deferred or DeliveryEventKind.Delivered or DeliveryEventKind.Bounced)
        {
            MergeAttempt(worn);
        }
    }

    private bool MergeAcceptance()
    {
        var changed = !Accepted;
        Accepted = true;

        return changed;
    }

    /// <summary>An answer from a server says more than the queue's own remark that none was asked.</summary>
    private bool MergeDeferral(Outcome outcome)
    {
        if (Deferred is { } known)
        {
            var order = outcome.Attempted.CompareTo(known.Attempted);
            order = order != 0 ? order : Outcome.Compare(outcome, known);

            if (order <= 0)
            {
                return false;
            }
        }

        Deferred = outcome;

        return true;
    }

    private bool MergeDelivered(Outcome outcome)
    {
        var later = Delivered is null || Outcome.Compare(outcome, Delivered) > 0;
        Delivered = later ? outcome : Delivered;

        return later;
    }

    private bool MergeRejection(Outcome outcome)
    {
        var later = Rejected is null || Outcome.Compare(outcome, Rejected) > 0;
        Rejected = later ? outcome : Rejected;

        return later;
    }

    private bool MergeComplaint(Outcome outcome)
    {
        var later = Complained is null || Outcome.Compare(outcome, Complained) > 0;
        Complained = later ? outcome : Complained;

        return later;
    }

    /// <summary>
    /// Whether hard beats soft at the same instant is decided when the state is read: a later classification may turn one
    /// into the other, and then the one that lost must still be there.
    /// </summary>
    private bool MergeFailure(Outcome outcome)
    {
        if (Failures.Count > 0 && Failures[0].At != outcome.At)
        {
            if (outcome.At < Failures[0].At)
            {
                return false;
            }

            Failures.Clear();
        }

        for (var index = 0; index < Failures.Count; index++)
        {
            var order = outcome.EventId.CompareTo(Failures[index].EventId);

            if (order == 0)
            {
                if (Outcome.CompareTellings(outcome, Failures[index]) <= 0)
                {
                    return false;
                }

                Failures[index] = outcome;
                return true;
            }

            if (order < 0)
            {
                if (Failures.Count == MaxTiedFailures && index == 0)
                {
                    return false;
                }

                return Insert(index);
            }
        }

        return Insert(Failures.Count);

        bool Insert(int index)
        {
            Failures.Insert(index, outcome);

            if (Failures.Count > MaxTiedFailures)
            {
                Failures.RemoveAt(0);
            }

            return true;
        }
    }

    private bool MergeAttempt(Outcome outcome)
    {
        if (!outcome.Attempted)
        {
            return false;
        }

        var at = outcome.At;
        var changed = false;

        if (FirstTry is not { } first || at < first)
        {
            FirstTry = at;
            changed = true;
        }

        if (LastTry is not { } last || at > last)
        {
            LastTry = at;
            changed = true;
        }

        var id = Fold(outcome.EventId);
        var index = AttemptIds.BinarySearch(id);

        if (index >= 0 || (AttemptIds.Count == MaxAttempts && ~index == MaxAttempts))
        {
            return changed;
        }

        AttemptIds.Insert(~index, id);

        if (AttemptIds.Count > MaxAttempts)
        {
            AttemptIds.RemoveAt(MaxAttempts);
        }

        return true;
    }

    /// <summary>64 of an id's 128 bits tell the attempts of one delivery apart.</summary>
    internal static long Fold(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes);

        return BitConverter.ToInt64(bytes) ^ BitConverter.ToInt64(bytes[8..]);
    }
}
