using RabbitMQ.Client;

namespace MailStats.Pipeline.Tests.Processes;

/// <summary>The services as processes of their own over a real broker, on one store, behind the gateway.</summary>
internal sealed class DistributedApp : IAsyncDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly Uri _broker;
    private readonly (string, string)[] _settings;
    private readonly List<ServiceProcess> _processes = [];
    private MailStatsClient? _client;

    private DistributedApp(Uri broker, (string, string)[] settings) => (_broker, _settings) = (broker, settings);

    public MailStatsClient Client => _client!;

    public Uri Address { get; private set; } = null!;

    public string Key { get; private set; } = "";

    /// <summary>A folder that is gone afterwards.</summary>
    public string Data => _data.Path;

    public ServiceProcess Ingest { get; private set; } = null!;

    public ServiceProcess Query { get; private set; } = null!;

    public List<ServiceProcess> Classifiers { get; } = [];

    public List<ServiceProcess> Aggregators { get; } = [];

    /// <param name="broker">Its AMQP address.</param>
    /// <param name="everywhere">More environment variables of every process.</param>
    public static async Task<DistributedApp> StartAsync(Uri broker, params (string Name, string Value)[] everywhere)
    {
        var app = new DistributedApp(broker, everywhere);

        try
        {
            app.Key = await FirstKey.MakeAsync([("Storage__Path", app._data.Path), .. app._settings]);
            app.Ingest = await app.StartAsync("services/Ingest");
            app.Query = await app.StartAsync("services/Query");
            await app.StartClassifierAsync();
            await app.StartClassifierAsync();
            await app.StartAggregatorAsync();
            await app.StartAggregatorAsync();
            var gateway = await app.StartAsync(
                "gateway",
                ("ReverseProxy__Clusters__ingest__Destinations__1__Address", app.Ingest.Address.ToString()),
                ("ReverseProxy__Clusters__query__Destinations__1__Address", app.Query.Address.ToString()));
            app.Address = gateway.Address;
            app._client = new MailStatsClient(gateway.Address, app.Key);
            await Eventually.IsAsync(app._client.IsReadyAsync, ready => ready, "readiness");
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return app;
    }

    /// <summary>Another service that is not there from the start.</summary>
    public Task<ServiceProcess> StartServiceAsync(string project) => StartAsync(project);

    public async Task StartClassifierAsync() => Classifiers.Add(await StartAsync("services/Classifier"));

    public async Task StartAggregatorAsync() => Aggregators.Add(await StartAsync("services/Aggregator"));

    /// <summary>An Ingest on the same store whose transport was set wrongly: it has no broker.</summary>
    public Task<ServiceProcess> StartIngestWithoutBrokerAsync() => StartAsync("services/Ingest", ("Messaging__Transport", "InMemory"));

    /// <summary>kill -9 and a new process at the same address.</summary>
    public async Task KillAndRestartIngestAsync()
    {
        await Ingest.KillAsync();
        Ingest = await StartAsync("services/Ingest", Ingest.Address);
    }

    /// <summary>Messages that wait in a queue; null where there is no such queue.</summary>
    public async Task<uint?> WaitingAsync(string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = _broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();

        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue)).MessageCount;
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == 404)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();

        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        _data.Dispose();
    }

    private Task<ServiceProcess> StartAsync(string project, params (string, string)[] settings) => StartAsync(project, null, settings);

    private async Task<ServiceProcess> StartAsync(string project, Uri? address, params (string, string)[] settings)
    {
        var process = await ServiceProcess.StartAsync(
            project,
            address,
            [],
            [
                ("Messaging__Transport", "RabbitMq"), ("Messaging__Uri", _broker.ToString()),
                ("Storage__Provider", "Sqlite"), ("Storage__Path", _data.Path), .. _settings, .. settings,
            ]);
        _processes.Add(process);

        return process;
    }
}
