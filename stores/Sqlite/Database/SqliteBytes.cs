using System.Runtime.InteropServices;
using System.Text;

namespace MailStats.Stores.Sqlite.Database;

/// <summary>Values that stay where they are while a statement runs, so that SQLite need not copy them. Emptied for the next.</summary>
internal sealed unsafe class SqliteBytes : IDisposable
{
    private const int Length = 128 * 1024;

    private readonly byte* _start = (byte*)NativeMemory.Alloc(Length);
    private int _end;

    public void Clear() => _end = 0;

    /// <summary>False when there is no room: SQLite has to copy this one.</summary>
    public bool TryAdd(string text, out ReadOnlySpan<byte> kept)
    {
        var room = new Span<byte>(_start + _end, Length - _end);
        var fits = Encoding.UTF8.TryGetBytes(text, room, out var written) && written > 0;
        kept = fits ? room[..written] : [];
        _end += kept.Length;

        return fits;
    }

    public bool TryAdd(scoped ReadOnlySpan<byte> value, out ReadOnlySpan<byte> kept)
    {
        var room = new Span<byte>(_start + _end, Length - _end);
        var fits = value.Length > 0 && value.TryCopyTo(room);
        kept = fits ? room[..value.Length] : [];
        _end += kept.Length;

        return fits;
    }

    public void Dispose() => NativeMemory.Free(_start);
}
