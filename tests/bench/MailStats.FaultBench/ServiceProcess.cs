using System.Diagnostics;
using System.Globalization;

namespace MailStats.FaultBench;

/// <summary>One service as an operating system process of its own.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);

    private readonly string _program;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly string _log;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private Process? _process;

    public ServiceProcess(string name, string program, IReadOnlyDictionary<string, string> settings, string logFolder)
    {
        Name = name;
        _program = program;
        _settings = settings;
        _log = Path.Combine(logFolder, $"{name}.log");
        Port = Ports.Free();
    }

    public string Name { get; }

    public int Port { get; }

    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}"));

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Processor time that this process has used since it was started.</summary>
    public TimeSpan Used
    {
        get
        {
            _process!.Refresh();

            return _process.TotalProcessorTime;
        }
    }

    public void Start()
    {
        var start = new ProcessStartInfo("dotnet", [_program])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(_program)!,
        };
        start.Environment["ASPNETCORE_URLS"] = Address.ToString();
        start.Environment["Logging__LogLevel__Default"] = "Warning";

        foreach (var (name, value) in _settings)
        {
            start.Environment[name] = value;
        }

        _process?.Dispose();
        _process = Process.Start(start)!;
        _process.OutputDataReceived += Write;
        _process.ErrorDataReceived += Write;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Returns when <c>/health/ready</c> says so.</summary>
    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(StartTimeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);

        while (!await IsReadyAsync(either.Token))
        {
            if (!IsRunning)
            {
                throw new InvalidOperationException($"{Name} ended with {_process?.ExitCode}; see {_log}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, either.Token);
        }
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and the time it takes to leave in good order.</summary>
    public async Task<TimeSpan> StopAsync(CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        using (var kill = Process.Start("kill", ["-TERM", _process!.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(cancellationToken);
        }

        await _process.WaitForExitAsync(cancellationToken);

        return TimeProvider.System.GetElapsedTime(began);
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            await KillAsync();
        }

        _process?.Dispose();
        _http.Dispose();
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(Address, "/health/ready"), cancellationToken);

            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException
            || (exception is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private void Write(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is { } text)
        {
            lock (_log)
            {
                File.AppendAllText(_log, text + "\n");
            }
        }
    }
}
