using System.Diagnostics;
using System.Globalization;

namespace MailStats.CollectorBench;

/// <summary>What something took, by the clock and of the processor. On a machine that is busy with other things the processor's time counts.</summary>
internal readonly record struct Measured(TimeSpan Clock, TimeSpan Processor)
{
    public void Tell(string name, long lines) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-12} {lines:N0} lines: {Clock.TotalSeconds:N2} s = {lines / Clock.TotalSeconds:N0} lines/s; " +
        $"{Processor.TotalSeconds:N2} s of processor = {lines / Processor.TotalSeconds:N0} lines/s"));

    /// <summary>Runs a report program over the log, its output read and thrown away.</summary>
    public static async Task<Measured> OfPeerAsync(string[] peer, string log)
    {
        var before = ChildrenTime();
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo(peer[0], [.. peer[1..], log]) { RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        return new Measured(watch.Elapsed, ChildrenTime() - before);
    }

    public static double PeakMegabytes(int process) => long.Parse(
        File.ReadLines($"/proc/{process}/status")
            .First(line => line.StartsWith("VmHWM", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) / 1000.0;

    /// <summary>
    /// Processor time of the processes that were started and have ended: fields 16 and 17 of <c>/proc/self/stat</c> (proc(5)), in
    /// ticks of 10 ms.
    /// </summary>
    public static TimeSpan ChildrenTime()
    {
        var stat = File.ReadAllText("/proc/self/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');

        return TimeSpan.FromMilliseconds(10 * (long.Parse(fields[13], CultureInfo.InvariantCulture) + long.Parse(fields[14], CultureInfo.InvariantCulture)));
    }
}
