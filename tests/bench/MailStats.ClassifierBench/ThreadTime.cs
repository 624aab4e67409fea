using System.Runtime.InteropServices;

namespace MailStats.ClassifierBench;

/// <summary>Processor time of the calling thread: neither other processes nor the runtime's own threads count.</summary>
internal static class ThreadTime
{
    private const int ThreadProcessorTime = 3;

    /// <returns>Microseconds. Linux only.</returns>
    public static double Microseconds()
    {
        _ = ReadClock(ThreadProcessorTime, out var time);

        return (time.Seconds * 1e6) + (time.Nanoseconds / 1e3);
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ReadClock(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
