using MailStats.Pipeline.Tests.Processes;
using MailStats.Storage.Tests.MongoDb;
using MongoDB.Driver;

namespace MailStats.Pipeline.Tests.MongoDb;

/// <summary>
/// The services as they run in production, over RabbitMQ and MongoDB. A process that is killed leaves its transaction open
/// until the server ends it (<c>transactionLifetimeLimitSeconds</c>, a minute by default); the others wait so long at most.
/// </summary>
[Collection(SharedBroker.Name)]
public sealed class MongoDbTests(Broker broker) : IAsyncLifetime
{
    private readonly string _database = "mailstats-pipeline-" + Guid.NewGuid().ToString("N");

    [SkippableFact]
    public async Task Twenty_thousand_events_through_real_processes_count_once_each_though_some_are_killed()
    {
        await using var app = await DistributedApp.StartAsync(broker.Require(), await StoreAsync());

        await Killing.CountAllTheSameAsync(app);
    }

    [SkippableTheory]
    [InlineData("postfix/main")]
    [InlineData("exim/main")]
    public async Task An_imported_log_gives_the_true_totals(string name)
    {
        var corpus = Corpus.Require(name);
        await using var app = await DistributedApp.StartAsync(broker.Require(), await StoreAsync());

        await CorpusTests.CheckAsync(name, corpus, app.Client, app.Address, app.Key, app.Data);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (await MongoServer.FindAsync() is { } address)
        {
            using var client = new MongoClient(address);
            await client.DropDatabaseAsync(_database);
        }
    }

    private async Task<(string Name, string Value)[]> StoreAsync() =>
        [("Storage__Provider", "MongoDb"), ("Storage__ConnectionString", await MongoServer.RequireAsync()), ("Storage__Database", _database)];
}
