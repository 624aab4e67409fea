using System.Diagnostics;

namespace MailStats.RealMtas;

/// <summary>
/// A mail server's programs: those installed, else those of Debian's packages, fetched by apt and unpacked into a folder of
/// their own, since Debian installs only one mail server at a time.
/// </summary>
/// <param name="Root">Folder that stands for <c>/</c>.</param>
/// <param name="Libraries">For <c>LD_LIBRARY_PATH</c>; empty when installed.</param>
internal sealed record DebianPrograms(string Root, string Libraries)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <returns>The programs, or why there are none.</returns>
    public static async Task<(DebianPrograms? Programs, string? Missing)> FindAsync(string name, string program, params string[] packages)
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
        {
            return (null, $"{name} can be started by root on Linux only.");
        }

        if (File.Exists("/" + program))
        {
            return (new("/", ""), null);
        }

        if (!File.Exists("/usr/bin/apt-get"))
        {
            return (null, $"{name} is not installed, and without apt its packages cannot be fetched.");
        }

        var folder = Path.Combine(Path.GetTempPath(), "mailstats-mtas", name);
        Directory.CreateDirectory(folder);
        // Other test runs may want the same packages at the same time.
        await using var turn = await TakeTurnAsync(Path.Combine(folder, "turn"));

        if (!File.Exists(Path.Combine(folder, program)))
        {
            if (!await RunAsync(folder, "apt-get", ["download", .. packages])
                && !(await RunAsync(folder, "apt-get", ["update"]) && await RunAsync(folder, "apt-get", ["download", .. packages])))
            {
                return (null, $"{name} is not installed, and apt could not fetch its packages.");
            }

            foreach (var package in Directory.GetFiles(folder, "*.deb"))
            {
                await RunAsync(folder, "dpkg", ["-x", package, folder]);
            }
        }

        var libraries = Directory.GetDirectories(Path.Combine(folder, "usr/lib"), "*-linux-gnu*").Append(Path.Combine(folder, "usr/lib/postfix"));

        return File.Exists(Path.Combine(folder, program))
            ? (new(folder, string.Join(':', libraries)), null)
            : (null, $"Debian's packages of {name} hold no {program}.");
    }

    public string In(string below) => Path.Combine(Root, below);

    private static async Task<FileStream> TakeTurnAsync(string file)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(200));

        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await ticks.WaitForNextTickAsync();
            }
        }
    }

    private static async Task<bool> RunAsync(string folder, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await process.WaitForExitAsync().WaitAsync(Patience);

        return process.ExitCode == 0;
    }
}
