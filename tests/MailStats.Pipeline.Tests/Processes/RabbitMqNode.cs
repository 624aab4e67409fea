using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace MailStats.Pipeline.Tests.Processes;

/// <summary>A throwaway node of an installed RabbitMQ (Debian's <c>rabbitmq-server</c>), on free ports of loopback with its own data.</summary>
internal sealed class RabbitMqNode : IAsyncDisposable
{
    // The wrapper in /usr/sbin would change the user and use the system's data.
    private const string Binaries = "/usr/lib/rabbitmq/bin";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);

    private readonly TemporaryFolder _data = new();
    private readonly Dictionary<string, string> _environment;
    private readonly Process _process;

    private RabbitMqNode()
    {
        var port = FreePort();
        Uri = new Uri(string.Create(CultureInfo.InvariantCulture, $"amqp://guest:guest@127.0.0.1:{port}/"));
        File.WriteAllText(InData("plugins"), "[].");
        File.WriteAllText(InData("rabbitmq.conf"), "");
        File.WriteAllText(InData("env.conf"), "");
        File.WriteAllText(InData(".erlang.cookie"), "throwaway");

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(InData(".erlang.cookie"), UnixFileMode.UserRead);
        }

        _environment = new()
        {
            ["HOME"] = _data.Path,
            ["RABBITMQ_NODENAME"] = string.Create(CultureInfo.InvariantCulture, $"mailstats{port}@localhost"),
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["RABBITMQ_DIST_PORT"] = FreePort().ToString(CultureInfo.InvariantCulture),
            ["RABBITMQ_MNESIA_BASE"] = InData("mnesia"),
            ["RABBITMQ_LOG_BASE"] = InData("log"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = InData("plugins"),
            ["RABBITMQ_CONFIG_FILE"] = InData("rabbitmq.conf"),
            ["RABBITMQ_CONF_ENV_FILE"] = InData("env.conf"),
            ["ERL_EPMD_PORT"] = FreePort().ToString(CultureInfo.InvariantCulture),
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        };
        _process = Run(Path.Combine(Binaries, "rabbitmq-server"));
    }

    public static bool IsInstalled => File.Exists(Path.Combine(Binaries, "rabbitmq-server"));

    public Uri Uri { get; }

    /// <summary>Environment in which <c>RABBITMQCTL</c> is the command that administers this node.</summary>
    public IReadOnlyDictionary<string, string> Control =>
        new Dictionary<string, string>(_environment) { ["RABBITMQCTL"] = Path.Combine(Binaries, "rabbitmqctl") };

    public static async Task<RabbitMqNode> StartAsync()
    {
        var node = new RabbitMqNode();
        var watch = Stopwatch.StartNew();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(250));

        while (!await AnswersAsync(node.Uri))
        {
            if (node._process.HasExited || watch.Elapsed > StartLimit)
            {
                await node.DisposeAsync();

                throw new InvalidOperationException($"RabbitMQ did not start in {StartLimit}.");
            }

            await ticks.WaitForNextTickAsync();
        }

        return node;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        // The name server that the node started outlives it; this one serves only our port.
        using var epmd = Run("epmd", "-kill");
        await epmd.WaitForExitAsync();
        _data.Dispose();
    }

    private static async Task<bool> AnswersAsync(Uri uri)
    {
        try
        {
            await using var connection = await new ConnectionFactory { Uri = uri }.CreateConnectionAsync();

            return connection.IsOpen;
        }
        catch (BrokerUnreachableException)
        {
            return false;
        }
    }

    private Process Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _data.Path };

        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        process.Start();
        // Read and dropped: a full pipe would stop the node.
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        return process;
    }

    private string InData(string name) => Path.Combine(_data.Path, name);

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();

        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
