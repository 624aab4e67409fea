using System.Diagnostics;
using System.Text.RegularExpressions;
using MailStats.Pipeline.Tests.Processes;

namespace MailStats.Pipeline.Tests;

/// <summary>The tour of <c>docs/api.md</c>, pasted as it stands into a shell beside a Standalone that has just been started.</summary>
public sealed partial class TourTests
{
    [SkippableFact]
    public async Task Every_command_of_the_tour_works()
    {
        Skip.If(!File.Exists("/bin/bash") || !File.Exists("/usr/bin/curl"), "bash or curl is not installed");

        await using var app = await StandaloneApp.StartAsync();
        using var folder = new TemporaryFolder();
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "data"), app.Data);
        var document = await File.ReadAllTextAsync(Repository.File("docs", "api.md"));
        var commands = string.Join('\n', Block().Matches(document).Select(block => block.Groups[1].Value))
            .Replace("http://localhost:8080", app.Process.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);

        // A command that is answered with an error ends the tour.
        var script = "set -euo pipefail\ncurl() { command curl --fail-with-body \"$@\"; }\n" + commands;
        using var bash = Process.Start(new ProcessStartInfo("/bin/bash")
        {
            WorkingDirectory = folder.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await bash.StandardInput.WriteAsync(script);
        bash.StandardInput.Close();
        var output = bash.StandardOutput.ReadToEndAsync();
        var errors = bash.StandardError.ReadToEndAsync();
        await bash.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));

        Assert.True(bash.ExitCode == 0, $"{await output}\n{await errors}");
        Assert.Contains("304\n", await output, StringComparison.Ordinal);
        Assert.Contains("event: ready", await output, StringComparison.Ordinal);
        Assert.StartsWith("occurredAt,", await File.ReadAllTextAsync(Path.Combine(folder.Path, "error-events.csv")), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
