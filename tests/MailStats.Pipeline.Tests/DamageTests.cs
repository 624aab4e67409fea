using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MailStats.Pipeline.Tests.Processes;
using Microsoft.Data.Sqlite;

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

    [Fact]
    public async Task Damaged_rows_stop_nothing_but_themselves()
    {
        await using var app = await StandaloneApp.StartAsync();
        await app.Client.IngestAsync(Some.Deliveries(0, 10));
        await Eventually.IsAsync(() => app.Client.TotalsAsync(), totals => totals.Recipients == 10, "ten deliveries");
        Assert.Equal(0, await app.Process.StopAsync());

        await using (var store = new SqliteConnection($"Data Source={Path.Combine(app.Data, "statistics.db")}"))
        {
            await store.OpenAsync();
            await using var damage = store.CreateCommand();
            damage.CommandText =
                """
                UPDATE tallies SET sheet = x'ffff';
                UPDATE deliveries SET state = x'7b' WHERE id = (SELECT min(id) FROM deliveries);
                INSERT INTO outbox (notice_id, type, content, created_at) VALUES ('00112233445566778899aabbccddeeff', 'IncidentOpened', '{', 0);
                """;
            await damage.ExecuteNonQueryAsync();
        }

        await app.RestartAsync();
        await app.Client.IngestAsync(Some.Deliveries(10, 10));

        await Eventually.IsAsync(() => app.Client.TotalsAsync(), totals => totals.Recipients == 20, "what came after the damage");
        await Eventually.HoldsAsync(() => Task.FromResult(app.Process.Output.Contains("verify names the row", StringComparison.Ordinal)), "the row's error");
        Assert.Equal(0, await app.Process.StopAsync());
    }

    [Fact]
    public async Task The_data_folder_is_made_for_its_owner_alone()
    {
        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Path, "new", "data");

        Assert.Equal(0, (await RunAsync(data, stop: true)).ExitCode);

        Assert.True(
            OperatingSystem.IsWindows()
            || File.GetUnixFileMode(data) == (UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute), data);
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_is_named_in_one_line()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "a-file");
        await File.WriteAllTextAsync(file, "");

        var (exitCode, error) = await RunAsync(Path.Combine(file, "data"), stop: false);

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"The store cannot be used: The folder {file}", error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("ASPNETCORE_URLS", "http://{0}", "Urls or Kestrel: Failed to bind to address http://{0}: address already in use")]
    [InlineData("ASPNETCORE_URLS", "http://192.0.2.1:1", "Urls or Kestrel: ")]
    [InlineData("ASPNETCORE_URLS", "nowhere", "Urls or Kestrel: Invalid url: 'nowhere'")]
    [InlineData("Kestrel__Endpoints__Tls__Url", "https://127.0.0.1:0", "Urls or Kestrel: Unable to configure HTTPS endpoint. No server certificate")]
    [InlineData("Logging__LogLevel__Default", "Loud", "Logging: Configuration value 'Loud' is not supported.")]
    [InlineData("Policy__Listen__0", "{0}", "Policy:Listen: cannot listen on {0}: ")]
    [InlineData("Ingest__LmtpListen", "{0}", "Ingest:LmtpListen: cannot listen on {0}: ")]
    public async Task What_the_process_cannot_start_with_is_named_without_a_stack(string setting, string address, string said)
    {
        using var folder = new TemporaryFolder();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var taken = other.LocalEndpoint.ToString()!;

        var (exitCode, error) = await RunAsync(
            folder.Path, stop: false, (setting, address.Replace("{0}", taken, StringComparison.Ordinal)));

        Assert.Equal(1, exitCode);
        Assert.Contains(said.Replace("{0}", taken, StringComparison.Ordinal), error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    /// <summary>What it says on both streams, where it ended by a failure.</summary>
    private static async Task<(int ExitCode, string Error)> RunAsync(string data, bool stop, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [Repository.Program("services/Standalone"), "--data", data])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";

        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var logged = new StringBuilder();

        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains(" fail: ", StringComparison.Ordinal) || line.Contains(" crit: ", StringComparison.Ordinal)
                || line.Contains("   at ", StringComparison.Ordinal))
            {
                logged.AppendLine(line);
            }

            if (stop && line.Contains("Application started", StringComparison.Ordinal))
            {
                using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            }
        }

        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));

        return (process.ExitCode, await error + logged);
    }
}
