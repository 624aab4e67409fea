using MailStats.Pipeline.Tests.Processes;

namespace MailStats.Pipeline.Tests;

[Collection(SharedBroker.Name)]
public sealed class RabbitMqTests(Broker broker)
{
    [SkippableFact]
    public async Task Twenty_thousand_events_through_real_processes_count_once_each_though_some_are_killed()
    {
        const int request = 200;
        const int requests = 100;
        await using var app = await DistributedApp.StartAsync(broker.Require());

        for (var sent = 0; sent < requests; sent++)
        {
            await app.Client.IngestAsync(Some.Deliveries(sent * request, request));

            switch (sent)
            {
                case 25:
                    await app.Aggregators[0].KillAsync();
                    break;
                case 50:
                    await app.Classifiers[0].KillAsync();
                    await app.StartAggregatorAsync();
                    break;
                case 75:
                    await app.KillAndRestartIngestAsync();
                    break;
                default:
                    break;
            }
        }

        await Eventually.IsAsync(() => app.Client.TotalsAsync(), totals => totals == Some.TotalsOf(request * requests), "the totals of 20,000 deliveries");

        // Nothing waits any more, nothing was given up, and what came twice has changed nothing.
        Assert.Equal(0u, await Eventually.IsAsync(() => app.WaitingAsync("classifier.deliveries-reported"), waiting => waiting == 0, "an empty queue"));
        Assert.Equal(0u, await Eventually.IsAsync(() => app.WaitingAsync("aggregator.deliveries-classified"), waiting => waiting == 0, "an empty queue"));
        Assert.Equal(0u, await app.WaitingAsync("classifier.deliveries-reported_error") ?? 0);
        Assert.Equal(0u, await app.WaitingAsync("aggregator.deliveries-classified_error") ?? 0);
        Assert.Equal(0, await app.Classifiers[1].StopAsync());
        Assert.Equal(0, await app.Aggregators[1].StopAsync());
        Assert.Equal(0, await app.Aggregators[2].StopAsync());
        Assert.Equal(Some.TotalsOf(request * requests), await app.Client.TotalsAsync());
    }
}
