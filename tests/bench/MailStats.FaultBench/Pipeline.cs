using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MailStats.FaultBench.Broker;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.MongoDb;
using MailStats.Stores.Quotas;
using MailStats.Stores.Sqlite;
using MailStats.Stores.Upkeep;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MailStats.FaultBench;

/// <summary>The distributed system on loopback: RabbitMQ, two of each service that consumes, a store that all share.</summary>
internal sealed class Pipeline : IAsyncDisposable
{
    private static readonly string[] ServiceNames = ["ingest-1", "ingest-2", "classifier-1", "classifier-2", "aggregator-1", "aggregator-2", "query-1"];

    private readonly IHost _store;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly int _epmdPort;
    private readonly Front? _front;

    private Pipeline(string folder, int epmdPort, IReadOnlyList<BrokerNode> nodes, Front? front, IHost store, IReadOnlyList<ServiceProcess> services)
    {
        Folder = folder;
        _epmdPort = epmdPort;
        Nodes = nodes;
        _front = front;
        _store = store;
        Services = services;
        Management = [.. nodes.Select(node => new BrokerApi(node.ManagementPort))];
    }

    public string Folder { get; }

    public string DataFolder => Path.Combine(Folder, "data");

    public IReadOnlyList<BrokerNode> Nodes { get; }

    public IReadOnlyList<BrokerApi> Management { get; }

    public IReadOnlyList<ServiceProcess> Services { get; }

    public IReadOnlyList<Uri> IngestAddresses => [.. All("ingest").Select(service => service.Address)];

    public IEnumerable<ServiceProcess> All(string service) => Services.Where(process => process.Name.StartsWith(service, StringComparison.Ordinal));

    public ServiceProcess One(string name) => Services.Single(process => process.Name == name);

