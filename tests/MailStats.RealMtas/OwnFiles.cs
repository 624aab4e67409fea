using System.Diagnostics;

namespace MailStats.RealMtas;

/// <summary>Shell commands that give a process a file system of its own, for servers whose programs and sockets stand at fixed places.</summary>
internal static class OwnFiles
{
    private static readonly string[] DeviceNames = ["null", "zero", "random", "urandom"];

    /// <summary>Unpacked programs over those of this machine; nothing where they are installed.</summary>
    public static string[] Around(DebianPrograms programs) =>
        programs.Root == "/" ? [] : [$"mount -t overlay -o lowerdir={programs.In("usr")}:/usr overlay /usr"];

    /// <summary>True where a process may do so.</summary>
    public static bool CanBeMade(IEnumerable<string> commands) => Run("unshare", "-m", "-u", "sh", "-c", string.Join(" && ", commands.Append("true")));

    /// <summary>Files in whose places <see cref="Devices"/> puts devices.</summary>
    public static void MakeDevices(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "dev"));
        Array.ForEach(DeviceNames, device => File.WriteAllText(Path.Combine(folder, "dev", device), ""));
    }

    public static string[] Devices(string folder) => Array.ConvertAll(DeviceNames, device => $"mount --bind /dev/{device} {folder}/dev/{device}");

    public static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();

        return process.ExitCode == 0;
    }
}
