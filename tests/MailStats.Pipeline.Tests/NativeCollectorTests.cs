using System.Diagnostics;
using MailStats.Pipeline.Tests.Processes;

namespace MailStats.Pipeline.Tests;

/// <summary>What a mail server gets: the Collector as one native file, imported with into the real Standalone.</summary>
public sealed class NativeCollectorTests(NativeCollector collector) : IClassFixture<NativeCollector>
{
    private const long MaximumBytes = 25_000_000;

    private static readonly TimeSpan StartLimit = TimeSpan.FromMilliseconds(50);

    /// <summary>Load only adds to a start: one that is quick enough shows what the program takes.</summary>
    private const int Tries = 60;

    [SkippableFact]
    public void It_is_one_small_file()
    {
        Skip.If(NativeCollector.Missing is not null, NativeCollector.Missing);
        Assert.NotNull(collector);

        var files = new DirectoryInfo(NativeCollector.Folder).GetFiles().Where(file => file.Extension is not (".dbg" or ".pdb" or ".xml")).ToList();

        Assert.Equal(["MailStats.Collector"], files.ConvertAll(file => file.Name));
        Assert.InRange(files[0].Length, 1, MaximumBytes);
    }

    [SkippableTheory]
    [InlineData("--version", "0.1.0")]
    [InlineData("--help", "MailStats.Collector [command]")]
    public async Task It_starts_at_once(string argument, string said)
    {
        Skip.If(NativeCollector.Missing is not null, NativeCollector.Missing);

        var quickest = TimeSpan.MaxValue;
        for (var tried = 0; tried < Tries && quickest >= StartLimit; tried++)
        {
            var start = Stopwatch.GetTimestamp();
            var (exitCode, output) = await CollectorProcess.RunNativeAsync(argument);
            var took = Stopwatch.GetElapsedTime(start);

            Assert.Equal(0, exitCode);
            Assert.Contains(said, output, StringComparison.Ordinal);
            quickest = took < quickest ? took : quickest;
        }

        Assert.InRange(quickest, TimeSpan.Zero, StartLimit);
    }

    /// <summary>Packed logs, encoded words and JSON go through libraries that trimming could have cut.</summary>
    [SkippableFact]
    public async Task It_tells_what_the_managed_program_tells()
    {
        Skip.If(NativeCollector.Missing is not null, NativeCollector.Missing);
        await using var native = await StandaloneApp.StartAsync();
        await using var managed = await StandaloneApp.StartAsync();

        foreach (var log in Directory.GetFiles(Repository.File("tests", "MailStats.Collector.Tests", "samples")).Order())
        {
            var ofNative = await ImportAsync(CollectorProcess.RunNativeAsync, native, log);

            Assert.Contains("accepted", ofNative, StringComparison.Ordinal);
            Assert.Equal(await ImportAsync(CollectorProcess.RunAsync, managed, log), ofNative);
        }

        var expected = await Eventually.IsAsync(() => TotalsAsync(managed), totals => totals.Recipients > 0, "the managed import's totals");
        await Eventually.IsAsync(
            async () => (Native: await TotalsAsync(native), Managed: expected = await TotalsAsync(managed)),
            both => both.Native == both.Managed,
            "the same totals");
    }

    private static Task<Totals> TotalsAsync(StandaloneApp app) => app.Client.TotalsAsync("from=2026-01-01&to=2026-12-31");

    private static async Task<string> ImportAsync(Func<IEnumerable<string>, Task<(int ExitCode, string Output)>> run, StandaloneApp app, string log)
    {
        var key = (await File.ReadAllTextAsync(app.KeyFile)).Trim();
        var (exitCode, output) = await run(
        [
            "import", "--year", "2026", "--time-zone", "Europe/Berlin", "--url", app.Process.Address.ToString(), "--key", key,
            "--state", Path.Combine(app.Data, "state"), log,
        ]);

        Assert.True(exitCode == 0, output);

        return output;
    }
}
