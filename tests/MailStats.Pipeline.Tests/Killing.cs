using MailStats.Pipeline.Tests.Processes;

namespace MailStats.Pipeline.Tests;

/// <summary>What counts once each whatever is killed meanwhile, on any broker and store.</summary>
internal static class Killing
{
    private const int Request = 200;
    private const int Requests = 100;

    /// <summary>Sends twenty thousand events, kills one process of each kind meanwhile, and sees every event counted once.</summary>
    public static async Task CountAllTheSameAsync(DistributedApp app)
    {
        for (var sent = 0; sent < Requests; sent++)
        {
            await app.Client.IngestAsync(Some.Deliveries(sent * Request, Request));

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

        await Eventually.IsAsync(() => app.Client.TotalsAsync(), totals => totals == Some.TotalsOf(Request * Requests), "the totals of 20,000 deliveries");

        // Nothing waits any more, nothing was given up, and what came twice has changed nothing.
        Assert.Equal(0u, await Eventually.IsAsync(() => app.WaitingAsync("classifier.deliveries-reported"), waiting => waiting == 0, "an empty queue"));
        Assert.Equal(0u, await Eventually.IsAsync(() => app.WaitingAsync("aggregator.deliveries-classified"), waiting => waiting == 0, "an empty queue"));
        Assert.Equal(0u, await app.WaitingAsync("classifier.deliveries-reported_error") ?? 0);
        Assert.Equal(0u, await app.WaitingAsync("aggregator.deliveries-classified_error") ?? 0);
        Assert.Equal(0, await app.Classifiers[1].StopAsync());
        Assert.Equal(0, await app.Aggregators[1].StopAsync());
        Assert.Equal(0, await app.Aggregators[2].StopAsync());
        Assert.Equal(Some.TotalsOf(Request * Requests), await app.Client.TotalsAsync());
    }
}
