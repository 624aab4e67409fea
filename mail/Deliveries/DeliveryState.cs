using MailStats.Contracts;
using MailStats.Mail.Addresses;
using MailStats.Mail.Time;

namespace MailStats.Mail.Deliveries;

/// <summary>
/// All that is known of one delivery. <see cref="Merge"/> is commutative, associative and idempotent: every part of the
/// state is a maximum, a minimum or a set union over the events, so any order and any repetition ends in the same state.
/// What statistics, lists and quotas need are functions of the state alone.
/// </summary>
public sealed class DeliveryState
{
    /// <summary>Distinct attempts that are told apart. No queue makes so many; past it the smallest are kept, whatever the order.</summary>
    public const int MaxAttempts = 1024;

    /// <summary>Failures of the same instant that are told apart.</summary>
    public const int MaxTiedFailures = 8;

    private (string? Sender, string? HeaderFrom, Mailbox? Mailbox)? _mailbox;

    /// <summary>Earliest time of any event, microseconds of Unix time.</summary>
    public long AcceptedAt { get; set; } = long.MaxValue;

    /// <summary>True when an event says that the message was taken into the queue.</summary>
    public bool Accepted { get; set; }

    public bool Local { get; set; }

    public string? Sender { get; set; }

    public string? HeaderFrom { get; set; }

    public string? QueueId { get; set; }

    public string? MessageId { get; set; }

    public string? Subject { get; set; }

    public string? Source { get; set; }

    public string? ReportingHost { get; set; }

    public string? Provider { get; set; }

    public long? Bytes { get; set; }

    public double? SpamScore { get; set; }

    /// <summary>The source's own count of attempts, 0 when it has none.</summary>
    public int AttemptNumber { get; set; }

    public long? FirstTry { get; set; }

    public long? LastTry { get; set; }

    /// <summary>Distinct attempts, ascending.</summary>
    public List<long> AttemptIds { get; } = [];

    public Outcome? Deferred { get; set; }

    public Outcome? Delivered { get; set; }

    public Outcome? Rejected { get; set; }

    public Outcome? Complained { get; set; }

    /// <summary>The failures (bounced or expired) of the latest instant, by event id. Nearly always none or one.</summary>
    public List<Outcome> Failures { get; } = [];

    /// <summary>Whose mail it is, null for the null sender. Worked out once for the same addresses.</summary>
    public Mailbox? Mailbox()
    {
        if (_mailbox is not { } known || !ReferenceEquals(known.Sender, Sender) || !ReferenceEquals(known.HeaderFrom, HeaderFrom))
        {
            known = (Sender, HeaderFrom, Addresses.Mailbox.Of(HeaderFrom, Sender));
            _mailbox = known;
        }

        return known.Mailbox;
    }

    /// <summary>Takes in one event. False when it changed nothing.</summary>
    public bool Merge(ClassifiedDelivery delivery)
    {
        var reported = delivery.Event;
        var at = UnixTime.ToMicroseconds(reported.OccurredAt);

        var changed = MergeFacts(reported, at) | MergeProvider(delivery.Provider, reported.Recipient);

        return reported.Kind switch
        {
            DeliveryEventKind.Accepted => MergeAcceptance() | changed,
            DeliveryEventKind.Deferred => MergeDeferral(Outcome.Of(delivery)) | MergeAttempt(reported, at) | changed,
            DeliveryEventKind.Delivered => MergeDelivered(Outcome.Of(delivery)) | MergeAttempt(reported, at) | changed,
            DeliveryEventKind.Bounced => MergeFailure(Outcome.Of(delivery)) | MergeAttempt(reported, at) | changed,
            DeliveryEventKind.Expired => MergeFailure(Outcome.Of(delivery)) | changed,
            DeliveryEventKind.Rejected => MergeRejection(Outcome.Of(delivery)) | changed,
            DeliveryEventKind.Complained => MergeComplaint(Outcome.Of(delivery)) | changed,
            _ => changed,
        };
    }

    private bool MergeFacts(DeliveryEvent reported, long at)
    {
        var changed = false;
        var earliest = reported.AcceptedAt is { } accepted ? Math.Min(at, UnixTime.ToMicroseconds(accepted)) : at;

        if (earliest < AcceptedAt)
        {
            AcceptedAt = earliest;
            changed = true;
        }

        if (reported.Local && !Local)
        {
            Local = true;
            changed = true;
        }

        Sender = Greater(Sender, reported.Sender, ref changed);
        HeaderFrom = Greater(HeaderFrom, reported.HeaderFrom, ref changed);
        QueueId = Greater(QueueId, reported.QueueId, ref changed);
        MessageId = Greater(MessageId, reported.MessageId, ref changed);
        Subject = Greater(Subject, reported.Subject, ref changed);
        Source = Greater(Source, reported.Source, ref changed);
        ReportingHost = Greater(ReportingHost, reported.ReportingHost, ref changed);

        if (reported.Bytes is { } bytes && !(Bytes >= bytes))
        {
            Bytes = bytes;
            changed = true;
        }

        // CompareTo and not ">": a score that is no number is the least of all, and equal to itself.
        if (reported.SpamScore is { } score && (SpamScore is not { } known || score.CompareTo(known) > 0))
        {
            SpamScore = score;
            changed = true;
        }

        if (reported.AttemptNumber is { } number && number > AttemptNumber)
        {
            AttemptNumber = number;
            changed = true;
        }

        return changed;
    }

    /// <summary>A provider that was recognised beats the recipient's domain, which stands for none.</summary>
    private bool MergeProvider(string provider, string recipient)
    {
        if (Provider is not null)
        {
            if (string.Equals(Provider, provider, StringComparison.Ordinal))
            {
                return false;
            }

            var order = (!IsDomainOf(provider, recipient)).CompareTo(!IsDomainOf(Provider, recipient));

            if (order < 0 || (order == 0 && string.CompareOrdinal(provider, Provider) < 0))
            {
                return false;
            }
        }

        Provider = provider;

        return true;

        static bool IsDomainOf(string provider, string recipient) =>
            recipient.Length > provider.Length
            && recipient[recipient.Length - provider.Length - 1] == '@'
            && recipient.EndsWith(provider, StringComparison.OrdinalIgnoreCase);
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

    private bool MergeAttempt(DeliveryEvent reported, long at)
    {
        if (!reported.Attempted)
        {
            return false;
        }

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

        var id = Fold(reported.EventId);
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
    private static long Fold(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes);

        return BitConverter.ToInt64(bytes) ^ BitConverter.ToInt64(bytes[8..]);
    }

    private static string? Greater(string? known, string? told, ref bool changed)
    {
        if (told is null || (known is not null && (ReferenceEquals(known, told) || string.CompareOrdinal(told, known) <= 0)))
        {
            return known;
        }

        changed = true;

        return told;
    }
}
