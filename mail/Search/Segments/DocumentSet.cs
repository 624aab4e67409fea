using System.Buffers;
using System.Numerics;

namespace MailStats.Mail.Search.Segments;

/// <summary>Some documents of a segment, one bit each. Bit 0 is the latest. Of a large segment that is 400 KB, so the memory is used again.</summary>
public sealed class DocumentSet : IDisposable
{
    private readonly int _documents;
    private readonly int _words;
    private ulong[] _bits;

    public DocumentSet(int documents)
    {
        (_documents, _words) = (documents, (documents + 63) / 64);
        _bits = ArrayPool<ulong>.Shared.Rent(_words);
        Bits.Clear();
    }

    public int Count { get; private set; }

    private Span<ulong> Bits => _bits.AsSpan(0, _words);

    public void Add(int document)
    {
        ref var word = ref _bits[document >> 6];
        var bit = 1UL << document;
        Count += (word & bit) == 0 ? 1 : 0;
        word |= bit;
    }

    /// <summary>Adds a document and all behind it.</summary>
    public void AddFrom(int document)
    {
        if (document >= _documents)
        {
            return;
        }

        _bits[document >> 6] |= ulong.MaxValue << document;
        Bits[((document >> 6) + 1)..].Fill(ulong.MaxValue);

        if (_documents % 64 != 0)
        {
            _bits[_words - 1] &= (1UL << _documents) - 1;
        }

        Recount();
    }

    /// <summary>Adds the documents whose bits are set in bytes, the lowest first.</summary>
    internal void AddBits(ReadOnlySpan<byte> bytes)
    {
        for (var index = 0; index < bytes.Length; index++)
        {
            _bits[index >> 3] |= (ulong)bytes[index] << ((index & 7) * 8);
        }

        Recount();
    }

    public void Dispose()
    {
        ArrayPool<ulong>.Shared.Return(_bits);
        _bits = [];
    }

    public void Unite(DocumentSet other)
    {
        for (var index = 0; index < _words; index++)
        {
            _bits[index] |= other._bits[index];
        }

        Recount();
    }

    public void Intersect(DocumentSet other)
    {
        for (var index = 0; index < _words; index++)
        {
            _bits[index] &= other._bits[index];
        }

        Recount();
    }

    /// <summary>The next document from one on; -1 at the end.</summary>
    public int NextFrom(int document)
    {
        if (document >= _documents)
        {
            return -1;
        }

        var index = document >> 6;
        var word = _bits[index] & (ulong.MaxValue << document);

        while (word == 0)
        {
            if (++index == _words)
            {
                return -1;
            }

            word = _bits[index];
        }

        return (index << 6) + BitOperations.TrailingZeroCount(word);
    }

    private void Recount()
    {
        Count = 0;

        foreach (var word in Bits)
        {
            Count += BitOperations.PopCount(word);
        }
    }
}
