using MailStats.Contracts;
using MassTransit;

namespace MailStats.Query.Live;

/// <summary>Hears of every change in every replica, each with a queue of its own that goes when the replica does.</summary>
internal sealed class StatisticsChangedConsumer(LiveChanges changes) : IConsumer<StatisticsChanged>
{
    public Task Consume(ConsumeContext<StatisticsChanged> context)
    {
        changes.Add(context.Message);

        return Task.CompletedTask;
    }
}
