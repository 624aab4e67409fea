using System.Diagnostics;
using System.Net.NetworkInformation;
using System.Text.Json;
using System.Text.RegularExpressions;
using MailStats.Pipeline.Tests.Processes;

namespace MailStats.Pipeline.Tests;

/// <summary>The README's commands, run in this checkout as they stand.</summary>
public sealed partial class ReadmeTests
{
    private static readonly IReadOnlyList<string> Blocks =
        [.. ShellBlock().Matches(File.ReadAllText(Path.Combine(Repository.Root, "README.md"))).Select(block => block.Groups[1].Value)];

    [SkippableFact]
    public async Task Run_import_and_ask_work_when_pasted()
    {
        RequireAnUntouchedCheckout();
        var data = Path.Combine(Repository.Root, "data");
        using var server = Start(Assert.Single(Blocks, block => block.Contains("services/Standalone", StringComparison.Ordinal)));
        var said = Task.WhenAll(server.StandardOutput.ReadToEndAsync(), server.StandardError.ReadToEndAsync());

        try
        {
            using var client = new HttpClient { BaseAddress = new Uri("http://localhost:8080") };
            await Eventually.IsAsync(() => IsReadyAsync(client, server, said), ready => ready, "readiness");
            var import = Assert.Single(Blocks, block => block.Contains(" import ", StringComparison.Ordinal));
            var ask = Assert.Single(Blocks, block => block.Contains("curl", StringComparison.Ordinal));

            var (exitCode, output) = await RunAsync($"set -e\n{import}");
            Assert.True(exitCode == 0, output);

            // A person pastes the questions a moment after the import.
            var answers = await Eventually.IsAsync(
                () => AnswersAsync($"set -e\n{import.Split('\n')[0]}\n{ask}"), answers => Recipients(answers[0]) > 0, "the imported mail");
            Assert.NotEmpty(answers[1].GetProperty("items").EnumerateArray());
            Assert.Equal("recipient_unknown", answers[2].GetProperty("reason").GetString());
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync();

            if (Directory.Exists(data))
            {
                Directory.Delete(data, recursive: true);
            }
        }
    }

    [Fact]
    public void The_test_command_is_what_continuous_integration_runs()
    {
        var command = Assert.Single(Blocks, block => block.Contains("tests/run.sh", StringComparison.Ordinal)).Trim();

        Assert.Contains(command, File.ReadAllText(Path.Combine(Repository.Root, ".ci", "run")), StringComparison.Ordinal);
    }

    /// <summary>The commands use the default port and <c>./data</c>: a developer's own must not be touched.</summary>
    private static void RequireAnUntouchedCheckout()
    {
        var inUse = Directory.Exists(Path.Combine(Repository.Root, "data"))
            ? "./data exists"
            : IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(listener => listener.Port == 8080) ? "port 8080 is taken" : null;

        Assert.False(inUse is not null && Environment.GetEnvironmentVariable("CI") == "true", inUse);
        Skip.If(inUse is not null, inUse);
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, Process server, Task<string[]> said)
    {
        Assert.False(server.HasExited, server.HasExited ? string.Concat(await said) : null);

        try
        {
            using var answer = await client.GetAsync(new Uri("/health/ready", UriKind.Relative));

            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<IReadOnlyList<JsonElement>> AnswersAsync(string script)
    {
        // Each curl prints one JSON document and no line end after it.
        var (exitCode, output) = await RunAsync(script);
        Assert.True(exitCode == 0, output);
        var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(output), new JsonReaderOptions { AllowMultipleValues = true });
        var answers = new List<JsonElement>();

        while (reader.Read())
        {
            answers.Add(JsonElement.ParseValue(ref reader));
        }

        return answers;
    }

    private static long Recipients(JsonElement overview) => overview.GetProperty("recipients").GetProperty("value").GetInt64();

    private static async Task<(int ExitCode, string Output)> RunAsync(string script)
    {
        using var shell = Start(script);
        var output = shell.StandardOutput.ReadToEndAsync();
        var errors = shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));

        return (shell.ExitCode, await output + await errors);
    }

    private static Process Start(string script) => Process.Start(new ProcessStartInfo("bash", ["-c", script])
    {
        WorkingDirectory = Repository.Root,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}
