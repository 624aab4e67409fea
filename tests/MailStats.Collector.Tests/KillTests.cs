using System.Diagnostics;
using System.Globalization;

namespace MailStats.Collector.Tests;

/// <summary>The program itself, killed without a chance to write anything (SIGKILL), and asked to stop.</summary>
public sealed class KillTests
{
    [SkippableFact]
    public async Task Killed_while_a_log_grows_it_loses_nothing()
    {
        var program = Repository.Program("services/Collector");
        Skip.IfNot(OperatingSystem.IsLinux(), "only Linux has SIGKILL");
        var folder = Directory.CreateTempSubdirectory("mailstats-kill-");
        var log = Path.Combine(folder.FullName, "mail.log");
        await using var server = await IngestDouble.StartAsync();
        var lines = Log(hosts: 40);
        var whole = Samples.ReaderOfToday("postfix");
        lines.ForEach(line => whole.Read(line));
        var wanted = Distinct(whole.Messages.Events());

        var written = 0;
        for (var round = 0; written < lines.Count; round++)
        {
            // What was written before the kill, and a little after it while nobody reads; one rotation on the way.
            await using var stream = new FileStream(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            var batch = lines.Skip(written).Take(150).ToList();
            written += batch.Count;
            using var collector = Start(program, folder.FullName, log, server);
            foreach (var line in batch.Take(100))
            {
                stream.Write([.. line, (byte)'\n']);
            }

            stream.Flush();
            var (before, asked) = (server.Taken.Count, 0);
            server.OnPending = () => asked++;
            await KillOnceAsync(collector, server.UntilAsync(() => server.Taken.Count > before || asked > 2));
            foreach (var line in batch.Skip(100))
            {
                stream.Write([.. line, (byte)'\n']);
            }

            stream.Flush();
            if (round == 2)
            {
                File.Move(log, log + ".1");
            }
        }

        using (var collector = Start(program, folder.FullName, log, server))
        {
            await KillOnceAsync(collector, server.UntilAsync(() => wanted.IsSubsetOf(server.Taken.Select(item => item.ToString()))));
        }

        Assert.Equal(wanted.Order(), Distinct(server.Taken).Order());
        folder.Delete(recursive: true);
    }

    [SkippableFact]
    public async Task Asked_to_stop_again_and_again_it_ends_as_if_it_was_asked_once()
    {
        var program = Repository.Program("services/Collector");
        Skip.IfNot(OperatingSystem.IsLinux(), "only Linux has kill(1)");
        var folder = Directory.CreateTempSubdirectory("mailstats-kill-");
        await using var server = await IngestDouble.StartAsync();
        using var collector = Start(program, folder.FullName, Samples.PathOf("postfix.log"), server);
        await server.UntilAsync(() => !server.Taken.IsEmpty);

        using var asking = Process.Start(
            new ProcessStartInfo("sh", ["-c", $"while kill -TERM {collector.Id}; do :; done"]) { RedirectStandardError = true })!;
        var said = await collector.StandardOutput.ReadToEndAsync();
        await collector.WaitForExitAsync();
        await asking.WaitForExitAsync();

        Assert.DoesNotContain("Unhandled", said, StringComparison.Ordinal);
        Assert.Equal(0, collector.ExitCode);
        folder.Delete(recursive: true);
    }

    private static async Task KillOnceAsync(Process collector, Task happened)
    {
        try
        {
            await happened;
        }
        finally
        {
            collector.Kill();
            await collector.WaitForExitAsync();
        }
    }

    private static Process Start(string program, string folder, string log, IngestDouble server) => Process.Start(new ProcessStartInfo(
        "dotnet",
        [
            program, "follow", "--format", "postfix", "--time-zone", "UTC", "--url", server.Url.ToString(), "--key", IngestDouble.Key, "--host", "mx",
            "--state", Path.Combine(folder, "state"), log,
        ])
    {
        RedirectStandardOutput = true,
    })!;

    private static HashSet<string> Distinct(IEnumerable<Contracts.SubmittedEvent> events) => [.. events.Select(item => item.ToString())];

    /// <summary>The sample as many hosts write it, line by line in turn.</summary>
    private static List<byte[]> Log(int hosts)
    {
        var sample = Samples.Lines("postfix.log").ConvertAll(System.Text.Encoding.UTF8.GetString);

        return
        [
            .. sample.SelectMany(line => Enumerable.Range(0, hosts).Select(host =>
                System.Text.Encoding.UTF8.GetBytes(
                    line.Replace(" relay1 ", string.Create(CultureInfo.InvariantCulture, $" relay{host} "), StringComparison.Ordinal)))),
        ];
    }
}
