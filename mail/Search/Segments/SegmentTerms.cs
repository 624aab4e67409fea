using System.Runtime.InteropServices;
using System.Text;

namespace MailStats.Mail.Search.Segments;

/// <summary>The terms of a segment that is being made, by numbers from 0 on: their bytes stand one behind the other.</summary>
internal sealed class SegmentTerms
{
    private const int None = -1;

    private byte[] _bytes = new byte[1 << 16];
    private int _length;
    private Entry[] _entries = new Entry[1 << 12];
    private int[] _buckets = Empty(1 << 13);

    public int Count { get; private set; }

    public ReadOnlySpan<byte> this[int term] => _bytes.AsSpan(_entries[term].Start, _entries[term].Length);

    /// <summary>The number of a token, a new one where it has none.</summary>
    /// <param name="token">A letter and at most <see cref="SearchToken.MaxLength"/> characters.</param>
    public int NumberOf(ReadOnlySpan<char> token)
    {
        Span<byte> room = stackalloc byte[(3 * (1 + SearchToken.MaxLength)) + 1];
        ReadOnlySpan<byte> bytes = room[..Encoding.UTF8.GetBytes(token, room)];
        var hash = HashOf(room[..(bytes.Length + 1)]);

        for (var term = _buckets[hash & (_buckets.Length - 1)]; term != None; term = _entries[term].Next)
        {
            if (_entries[term].Hash == hash && this[term].SequenceEqual(bytes))
            {
                return term;
            }
        }

        return Add(bytes, hash);
    }

    /// <summary>
    /// Of bytes and one more, taken two at a time as strings are hashed, which is several times faster than one by one. Seeded by
    /// the process: nobody can choose words that share one bucket.
    /// </summary>
    private static int HashOf(Span<byte> bytesAndOne)
    {
        bytesAndOne[^1] = 0;

        return string.GetHashCode(MemoryMarshal.Cast<byte, char>(bytesAndOne));
    }

    public void Clear()
    {
        (Count, _length) = (0, 0);
        Array.Fill(_buckets, None);
    }

    private int Add(ReadOnlySpan<byte> bytes, int hash)
    {
        if (Count == _entries.Length)
        {
            Grow();
        }

        if (_length + bytes.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, 2 * _bytes.Length);
        }

        bytes.CopyTo(_bytes.AsSpan(_length));
        ref var bucket = ref _buckets[hash & (_buckets.Length - 1)];
        _entries[Count] = new(hash, _length, bytes.Length, bucket);
        bucket = Count;
        _length += bytes.Length;

        return Count++;
    }

    private void Grow()
    {
        Array.Resize(ref _entries, 2 * _entries.Length);
        _buckets = Empty(2 * _entries.Length);

        for (var term = 0; term < Count; term++)
        {
            ref var bucket = ref _buckets[_entries[term].Hash & (_buckets.Length - 1)];
            _entries[term] = _entries[term] with { Next = bucket };
            bucket = term;
        }
    }

    private static int[] Empty(int buckets)
    {
        var empty = new int[buckets];
        Array.Fill(empty, None);

        return empty;
    }

    private readonly record struct Entry(int Hash, int Start, int Length, int Next);
}
