using System.Diagnostics;

namespace MailStats.Pipeline.Tests.Processes;

/// <summary>The real Collector, run as an operator runs it.</summary>
internal static class CollectorProcess
{
    /// <summary>Runs to its end and gives its exit code and all that it said.</summary>
    public static Task<(int ExitCode, string Output)> RunAsync(params IEnumerable<string> arguments) =>
        RunToEndAsync("dotnet", [Repository.Program("services/Collector"), .. arguments]);

    /// <summary>The same for the one native file.</summary>
    public static Task<(int ExitCode, string Output)> RunNativeAsync(params IEnumerable<string> arguments) =>
        RunToEndAsync(NativeCollector.Program, arguments);

    private static async Task<(int ExitCode, string Output)> RunToEndAsync(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));

        return (process.ExitCode, await output + await errors);
    }
}
