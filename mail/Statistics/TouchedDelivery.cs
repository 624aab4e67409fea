using MailStats.Contracts;
using MailStats.Mail.Attempts;
using MailStats.Mail.Deliveries;

namespace MailStats.Mail.Statistics;

/// <summary>
/// A delivery that one transaction touches: loaded once, merged in memory, written once. What statistics it moves is the
/// difference between what it counted as before and what it counts as now.
/// </summary>
/// <typeparam name="TRow">What a store knows its row by.</typeparam>
public sealed class TouchedDelivery<TRow>
{
    /// <summary>What the stored second ledger holds of it.</summary>
    private List<TallyLine>? _tallied;

    /// <summary>The row, where the store has one.</summary>
    public TRow? Row { get; private set; }

    public bool IsStored { get; private set; }

    public DeliveryState State { get; private set; } = new();

    /// <summary>What the stored rollups hold of it.</summary>
    public Contribution? Before { get; private set; }

    /// <summary>Earlier activities are stored for it.</summary>
    public bool HadEarlier { get; private set; }

    public bool Changed { get; private set; }

    /// <summary>
    /// Nothing is known of it yet, so it may be one that was erased or removed by age: the store has to know before the first
    /// event makes it. Once one was taken in, all are.
    /// </summary>
    public bool IsUnknown => !IsStored && !Changed;

    /// <summary>It is in the store. The first row counts: a delivery has one, in one of the forms of its recipient.</summary>
    public void Found(TRow row, DeliveryState stored)
    {
        if (IsStored)
        {
            return;
        }

        (Row, State, IsStored) = (row, stored, true);
        Before = Contribution.Of(stored);
        HadEarlier = stored.HasEarlierActivities();
        _tallied = [];
        TallyContribution.AddTo(_tallied, stored);
    }

    /// <summary>Moves the second ledger by what the delivery counts as now and does not yet.</summary>
    public void AddTo(Tally tally, string tenantId)
    {
        if (_tallied is not null)
        {
            tally.Add(tenantId, _tallied, -1);
        }

        tally.Add(tenantId, State, 1);
    }

    internal bool Merge(ClassifiedDelivery delivery)
    {
        if (!State.Merge(delivery))
        {
            return false;
        }

        Changed = true;

        return true;
    }

    /// <summary>Told to quotas when it has come to be known and can be found by its queue id, counted or not.</summary>
    public NewDelivery? AsNew(string tenantId, Contribution? now) =>
        !IsStored && State.QueueId is { Length: > 0 } queueId
            ? new(tenantId, queueId, State.ReportingHost, State.AcceptedAt, now is { HasRecipient: true } ? now.Value.Mailbox : null)
            : null;
}
