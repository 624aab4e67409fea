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

    [SkippableFact]
    public async Task What_was_acknowledged_without_a_broker_is_published_when_the_setting_is_right()
    {
        await using var app = await DistributedApp.StartAsync(broker.Require());

        // Nobody consumes in its memory: what it acknowledges stands in the journal alone.
        var wrong = await app.StartIngestWithoutBrokerAsync();

        using (var client = new MailStatsClient(wrong.Address, app.Key))
        {
            await client.IngestAsync(Some.Deliveries(0, 500));
        }

        await wrong.KillAsync();
        Assert.Equal(0, (await app.Client.TotalsAsync()).Recipients);
        await app.KillAndRestartIngestAsync();

        await Eventually.IsAsync(() => app.Client.TotalsAsync(), totals => totals == Some.TotalsOf(500), "the totals of what the journal held");
    }
}
