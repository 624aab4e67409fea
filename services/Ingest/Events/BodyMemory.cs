using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace MailStats.Ingest.Events;

/// <summary>
/// Memory for a large body, from the operating system and not from the collector's heap: it is taken as it is first written to,
/// whatever its size, and is back at once when it is let go.
/// </summary>
/// <remarks>
/// Arrays of megabytes lie where the collector seldom looks: three clients that sent 16 MB over and over left seven such arrays
/// behind in eight seconds, 110 MB.
/// </remarks>
internal sealed unsafe class BodyMemory : MemoryManager<byte>
{
    /// <summary>What an import of a log sends at once has room in it.</summary>
    public const int UsualSize = 1024 * 1024;

    /// <summary>How many of <see cref="UsualSize"/> wait to be used again, 4 MB at most: who imports needs one after the other.</summary>
    private const int MostKept = 4;

    private static readonly Lock Lock = new();
    private static readonly Stack<BodyMemory> Kept = [];

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly int _size;
    private byte* _start;

    private BodyMemory(int size)
    {
        _size = size;
        _file = MemoryMappedFile.CreateNew(null, size);
        _view = _file.CreateViewAccessor(0, size);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    /// <param name="bytes">At least; so many more than that as are usual.</param>
    public static BodyMemory Take(int bytes)
    {
        if (bytes <= UsualSize)
        {
            lock (Lock)
            {
                if (Kept.TryPop(out var kept))
                {
                    return kept;
                }
            }
        }

        return new(Math.Max(bytes, UsualSize));
    }

    /// <summary>Nobody reads or writes it any more.</summary>
    public void LetGo()
    {
        if (_size == UsualSize)
        {
            lock (Lock)
            {
                if (Kept.Count < MostKept)
                {
                    Kept.Push(this);

                    return;
                }
            }
        }

        ((IDisposable)this).Dispose();
    }

    public override Span<byte> GetSpan() => _start is null ? throw new ObjectDisposedException(nameof(BodyMemory)) : new(_start, _size);

    /// <summary>It never moves.</summary>
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)_size);

        return new(_start + elementIndex);
    }

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _start is not null)
        {
            _start = null;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }
}
