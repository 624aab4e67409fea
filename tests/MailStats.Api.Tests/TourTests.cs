using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace MailStats.Api.Tests;

/// <summary>The tour of <c>docs/api.md</c>, pasted into a shell as it stands.</summary>
public sealed partial class TourTests
{
    [SkippableFact]
    public async Task Every_command_of_the_tour_works()
    {
        Skip.If(!File.Exists("/bin/bash") || !File.Exists("/usr/bin/curl"), "bash or curl is not installed");

        await using var app = await ApiApp.StartAsync();
        using var client = await app.ClientAsync("default", "ingest", "read", "admin", "operator");
        var folder = Directory.CreateTempSubdirectory("mailstats-tour-");
        Directory.CreateDirectory(Path.Combine(folder.FullName, "data"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "data", "admin.key"), Key(client.DefaultRequestHeaders.Authorization));

        var document = await File.ReadAllTextAsync(Repository.File("docs", "api.md"));
        var commands = string.Join('\n', Block().Matches(document).Select(block => block.Groups[1].Value))
            .Replace("http://localhost:8080", app.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);

        // A command that is answered with an error ends the tour.
        var script = "set -euo pipefail\ncurl() { command curl --fail-with-body \"$@\"; }\n" + commands;
        using var bash = Process.Start(new ProcessStartInfo("/bin/bash")
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await bash.StandardInput.WriteAsync(script);
        bash.StandardInput.Close();
        var output = bash.StandardOutput.ReadToEndAsync();
        var errors = bash.StandardError.ReadToEndAsync();
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await bash.WaitForExitAsync(timeout.Token);

        Assert.True(bash.ExitCode == 0, $"{await output}\n{await errors}");
        Assert.Contains("304\n", await output, StringComparison.Ordinal);
        Assert.Contains("event: ready", await output, StringComparison.Ordinal);
        Assert.StartsWith("occurredAt,", await File.ReadAllTextAsync(Path.Combine(folder.FullName, "error-events.csv")), StringComparison.Ordinal);

        folder.Delete(recursive: true);
    }

    private static string? Key(AuthenticationHeaderValue? authorization) => authorization?.Parameter;

    [GeneratedRegex(@"```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
