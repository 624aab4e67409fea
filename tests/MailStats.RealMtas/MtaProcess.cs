using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MailStats.RealMtas;

/// <summary>A mail server in the foreground, stopped with all it started.</summary>
internal sealed class MtaProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private MtaProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Returns when the port greets.</summary>
    public static async Task<MtaProcess> StartAsync(string program, IEnumerable<string> arguments, string libraries, int port, string logFile)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };

        if (libraries.Length > 0)
        {
            start.Environment["LD_LIBRARY_PATH"] = libraries;
        }

        var process = new MtaProcess(start);
        var watch = Stopwatch.StartNew();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));

        while (!await GreetsAsync(port))
        {
            if (process._process.HasExited || watch.Elapsed > StartLimit)
            {
                var log = File.Exists(logFile) ? await File.ReadAllTextAsync(logFile) : "";
                await process.DisposeAsync();

                throw new InvalidOperationException($"{program} did not start:\n{process._output}\n{log}");
            }

            await ticks.WaitForNextTickAsync();
        }

        return process;
    }

    public static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();

        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static async Task<bool> GreetsAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);

            return (await reader.ReadLineAsync().WaitAsync(StartLimit))?.StartsWith("220", StringComparison.Ordinal) == true;
        }
        catch (Exception refused) when (refused is SocketException or IOException or TimeoutException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
