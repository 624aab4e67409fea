using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace MailStats.Stores.Sqlite.Database;

/// <summary>
/// The calls that are made many times for each delivery, without the safe handles and copies of the general binding: an
/// owner of the statement keeps its handle alive. What only copies a value suppresses the runtime's transition, too.
/// </summary>
internal static partial class SqliteNative
{
    /// <summary>SQLite copies what is bound before the call returns.</summary>
    public const nint Transient = -1;

    /// <summary>What is bound stays where it is until the statement has run.</summary>
    public const nint Kept = 0;

    private const string Library = "e_sqlite3";

    /// <summary>
    /// Each connection is used by one thread at a time and nobody asks how much memory SQLite holds, so neither every call
    /// nor every allocation has to take a lock. Only possible before SQLite's first use; later it is refused, which does no harm.
    /// </summary>
    public static void ConfigureOnce() => RuntimeHelpers.RunClassConstructor(typeof(Configuration).TypeHandle);

    [LibraryImport(Library)]
    public static partial int sqlite3_step(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_reset(nint statement);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_bind_int64(nint statement, int index, long value);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_bind_null(nint statement, int index);

    [LibraryImport(Library), SuppressGCTransition]
    public static unsafe partial int sqlite3_bind_text(nint statement, int index, byte* text, int bytes, nint destructor);

    [LibraryImport(Library), SuppressGCTransition]
    public static unsafe partial int sqlite3_bind_blob(nint statement, int index, byte* value, int bytes, nint destructor);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial long sqlite3_column_int64(nint statement, int column);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_column_type(nint statement, int column);

    [LibraryImport(Library)]
    public static unsafe partial byte* sqlite3_column_text(nint statement, int column);

    [LibraryImport(Library)]
    public static unsafe partial byte* sqlite3_column_blob(nint statement, int column);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int sqlite3_column_bytes(nint statement, int column);

    [LibraryImport("libc")]
    private static partial int mallopt(int setting, int value);

    private static class Configuration
    {
        private const int MultiThread = 2;
        private const int MemoryStatus = 9;
        private const int ArenasMost = -8;

        static Configuration()
        {
            ShareMemory();
            Batteries_V2.Init();
            _ = raw.sqlite3_config(MultiThread);
            _ = raw.sqlite3_config(MemoryStatus, 0);
        }

        /// <summary>
        /// A connection is used by one thread and the next. The C library gives threads heaps of their own, up to eight for each core, and what was freed in
        /// one is of no use in another: within an hour a busy process held hundreds of megabytes so. One for each core is enough.
        /// </summary>
        private static void ShareMemory()
        {
            if (!OperatingSystem.IsLinux())
            {
                return;
            }

            try
            {
                _ = mallopt(ArenasMost, Environment.ProcessorCount);
            }
            catch (EntryPointNotFoundException)
            {
                // Not every C library has heaps by thread.
            }
        }
    }
}
