using System.Diagnostics;

namespace MailStats.Pipeline.Tests.Processes;

/// <summary>The real Collector that follows a log until it is disposed of.</summary>
internal sealed class FollowingCollector : IAsyncDisposable
{
    private readonly TemporaryFolder _state = new();
    private readonly Process _process;

    private FollowingCollector(Uri server, string keyFile, string format, string log)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                Repository.Program("services/Collector"), "follow", "--format", format, "--url", server.ToString(), "--key-file", keyFile,
                "--host", "mx", "--state", _state.Path, log,
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public static FollowingCollector Start(Uri server, string keyFile, string format, string log) => new(server, keyFile, format, log);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _state.Dispose();
    }
}
