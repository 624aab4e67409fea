using System.Collections.Concurrent;
using MailStats.Mail.Statistics;
using MailStats.Stores.Deliveries;

namespace MailStats.Ingest.Tests;

/// <summary>Deliveries that reports may be about.</summary>
internal sealed class Reported : IReportedDeliveryStore
{
    public List<ReportedDelivery> Deliveries { get; } = [];

    public ConcurrentQueue<(string Recipient, TimeRange Within)> Asked { get; } = [];

    public Task<IReadOnlyList<ReportedDelivery>> FindAsync(
        string tenantId, string recipient, string? messageId, TimeRange within, CancellationToken cancellationToken)
    {
        Asked.Enqueue((recipient, within));

        return Task.FromResult<IReadOnlyList<ReportedDelivery>>([.. Deliveries.Where(delivery =>
            delivery.Recipient == recipient && delivery.AcceptedAt >= within.From && delivery.AcceptedAt < within.To)]);
    }
}
