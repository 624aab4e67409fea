using MailStats.Stores.Tests.MongoDb;
using System.Net;
using System.Text.Json;
using MailStats.Pipeline.Tests.Processes;
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

    [SkippableFact]
    public async Task Every_list_of_every_service_answers()
    {
        await using var app = await DistributedApp.StartAsync(broker.Require(), await StoreAsync());
        ServiceProcess[] services =
        [
            app.Ingest, app.Query, app.Classifiers[0], await app.StartServiceAsync("services/Policy"), await app.StartServiceAsync("services/Notifier"),
        ];
        var answers = new Dictionary<string, HttpStatusCode>(StringComparer.Ordinal);

        foreach (var path in Lists())
        {
            foreach (var service in services)
            {
                using var client = new HttpClient { BaseAddress = service.Address };
                client.DefaultRequestHeaders.Authorization = new("Bearer", app.Key);
                using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

                if (answer.StatusCode != HttpStatusCode.NotFound || !answers.ContainsKey(path))
                {
                    answers[path] = answer.StatusCode;
                }
            }
        }

        Assert.True(answers.Count > 20);
        Assert.All(answers, answer => Assert.Equal((answer.Key, HttpStatusCode.OK), (answer.Key, answer.Value)));
    }

    /// <summary>What can be asked for without saying what.</summary>
    private static IEnumerable<string> Lists()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "gateway", "openapi.v1.json")));

        return
        [
            .. document.RootElement.GetProperty("paths").EnumerateObject()
                .Where(path => !path.Name.Contains('{', StringComparison.Ordinal) && path.Value.TryGetProperty("get", out var get) && !NeedsMore(get))
                .Select(path => path.Name),
        ];

        static bool NeedsMore(JsonElement get) => get.TryGetProperty("parameters", out var parameters)
            && parameters.EnumerateArray().Any(parameter => parameter.TryGetProperty("required", out var required) && required.GetBoolean());
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        using var client = new MongoClient(await MongoServer.AddressAsync());
        await client.DropDatabaseAsync(_database);
    }

    private async Task<(string Name, string Value)[]> StoreAsync() =>
        [("Storage__Provider", "MongoDb"), ("Storage__ConnectionString", await MongoServer.AddressAsync()), ("Storage__Database", _database)];
}
