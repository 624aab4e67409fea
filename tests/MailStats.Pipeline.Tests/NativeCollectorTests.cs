using System.Diagnostics;
using MailStats.Pipeline.Tests.Processes;
using Xunit.Abstractions;

namespace MailStats.Pipeline.Tests;

/// <summary>What a mail server gets: the Collector as one native file, imported with into the real Standalone.</summary>
public sealed class NativeCollectorTests(NativeCollector collector, ITestOutputHelper output) : IClassFixture<NativeCollector>
{
    private const long MaximumBytes = 25_000_000;

    private const string Year = "from=2026-01-01&to=2026-12-31";

    private const int Starts = 15;

    /// <summary>
    /// Of the quickest start. An idle machine takes a tenth of it; other programs only add to a start, and the quickest of
    /// several is the one that they added least to.
    /// </summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Of all samples together: 3 recipients of Exim's, 2 of KumoMTA's and OpenSMTPD's each, 4 of Postal's, Postfix's and
    /// Stalwart's each. The packed copies of Postfix's add nothing.
    /// </summary>
    private static readonly Totals OfSamples = new(Recipients: 44, Delivered: 18, SoftBounces: 12, HardBounces: 12, Pending: 2);

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
    [InlineData("--help", "mailstats-collector [command]")]
    public async Task It_starts_at_once(string argument, string said)
    {
        Skip.If(NativeCollector.Missing is not null, NativeCollector.Missing);

        var starts = new List<TimeSpan>();
        for (var started = 0; started < Starts; started++)
        {
            var start = Stopwatch.GetTimestamp();
            var (exitCode, answer) = await CollectorProcess.RunNativeAsync(argument);
            starts.Add(Stopwatch.GetElapsedTime(start));

            Assert.Equal(0, exitCode);
            Assert.Contains(said, answer, StringComparison.Ordinal);
        }

        starts.Sort();
        output.WriteLine(
            $"{argument}: median of {Starts} starts {starts[Starts / 2].TotalMilliseconds:F0} ms, quickest {starts[0].TotalMilliseconds:F0} ms");
        Assert.InRange(starts[0], TimeSpan.Zero, StartLimit);
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

        foreach (var app in (StandaloneApp[])[native, managed])
        {
            await Eventually.IsAsync(() => app.Client.TotalsAsync(Year), totals => totals == OfSamples, "the samples' totals");
        }
    }

    /// <summary>What the import says, without what differs between two servers: address and folder.</summary>
    private static async Task<string> ImportAsync(Func<IEnumerable<string>, Task<(int ExitCode, string Output)>> run, StandaloneApp app, string log)
    {
        var key = (await File.ReadAllTextAsync(app.KeyFile)).Trim();
        var (exitCode, said) = await run(
        [
            "import", "--year", "2026", "--time-zone", "Europe/Berlin", "--url", app.Process.Address.ToString(), "--key", key,
            "--state", Path.Combine(app.Data, "state"), log,
        ]);

        Assert.True(exitCode == 0, said);

        return said
            .Replace(app.Process.Address.ToString(), "<address>", StringComparison.Ordinal)
            .Replace(app.Data, "<folder>", StringComparison.Ordinal);
    }
}
