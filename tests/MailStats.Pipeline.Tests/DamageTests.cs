using System.Diagnostics;

namespace MailStats.Pipeline.Tests;

/// <summary>A process that cannot work says so by its exit code.</summary>
public sealed class DamageTests
{
    [Theory]
    [InlineData("intake.db", false)]
    [InlineData("statistics.db", true)]
    public async Task Standalone_on_a_damaged_store_names_the_file_and_fails(string file, bool emptied)
    {
        using var data = new TemporaryFolder();
        Assert.Equal(0, (await RunAsync(data.Path, stop: true)).ExitCode);
        var path = Path.Combine(data.Path, file);
        File.Delete(path + "-wal");
        File.Delete(path + "-shm");
        await File.WriteAllBytesAsync(path, emptied ? [] : [.. Enumerable.Repeat((byte)'x', 8192)]);

        var (exitCode, error) = await RunAsync(data.Path, stop: false);

        Assert.Equal(1, exitCode);
        Assert.Contains(path, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Error)> RunAsync(string data, bool stop)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", [Repository.Program("services/Standalone"), "--urls", "http://127.0.0.1:0", "--data", data])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();

        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (stop && line.Contains("Application started", StringComparison.Ordinal))
            {
                using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            }
        }

        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));

        return (process.ExitCode, await error);
    }
}
