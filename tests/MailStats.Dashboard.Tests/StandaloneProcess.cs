using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MailStats.Dashboard.Tests;

/// <summary>The real Standalone in a process of its own, on a free port, with a data folder that goes with it.</summary>
internal sealed partial class StandaloneProcess : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly string _folder;
    private Process _process;

    private StandaloneProcess(string folder, Process process, Uri address, string key)
    {
        _folder = folder;
        _process = process;
        Address = address;
        Key = key;
        Client = new HttpClient { BaseAddress = address, DefaultRequestHeaders = { Authorization = new("Bearer", key) } };
    }

    public Uri Address { get; }

    /// <summary>The first key: it may do everything in the first tenant.</summary>
    public string Key { get; }

    /// <summary>Calls the API with <see cref="Key"/>.</summary>
    public HttpClient Client { get; }

    public static Task<StandaloneProcess> StartAsync(params (string Name, string Value)[] settings) => StartAsync("admin.key", settings, []);

    /// <summary>With the demo's tenant, whose administrator <see cref="Key"/> then is.</summary>
    public static Task<StandaloneProcess> StartDemoAsync() => StartAsync("demo.key", [], ["--demo"]);

    private static async Task<StandaloneProcess> StartAsync(string keyFile, (string Name, string Value)[] settings, string[] options)
    {
        var folder = Directory.CreateTempSubdirectory("mailstats-dashboard-").FullName;
        var (process, address) = await LaunchAsync(folder, "http://127.0.0.1:0", settings, options);
        var key = (await File.ReadAllTextAsync(Path.Combine(folder, keyFile))).Trim();

        return new StandaloneProcess(folder, process, address, key);
    }

    /// <summary>Kills the process; its data stays.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>Holds the process where it is: its sockets stay open and nobody answers (SIGSTOP).</summary>
    public Task StopAsync() => SignalAsync("-STOP");

    /// <summary>Lets it go on.</summary>
    public Task ContinueAsync() => SignalAsync("-CONT");

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Starts it again at the same address with the same data.</summary>
    public async Task RestartAsync()
    {
        _process.Dispose();
        (_process, _) = await LaunchAsync(_folder, Address.ToString(), [], []);
    }

    public async Task IngestAsync(IEnumerable<object> events)
    {
        foreach (var chunk in events.Chunk(5000))
        {
            using var response = await Client.PostAsJsonAsync("/v1/events", chunk);
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
            Assert.True(response.IsSuccessStatusCode, answer.ToString());
            Assert.Equal(chunk.Length, answer.GetProperty("accepted").GetInt32());
        }
    }

    /// <summary>Sets the tenant's limit, for a billing month in whose midst we are: no midnight ends it while a test runs.</summary>
    public async Task LimitAsync(int limit)
    {
        using var settings = await Client.PutAsJsonAsync(
            "/v1/admin/quotas/settings", new { anchorDay = TimeProvider.System.GetUtcNow().AddDays(14).Day });
        using var set = await Client.PutAsJsonAsync("/v1/admin/quotas", new { limit });
        Assert.True(settings.IsSuccessStatusCode && set.IsSuccessStatusCode, await set.Content.ReadAsStringAsync());
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Client.GetAsync(path);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {answer}");

        return answer;
    }

    /// <summary>Waits until the API counts so many recipients in the last 30 days.</summary>
    public async Task WaitForRecipientsAsync(long recipients)
    {
        using var timeout = new CancellationTokenSource(_patience);
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        long seen;

        do
        {
            await again.WaitForNextTickAsync(timeout.Token);
            seen = (await GetAsync("/v1/overview?period=last-30-days")).GetProperty("recipients").GetProperty("value").GetInt64();
        }
        while (seen != recipients);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<(Process Process, Uri Address)> LaunchAsync(
        string folder, string urls, (string Name, string Value)[] settings, string[] options)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "MailStats.Standalone.dll"), "--urls", urls, "--data", folder, .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new List<string>();

        void Read(object _, DataReceivedEventArgs line)
        {
            lock (said)
            {
                said.Add(line.Data ?? "");
            }

            if (line.Data is not null && Listening().Match(line.Data) is { Success: true } match)
            {
                listening.TrySetResult(new Uri(match.Groups[1].Value));
            }
        }

        process.OutputDataReceived += Read;
        process.ErrorDataReceived += Read;
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) =>
        {
            lock (said)
            {
                listening.TrySetException(new InvalidOperationException("Standalone ended:\n" + string.Join('\n', said)));
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        return (process, await listening.Task.WaitAsync(_patience));
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();
}
