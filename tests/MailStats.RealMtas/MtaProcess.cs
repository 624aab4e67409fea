using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MailStats.RealMtas;

/// <summary>A mail server in the foreground with a folder of its own, stopped with all it started; the folder goes with it.</summary>
internal sealed class MtaProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly string _folder;
    private readonly SyslogFile? _syslog;
    private readonly StringBuilder _output = new();

    private MtaProcess(ProcessStartInfo start, string folder, SyslogFile? syslog)
    {
        (_folder, _syslog) = (folder, syslog);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Returns when the port greets. Where it does not start, nothing is left of it.</summary>
    /// <param name="syslog">What reads the server's syslog, if anything does; ends with the server.</param>
    public static async Task<MtaProcess> StartAsync(
        string program, IEnumerable<string> arguments, string libraries, int port, string logFile, string folder, SyslogFile? syslog)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };

        if (libraries.Length > 0)
        {
            start.Environment["LD_LIBRARY_PATH"] = libraries;
        }

        MtaProcess process;
        try
        {
            process = new MtaProcess(start, folder, syslog);
        }
        catch
        {
            await RemoveAsync(folder, syslog);
            throw;
        }

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
        await RemoveAsync(_folder, _syslog);
    }

    private static async ValueTask RemoveAsync(string folder, SyslogFile? syslog)
    {
        if (syslog is not null)
        {
            await syslog.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
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
