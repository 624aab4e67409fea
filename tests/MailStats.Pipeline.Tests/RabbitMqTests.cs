using MailStats.Pipeline.Tests.Processes;

namespace MailStats.Pipeline.Tests;

[Collection(SharedBroker.Name)]
public sealed class RabbitMqTests(Broker broker)
{
    [SkippableFact]
    public async Task Twenty_thousand_events_through_real_processes_count_once_each_though_some_are_killed()
    {
        await using var app = await DistributedApp.StartAsync(broker.Require());

        await Killing.CountAllTheSameAsync(app);
    }
}
