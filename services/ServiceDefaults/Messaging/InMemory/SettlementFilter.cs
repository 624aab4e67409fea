using MailStats.Contracts;
using MassTransit;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Around a queue that carries events: tells how each batch ended. A batch is settled by the aggregator's acknowledgement, or
/// by the final failure of the classifier or the aggregator; an outage and a stop of the process settle nothing.
/// </summary>
internal sealed class SettlementFilter(Settlements settlements) : IFilter<ConsumeContext>
{
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        try
        {
            await next.Send(context);
        }
        catch (Exception error) when (!context.CancellationToken.IsCancellationRequested && !Attempts.IsOutage(error))
        {
            if (BatchOf(context) is { } batch)
            {
                settlements.Failed(batch, error);
            }

            throw;
        }

        if (context.TryGetMessage<DeliveriesClassified>(out var applied))
        {
            settlements.Applied(applied.Message.BatchId);
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("settlement");

    /// <summary>As it was reported: its events do not change on the way.</summary>
    private static DeliveriesReported? BatchOf(ConsumeContext context) =>
        context.TryGetMessage<DeliveriesReported>(out var reported) ? reported.Message
        : context.TryGetMessage<DeliveriesClassified>(out var classified) ? new DeliveriesReported
        {
            BatchId = classified.Message.BatchId,
            ReceivedAt = classified.Message.ReceivedAt,
            Deliveries = [.. classified.Message.Deliveries.Select(delivery => delivery.Event)],
        }
        : null;
}
