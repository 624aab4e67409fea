using System.Buffers;

namespace MailStats.Stores.Sqlite.Database;

/// <summary>
/// Bytes that are written, used and given back. A batch of events is a large object: made anew each time, those alone
/// would make the runtime collect the whole heap several times a second.
/// </summary>
internal sealed class RentedBytes(int expected) : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(expected);
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint)
    {
        Reserve(sizeHint);

        return _bytes.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint)
    {
        Reserve(sizeHint);

        return _bytes.AsSpan(_length);
    }

    public void Dispose()
    {
        var bytes = _bytes;
        _bytes = [];

        if (bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private void Reserve(int sizeHint)
    {
        if (_bytes.Length - _length >= Math.Max(sizeHint, 1))
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, _length + sizeHint));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
