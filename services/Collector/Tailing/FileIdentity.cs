using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace MailStats.Collector.Tailing;

/// <summary>What stays the same when a file is renamed: device and inode. Zeros where the system does not tell.</summary>
internal readonly record struct FileIdentity(ulong Device, ulong Inode)
{
    private const int CurrentFolder = -100;
    private const int OfHandle = 0x1000;
    private const uint InodeWanted = 0x100;

    /// <summary>Size of <c>struct statx</c>, the same on every Linux.</summary>
    private const int StatxSize = 256;

    public static FileIdentity Of(string path) => Read(CurrentFolder, path, 0);

    public static FileIdentity Of(SafeFileHandle handle) => Read((int)handle.DangerousGetHandle(), "", OfHandle);

    private static FileIdentity Read(int folder, string path, int flags)
    {
        if (!OperatingSystem.IsLinux())
        {
            return default;
        }

        var buffer = new byte[StatxSize];
        if (Statx(folder, Encoding.UTF8.GetBytes(path + '\0'), flags, InodeWanted, buffer) != 0)
        {
            return default;
        }

        return new FileIdentity(
            BinaryPrimitives.ReadUInt64LittleEndian(buffer.AsSpan(136)),
            BinaryPrimitives.ReadUInt64LittleEndian(buffer.AsSpan(32)));
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int folder, byte[] path, int flags, uint mask, [Out] byte[] buffer);
}
