using System.Diagnostics;

namespace MailStats.Pipeline.Tests.Processes;

/// <summary>The Collector as one native file, published once for all tests that ask for it.</summary>
public sealed class NativeCollector : IAsyncLifetime
{
    /// <summary>Compiling takes half a minute of one processor; a machine that builds other things at once takes several.</summary>
    private static readonly TimeSpan PublishLimit = TimeSpan.FromMinutes(10);

    /// <summary>Build results of their own: what the ordinary build restored and compiled stays as it is.</summary>
    private static readonly string Artifacts = Repository.File("artifacts", "native");

    public static string Folder { get; } = Path.Combine(Artifacts, "publish", "MailStats.Collector", "release_linux-x64");

    public static string Program { get; } = Path.Combine(Folder, "MailStats.Collector");

    /// <summary>Why it cannot be built here; null where it can.</summary>
    public static string? Missing { get; } =
        !OperatingSystem.IsLinux() || System.Runtime.InteropServices.RuntimeInformation.OSArchitecture != System.Runtime.InteropServices.Architecture.X64
            ? "the native Collector is built on Linux x64 only"
            : Array.Exists(["/usr/bin/clang", "/usr/bin/gcc"], File.Exists) ? null : "clang is not installed, so the native Collector is not tested";

    public async Task InitializeAsync()
    {
        if (Missing is not null)
        {
            return;
        }

        var start = new ProcessStartInfo(
            "dotnet",
            [
                "publish", Repository.File("services", "Collector"), "-c", "Release", "-r", "linux-x64",
                "--artifacts-path", Artifacts, "-nodeReuse:false", "-v", "quiet",
            ])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(PublishLimit);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(await output);
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;
}
