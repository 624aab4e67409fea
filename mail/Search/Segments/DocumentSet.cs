using System.Numerics;

namespace MailStats.Mail.Search.Segments;

/// <summary>Some documents of a segment, one bit each. Bit 0 is the latest.</summary>
public sealed class DocumentSet(int documents)
{
    private readonly ulong[] _bits = new ulong[(documents + 63) / 64];

    public int Count { get; private set; }

    public void Add(int document)
    {
        ref var word = ref _bits[document >> 6];
        var bit = 1UL << document;
        Count += (word & bit) == 0 ? 1 : 0;
        word |= bit;
    }

    public void AddAll()
    {
        _bits.AsSpan().Fill(ulong.MaxValue);

        if (documents % 64 != 0)
        {
            _bits[^1] = (1UL << documents) - 1;
        }

        Count = documents;
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

    public void Unite(DocumentSet other)
    {
        for (var index = 0; index < _bits.Length; index++)
        {
            _bits[index] |= other._bits[index];
        }

        Recount();
    }

    public void Intersect(DocumentSet other)
    {
        for (var index = 0; index < _bits.Length; index++)
        {
            _bits[index] &= other._bits[index];
        }

        Recount();
    }

    /// <summary>The next document from one on; -1 at the end.</summary>
    public int NextFrom(int document)
    {
        if (document >= documents)
        {
            return -1;
        }

        var index = document >> 6;
        var word = _bits[index] & (ulong.MaxValue << document);

        while (word == 0)
        {
            if (++index == _bits.Length)
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

        foreach (var word in _bits)
        {
            Count += BitOperations.PopCount(word);
        }
    }
}