    /// <param name="folder">For logs and data.</param>
    /// <param name="replicaSet">Connection string of the MongoDB that is the store; null for SQLite in the folder.</param>
    /// <param name="brokerNodes">How large a broker.</param>
    /// <param name="otherClassifier">Another build of the classifier, which then runs as the second one.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<Pipeline> StartAsync(
        string folder, string? replicaSet, int brokerNodes, string? otherClassifier, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.Combine(folder, "log"));
        var storage = replicaSet is null
            ? new Dictionary<string, string> { ["Provider"] = "Sqlite", ["Path"] = Path.Combine(folder, "data") }
            : new() { ["Provider"] = "MongoDb", ["ConnectionString"] = replicaSet, ["Database"] = Path.GetFileName(folder) };
        var store = await OpenStoreAsync(storage, cancellationToken);

        var epmdPort = Ports.Free();
        var names = Enumerable.Range(1, brokerNodes).Select(index => string.Create(CultureInfo.InvariantCulture, $"fault{epmdPort}n{index}")).ToList();
        var cluster = brokerNodes > 1 ? names.ConvertAll(name => $"{name}@localhost") : null;
        var nodes = names.ConvertAll(name => new BrokerNode(Path.Combine(folder, name), name, epmdPort, cluster));
        // The first makes the cluster, the others join it.
        await nodes[0].StartAsync(cancellationToken);
        await Task.WhenAll(nodes.Skip(1).Select(node => node.StartAsync(cancellationToken)));
        await UntilOneClusterAsync(nodes, cancellationToken);
        var front = brokerNodes > 1 ? new Front(nodes.ConvertAll(node => node.Port)) : null;

        var settings = new Dictionary<string, string>
        {
            ["Messaging__Transport"] = "RabbitMq",
            ["Messaging__Uri"] = string.Create(CultureInfo.InvariantCulture, $"amqp://guest:guest@127.0.0.1:{front?.Port ?? nodes[0].Port}/"),
        };

        foreach (var (name, value) in storage)
        {
            settings["Storage__" + name] = value;
        }

        var services = ServiceNames
            .Select(
                name => new ServiceProcess(
                    name, name == "classifier-2" && otherClassifier is not null ? otherClassifier : Programs.Of(name[..^2]),
                    settings, Path.Combine(folder, "log")))
            .ToList();
        var pipeline = new Pipeline(folder, epmdPort, nodes, front, store, services);

        try
        {
            services.ForEach(service => service.Start());
            await Task.WhenAll(services.Select(service => service.WaitUntilReadyAsync(cancellationToken)));
        }
        catch
        {
            await pipeline.DisposeAsync();

            throw;
        }

        return pipeline;
    }

    /// <summary>Processor time used so far: each service's processes together, and the broker.</summary>
    public Dictionary<string, TimeSpan> Used() => Services
        .Select(service => (Name: service.Name[..^2], service.Used))
        .Concat(Nodes.Select(node => (Name: "broker", node.Used)))
        .GroupBy(process => process.Name)
        .ToDictionary(processes => processes.Key, processes => processes.Aggregate(TimeSpan.Zero, (sum, process) => sum + process.Used));

    /// <summary>A tenant of its own for each scenario, and a key that may report and read.</summary>
    public async Task<string> MakeTenantAsync(string tenantId, CancellationToken cancellationToken)
    {
        await _store.Services.GetRequiredService<ITenantStore>().SaveAsync(
            new Tenant(tenantId, tenantId, "Etc/UTC", TimeProvider.System.GetUtcNow()), cancellationToken);

        var keys = _store.Services.GetRequiredService<IApiKeyStore>();

        return (await keys.CreateAsync(tenantId, new("fault bench", ["ingest", "read"], [], null), cancellationToken)).Key;
    }

    /// <summary>Rollups that are not what the deliveries say, and counters of quotas that are not what the rollups say.</summary>
    /// <returns>How many, and the first of them in words.</returns>
    public async Task<(long Count, IReadOnlyList<string> Examples)> DifferencesAsync(CancellationToken cancellationToken)
    {
        var quotas = await _store.Services.GetRequiredService<IQuotaStore>().VerifyAsync(repair: false, cancellationToken);
        var rollups = await _store.Services.GetRequiredService<IVerificationStore>().VerifyAsync(repair: false, cancellationToken);

        return (quotas.Count + rollups.Differences, rollups.Examples);
    }

    /// <summary>What the API says, null while it does not answer.</summary>
    public async Task<Totals?> OverviewAsync(string key, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(One("query-1").Address, "/v1/overview?period=last-24-hours"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);

        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);

            if (!response.IsSuccessStatusCode)
            {
                return null;
            }

            var overview = (await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))!;

            return new Totals(Value("recipients"), Value("delivered"), Value("softBounces"), Value("hardBounces"), Value("pending"));

            long Value(string name) => overview[name]!["value"]!.GetValue<long>();
        }
        catch (Exception exception) when (exception is HttpRequestException
            || (exception is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>Messages in each queue, by the first node of the broker that answers; null when none does.</summary>
    public async Task<IReadOnlyDictionary<string, long>?> QueuesAsync(CancellationToken cancellationToken)
    {
        foreach (var api in Management)
        {
            try
            {
                return await api.QueuesAsync(cancellationToken);
            }
            catch (HttpRequestException)
            {
                // The next node is asked.
            }
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in Services)
        {
            await service.DisposeAsync();
        }

        if (_front is not null)
        {
            await _front.DisposeAsync();
        }

        foreach (var node in Nodes)
        {
            await node.DisposeAsync();
        }

        foreach (var api in Management)
        {
            api.Dispose();
        }

        await BrokerNode.StopPortMapperAsync(_epmdPort);
        await _store.StopAsync();
        _store.Dispose();
        _http.Dispose();
    }

    /// <summary>
    /// A queue is on the nodes that run when it is declared: one that is declared before all have joined stands on fewer, and is
    /// gone with them.
    /// </summary>
    private static async Task UntilOneClusterAsync(List<BrokerNode> nodes, CancellationToken cancellationToken)
    {
        foreach (var node in nodes)
        {
            using var api = new BrokerApi(node.ManagementPort);

            while (await api.RunningNodesAsync(cancellationToken) < nodes.Count)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, cancellationToken);
            }
        }
    }

    private static async Task<IHost> OpenStoreAsync(Dictionary<string, string> storage, CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder(
            [.. storage.Select(setting => $"--Storage:{setting.Key}={setting.Value}"), "--Logging:LogLevel:Default=Warning"]);
        builder.AddStores<SqliteStores, MongoStores>();
        var host = builder.Build();
        await host.StartAsync(cancellationToken);

        return host;
    }
}
