namespace MailStats.Pipeline.Tests.Processes;

/// <summary>The real Standalone process with a data folder of its own.</summary>
internal sealed class StandaloneApp : IAsyncDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly string[] _arguments;
    private (string Name, string Value)[] _settings = [];
    private ServiceProcess? _process;
    private MailStatsClient? _client;

    private StandaloneApp(params string[] arguments) => _arguments = arguments;

    public MailStatsClient Client => _client!;

    public ServiceProcess Process => _process!;

    public string Data => _data.Path;

    public string KeyFile => Path.Combine(Data, "admin.key");

    public static async Task<StandaloneApp> StartAsync(params (string Name, string Value)[] settings)
    {
        var app = new StandaloneApp { _settings = settings };
        await app.RunAsync();

        return app;
    }

    public static async Task<StandaloneApp> StartDemoAsync()
    {
        var app = new StandaloneApp("--demo");
        await app.RunAsync();

        return app;
    }

    /// <summary>Kills the process as it stands and starts it again on the same data.</summary>
    public async Task KillAndRestartAsync()
    {
        await _process!.KillAsync();
        await RestartAsync();
    }

    public async Task RestartAsync()
    {
        var address = _process!.Address;
        await _process.DisposeAsync();
        _client!.Dispose();
        await RunAsync(address);
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();

        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _data.Dispose();
    }

    private async Task RunAsync(Uri? address = null)
    {
        _process = await ServiceProcess.StartAsync("services/Standalone", address, ["--data", Data, .. _arguments], _settings);
        var key = (await File.ReadAllTextAsync(KeyFile)).Trim();
        _client = new MailStatsClient(_process.Address, key);
        await Eventually.IsAsync(_client.IsReadyAsync, ready => ready, "readiness");
    }
}
