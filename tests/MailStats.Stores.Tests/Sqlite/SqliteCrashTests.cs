using System.Diagnostics;
using MailStats.TestSupport;

namespace MailStats.Stores.Tests.Sqlite;

/// <summary>A few kills of the crash bench, which kills 200 times and more.</summary>
public sealed class SqliteCrashTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Killed_at_random_moments_a_store_loses_nothing_acknowledged_and_counts_nothing_twice()
    {
        var folder = Directory.CreateTempSubdirectory("mailstats-crash-");
        using var bench = Process.Start(new ProcessStartInfo("dotnet", [Program(), "crash", "--data", folder.FullName, "--kills", "4"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

        try
        {
            var told = await Task.WhenAll(bench.StandardOutput.ReadToEndAsync(), bench.StandardError.ReadToEndAsync()).WaitAsync(Patience);
            await bench.WaitForExitAsync().WaitAsync(Patience);

            Assert.True(bench.ExitCode == 0, string.Concat(told));
            Assert.Contains("4 kills", told[0], StringComparison.Ordinal);
        }
        finally
        {
            bench.Kill(entireProcessTree: true);
            folder.Delete(recursive: true);
        }
    }

    private static string Program()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);

        return Repository.File("tests", "bench", "MailStats.StorageBench", "bin", output.Parent!.Name, output.Name, "MailStats.StorageBench.dll");
    }
}
