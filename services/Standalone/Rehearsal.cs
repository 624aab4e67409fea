using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MailStats.Aggregator;
using MailStats.Classifier;
using MailStats.Incidents;
using MailStats.Ingest;
using MailStats.Query;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.MongoDb;
using MailStats.Stores.Sqlite;
using Microsoft.AspNetCore.Hosting.Server;

namespace MailStats.Standalone;

/// <summary>
/// Before the process listens, it does once what it will do all day, with mail of its own in a folder that is removed afterwards: what
/// is compiled then, no event has to wait for. A rehearsal that fails, or takes too long, is left; the program starts as it would without.
/// </summary>
internal sealed partial class Rehearsal(ILogger<Rehearsal> logger) : IHostedLifecycleService
{
    private const string Tenant = "rehearsal";

    /// <summary>One request of the size of busy sources, and small ones before and after.</summary>
    private static readonly int[] Requests = [1, 20, 20, 1_000, 20];

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(10);

    private static readonly (string Event, string Reply)[] Answers =
    [
        ("delivered", "250 2.0.0 Ok: queued as 4F2A81"),
        ("deferred", "451 4.7.1 Greylisting in action, please come back later"),
        ("bounced", "552 5.2.2 The mailbox is over quota"),
        ("bounced", "550 5.1.1 The mailbox does not exist"),
    ];

    /// <summary>Whether the program compiles methods well at their first call, as a released one does: only then is it worth its time.</summary>
    public static bool IsWorthIt => AppContext.TryGetSwitch("System.Runtime.TieredCompilation.QuickJit", out var isQuick) && !isQuick;

    /// <summary>Before anything of the process itself has begun.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var folder = (DirectoryInfo?)null;

        try
        {
            folder = Directory.CreateTempSubdirectory("mailstats-rehearsal-");
            using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            time.CancelAfter(MostTime);
            await using var host = Build(folder);
            await host.StartAsync(time.Token);
            await PlayAsync(host.Services, time.Token);
        }
        catch (Exception error)
        {
            // Whatever it was: what matters of it fails again in earnest.
            LogLeft(logger, error);
        }
        finally
        {
            Remove(folder);
        }

        // What it has built is of no more use.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static WebApplication Build(DirectoryInfo folder)
    {
        var host = ServiceHost.CreateApart(new Dictionary<string, string?>
        {
            ["Messaging:Transport"] = "InMemory", ["Storage:Provider"] = SqliteStores.Name, ["Storage:Path"] = folder.FullName,
        });
        host.Builder.AddStores<SqliteStores, MongoStores>();

        return host.WithEdge().With<IngestModule>().With<ClassifierModule>().With<AggregatorModule>().With<IncidentsModule>().With<QueryModule>().Build();
    }

    private static async Task PlayAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var time = services.GetRequiredService<TimeProvider>();
        await services.GetRequiredService<ITenantStore>().SaveAsync(new(Tenant, "Rehearsal", "Etc/UTC", time.GetUtcNow()), cancellationToken);
        var key = await services.GetRequiredService<IApiKeyStore>().CreateAsync(Tenant, new("rehearsal", Scopes.All, [], null), cancellationToken);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = OwnAddresses.Of(services.GetRequiredService<IServer>()).All[0],
            DefaultRequestHeaders = { Authorization = new("Bearer", key.Key) },
        };
        var sent = 0;

        foreach (var size in Requests)
        {
            using var content = new StringContent(Body(sent, size, time.GetUtcNow()), Encoding.UTF8, "application/x-ndjson");
            using var answer = await client.PostAsync(new Uri("/v1/events", UriKind.Relative), content, cancellationToken);
            answer.EnsureSuccessStatusCode();
            sent += size;

            while (await ShownAsync(client, cancellationToken) < sent)
            {
                await Task.Delay(LookEvery, time, cancellationToken);
            }
        }
    }

    private static async Task<long> ShownAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var overview = await client.GetFromJsonAsync<JsonElement>(new Uri("/v1/overview?period=last-24-hours", UriKind.Relative), cancellationToken);

        return overview.GetProperty("recipients").GetProperty("value").GetInt64();
    }

    /// <summary>Events of deliveries that are all different, three in ten of them failures, one to a line.</summary>
    private static string Body(int first, int count, DateTimeOffset at) => string.Concat(Enumerable.Range(first, count).Select(number =>
    {
        var (outcome, reply) = Answers[Math.Max(0, (number % 10) - 6)];

        return JsonSerializer.Serialize(new
        {
            @event = outcome, occurredAt = at, messageKey = $"rehearsal/{number}", recipient = $"ann{number}@shop{number % 7}.example.net",
            sender = $"news@shop{number % 5}.example.org", queueId = $"4F2A{number}", subject = $"Your order {number} is on its way", host = "mx1.example.org",
            remoteHost = "mx.example.net", reply, bytes = 1_000 + number,
        }) + "\n";
    }));

    private static void Remove(DirectoryInfo? folder)
    {
        try
        {
            folder?.Delete(recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Of a folder for what is temporary, the system takes care.
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "What is done before the start, so that it is compiled, was left")]
    private static partial void LogLeft(ILogger logger, Exception error);
}
