using System.Diagnostics;
using System.Globalization;

namespace MailStats.FaultBench.Broker;

/// <summary>One throwaway RabbitMQ node on loopback, from an installed rabbitmq-server. Its data outlives a kill, as on a real machine.</summary>
internal sealed class BrokerNode : IAsyncDisposable
{
    private const string Binaries = "/usr/lib/rabbitmq/bin";

    private readonly string _folder;
    private readonly Dictionary<string, string> _environment;
    private Process? _process;

    public BrokerNode(string folder, string name, int epmdPort, IReadOnlyList<string>? cluster = null)
    {
        _folder = folder;
        Name = $"{name}@localhost";
        Port = Ports.Free();
        ManagementPort = Ports.Free();
        Directory.CreateDirectory(Path.Combine(folder, "home"));

        var cookie = Path.Combine(folder, "home", ".erlang.cookie");
        File.WriteAllText(cookie, "throwaway");
        File.SetUnixFileMode(cookie, UnixFileMode.UserRead);
        File.WriteAllText(Path.Combine(folder, "plugins"), "[rabbitmq_management].");
        File.WriteAllText(Path.Combine(folder, "env.conf"), "");
        File.WriteAllLines(Path.Combine(folder, "rabbitmq.conf"),
        [
            "management.tcp.ip = 127.0.0.1",
            string.Create(CultureInfo.InvariantCulture, $"management.tcp.port = {ManagementPort}"),
            // What the report reads should not be older than this.
            "collect_statistics_interval = 1000",
            "cluster_partition_handling = pause_minority",
            .. (cluster ?? []).Select(
                (node, index) => string.Create(CultureInfo.InvariantCulture, $"cluster_formation.classic_config.nodes.{index + 1} = {node}")),
            .. cluster is null ? Array.Empty<string>() : ["cluster_formation.peer_discovery_backend = classic_config"],
        ]);

        _environment = new Dictionary<string, string>
        {
            ["HOME"] = Path.Combine(folder, "home"),
            ["RABBITMQ_NODENAME"] = Name,
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = Port.ToString(CultureInfo.InvariantCulture),
            ["RABBITMQ_DIST_PORT"] = Ports.Free().ToString(CultureInfo.InvariantCulture),
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(folder, "mnesia"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(folder, "log"),
            ["RABBITMQ_PID_FILE"] = Path.Combine(folder, "pid"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(folder, "plugins"),
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(folder, "rabbitmq.conf"),
            ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(folder, "env.conf"),
            ["ERL_EPMD_PORT"] = epmdPort.ToString(CultureInfo.InvariantCulture),
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        };
    }

    public string Name { get; }

    public int Port { get; }

    public int ManagementPort { get; }

    public static bool IsInstalled => File.Exists(Path.Combine(Binaries, "rabbitmq-server"));

    /// <summary>Starts the node, or starts it again on the data that it left. Returns when it takes connections.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        File.Delete(Path.Combine(_folder, "pid"));
        _process = Start("rabbitmq-server");

        using var wait = Start("rabbitmqctl", "-q", "wait", "--timeout", "60", Path.Combine(_folder, "pid"));
        await wait.WaitForExitAsync(cancellationToken);

        if (wait.ExitCode != 0)
        {
            throw new InvalidOperationException($"RabbitMQ did not start; see {_folder}/log");
        }
    }

    /// <summary>Processor time that the Erlang machine has used since it was started.</summary>
    public TimeSpan Used
    {
        get
        {
            using var erlang = Erlang();

            return erlang.TotalProcessorTime;
        }
    }

    /// <summary>kill -9 of the Erlang machine.</summary>
    public async Task KillAsync()
    {
        using var erlang = Erlang();
        erlang.Kill();
        await erlang.WaitForExitAsync();
        await _process!.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }

        _process?.Dispose();
    }

    /// <summary>The port mapper that the nodes of one <paramref name="epmdPort"/> share outlives them.</summary>
    public static async Task StopPortMapperAsync(int epmdPort)
    {
        using var epmd = Process.Start(new ProcessStartInfo("epmd", ["-port", epmdPort.ToString(CultureInfo.InvariantCulture), "-kill"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await epmd.WaitForExitAsync();
    }

    private Process Erlang() => Process.GetProcessById(int.Parse(File.ReadAllText(Path.Combine(_folder, "pid")), CultureInfo.InvariantCulture));

    private Process Start(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Binaries, command), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };

        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        // Read and dropped, so that a full pipe never stops it; the node writes its own log.
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        return process;
    }
}
