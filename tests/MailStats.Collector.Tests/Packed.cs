using System.Diagnostics;

namespace MailStats.Collector.Tests;

/// <summary>Bytes as the real programs pack them; skips the test where one is not installed.</summary>
internal static class Packed
{
    public static byte[] Of(string program, byte[] bytes, params string[] arguments)
    {
        Skip.IfNot(
            Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program))),
            $"{program} is not installed");
        using var process = Process.Start(new ProcessStartInfo(program, ["-c", .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var writing = Task.Run(() =>
        {
            process.StandardInput.BaseStream.Write(bytes);
            process.StandardInput.Close();
        });
        using var packed = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(packed);
        writing.Wait();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);

        return packed.ToArray();
    }
}
