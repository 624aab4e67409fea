using Microsoft.Data.Sqlite;

namespace MailStats.FaultBench.Faults;

internal static class AllFaults
{
    private const string Poison = """
        {"messageId":"0","messageType":["urn:message:MailStats.Contracts:DeliveriesClassified"],
        "message":{"deliveries":[{"event":{"kind":"no such kind"}}]}}
        """;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    public static IReadOnlyList<Fault> Known { get; } =
    [
        new("none", "nothing goes wrong; every fifth request is sent twice", (_, _) => Task.CompletedTask) { KeepsProcesses = true },
        new("kill-ingest", "kill -9 of both ingests, one after the other", (pipeline, stop) => KillEachAsync(pipeline, "ingest", stop)),
        new("kill-classifier", "kill -9 of both classifiers, one after the other", (pipeline, stop) => KillEachAsync(pipeline, "classifier", stop)),
        new("kill-aggregator", "kill -9 of both aggregators, one after the other", (pipeline, stop) => KillEachAsync(pipeline, "aggregator", stop)),
        new("kill-all", "kill -9 of every service at once", KillAllAsync),
        new("roll", "SIGTERM and a new process for every service in turn", RollAsync),
        new("broker-restart", "kill -9 of the broker, which starts again on its data", RestartBrokerAsync),
        new("redelivery", "the broker closes every connection each second, ten times: all that is not acknowledged comes again", RedeliverAsync),
        new("slow-store", "another process holds the store's write lock for twelve seconds", HoldStoreAsync) { OfSqlite = true },
        new("poison", "messages that no one can read are put between the others", PoisonAsync, ErrorQueue: "aggregator.deliveries-classified_error"),
        new("node-loss", "a broker of three nodes loses one for good", LoseNodeAsync, BrokerNodes: 3),
    ];

    private static async Task KillEachAsync(Pipeline pipeline, string service, CancellationToken cancellationToken)
    {
        foreach (var process in pipeline.All(service))
        {
            await process.KillAsync();
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            process.Start();
            await process.WaitUntilReadyAsync(cancellationToken);
        }
    }

    private static async Task KillAllAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        await Task.WhenAll(pipeline.Services.Select(process => process.KillAsync()));
        await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        await StartAllAsync(pipeline, cancellationToken);
    }

    private static async Task RollAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        foreach (var process in pipeline.Services)
        {
            await process.StopAsync(cancellationToken);
            process.Start();
            await process.WaitUntilReadyAsync(cancellationToken);
        }
    }

    private static async Task RestartBrokerAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        await pipeline.Nodes[0].KillAsync();
        await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        await pipeline.Nodes[0].StartAsync(cancellationToken);
        await Task.WhenAll(pipeline.Services.Select(process => process.WaitUntilReadyAsync(cancellationToken)));
    }

    private static async Task RedeliverAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        for (var storm = 0; storm < 10; storm++)
        {
            await pipeline.Management[0].CloseConnectionsAsync(cancellationToken);
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
        }
    }

    private static async Task HoldStoreAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(pipeline.DataFolder, "statistics.db")};Pooling=False");
        await connection.OpenAsync(cancellationToken);
        await using var transaction = connection.BeginTransaction(deferred: false);
        await Task.Delay(TimeSpan.FromSeconds(12), TimeProvider.System, cancellationToken);
        await transaction.RollbackAsync(cancellationToken);
    }

    private static async Task PoisonAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        foreach (var payload in (string[])["this is not JSON", "{}", Poison])
        {
            await pipeline.Management[0].PublishAsync("mailstats.deliveries-classified", payload, cancellationToken);
        }
    }

    private static Task LoseNodeAsync(Pipeline pipeline, CancellationToken cancellationToken) => pipeline.Nodes[^1].KillAsync();

    private static async Task StartAllAsync(Pipeline pipeline, CancellationToken cancellationToken)
    {
        foreach (var process in pipeline.Services)
        {
            process.Start();
        }

        await Task.WhenAll(pipeline.Services.Select(process => process.WaitUntilReadyAsync(cancellationToken)));
    }
}
