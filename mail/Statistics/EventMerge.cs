using MailStats.Contracts;
using MailStats.Mail.Deliveries;

namespace MailStats.Mail.Statistics;

/// <summary>Merges one caller's events into their deliveries, and says what that changed.</summary>
/// <param name="reported">Of the whole transaction. It gets every event, even one that changes nothing.</param>
public sealed class EventMerge(ReportedTimes reported)
{
    private readonly HashSet<(string TenantId, string Domain)> _touched = [];

    /// <summary>Events that changed their delivery.</summary>
    public int Changed { get; private set; }

    /// <summary>The tenants and sending domains whose numbers or activity moved: a domain that lost a delivery, too.</summary>
    public IReadOnlyList<(string TenantId, string Domain)> Touched => [.. _touched];

    /// <param name="delivery">The event, in the form in which it is kept.</param>
    /// <param name="touched">Its delivery.</param>
    /// <param name="forgotten">True when the delivery was there once and was removed, so that the event changes nothing.</param>
    /// <param name="acknowledgedAt">When Ingest took the event.</param>
    public void Add<TRow>(ClassifiedDelivery delivery, TouchedDelivery<TRow> touched, bool forgotten, DateTimeOffset acknowledgedAt)
    {
        reported.Add(delivery.Event);

        if (forgotten || !touched.Merge(delivery, acknowledgedAt))
        {
            return;
        }

        Changed++;
        _touched.Add((delivery.Event.TenantId, touched.State.Mailbox()?.Domain ?? ""));

        if (touched.Before is { } before)
        {
            _touched.Add((delivery.Event.TenantId, before.Mailbox.Domain));
        }
    }
}
