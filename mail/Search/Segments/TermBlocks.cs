using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace MailStats.Mail.Search.Segments;

/// <summary>
/// Terms of a segment in the order of their bytes, each with its documents, in blocks: what a term shares with the one before
/// stands once. Of its documents there are differences, or one bit for each of the segment's, or nothing when all have it.
/// </summary>
internal sealed class TermBlockWriter(int documents, ISegmentOutput output)
{
    /// <summary>As much as fits on one page of 4,096 bytes beside what SQLite needs of it. A term with more has a block of its own.</summary>
    public const int BlockLength = 4_000;

    private readonly ArrayBufferWriter<byte> _block = new(2 * BlockLength);
    private readonly ArrayBufferWriter<byte> _entry = new(1024);
    private readonly ArrayBufferWriter<byte> _first = new(64);
    private readonly ArrayBufferWriter<byte> _last = new(64);

    /// <param name="term">Greater than the term before.</param>
    /// <param name="of">Documents, ascending, at least one.</param>
    public void Add(ReadOnlySpan<byte> term, ReadOnlySpan<int> of)
    {
        Write(term, _block.WrittenCount == 0 ? 0 : term.CommonPrefixLength(_last.WrittenSpan), of);

        if (_block.WrittenCount > 0 && _block.WrittenCount + _entry.WrittenCount > BlockLength)
        {
            Flush();
            Write(term, 0, of);
        }

        if (_block.WrittenCount == 0)
        {
            Set(_first, term);
        }

        _block.Write(_entry.WrittenSpan);
        Set(_last, term);
    }

    public void Flush()
    {
        if (_block.WrittenCount > 0)
        {
            output.AddTerms(_first.WrittenSpan, _block.WrittenSpan);
            _block.ResetWrittenCount();
        }
    }

    private static void Set(ArrayBufferWriter<byte> place, ReadOnlySpan<byte> term)
    {
        place.ResetWrittenCount();
        place.Write(term);
    }

    private void Write(ReadOnlySpan<byte> term, int shared, ReadOnlySpan<int> of)
    {
        _entry.ResetWrittenCount();
        Numbers.Write(_entry, (ulong)shared);
        Numbers.Write(_entry, (ulong)(term.Length - shared));
        _entry.Write(term[shared..]);
        Numbers.Write(_entry, (ulong)of.Length);

        if (of.Length == documents)
        {
            return;
        }

        if (of.Length > documents / 8)
        {
            var bits = _entry.GetSpan((documents + 7) / 8)[..((documents + 7) / 8)];
            bits.Clear();

            foreach (var document in of)
            {
                bits[document >> 3] |= (byte)(1 << (document & 7));
            }

            _entry.Advance(bits.Length);

            return;
        }

        var before = -1;

        foreach (var document in of)
        {
            Numbers.Write(_entry, (ulong)(document - before - 1));
            before = document;
        }
    }
}

/// <summary>Reads one block, term after term.</summary>
/// <param name="documents">Documents of the segment.</param>
/// <param name="bytes">The block, as long as the reader is used.</param>
internal sealed class TermBlockReader(int documents, ReadOnlyMemory<byte> bytes)
{
    /// <summary>Documents of one term that are always read to the end.</summary>
    private const int Many = 16_384;

    private const ulong UpperBits = 0x8080_8080_8080_8080;

    private byte[] _term = new byte[64];
    private int _length;
    private int _documents;
    private bool _hasTerm;

    /// <summary>Valid until the next one is read.</summary>
    public ReadOnlySpan<byte> Term => _term.AsSpan(0, _length);

    public int Count { get; private set; }

    public bool Read()
    {
        var block = bytes.Span;
        var rest = block;

        if (_hasTerm)
        {
            // What a term with a block of its own has is not counted to find that nothing is behind it.
            rest = block.Length > TermBlockWriter.BlockLength ? [] : block[_documents..][LengthOf(block[_documents..])..];
        }

        _hasTerm = !rest.IsEmpty;

        if (!_hasTerm)
        {
            return false;
        }

        var shared = (int)Numbers.Read(ref rest);
        var own = (int)Numbers.Read(ref rest);

        if (shared < 0 || shared > _length || own < 0 || own > rest.Length)
        {
            throw new InvalidDataException("A block of terms is damaged.");
        }

        _length = shared + own;

        if (_length > _term.Length)
        {
            Array.Resize(ref _term, 2 * _length);
        }

        rest[..own].CopyTo(_term.AsSpan(shared));
        rest = rest[own..];
        Count = (int)Numbers.Read(ref rest);
        _documents = block.Length - rest.Length;

        return true;
    }

    /// <summary>Adds the present term's documents. Where they are many, all from a document on are added instead of those that have it.</summary>
    /// <param name="set">Gets them.</param>
    /// <param name="to">The documents before this are those that have it.</param>
    /// <returns>False where some may not have it.</returns>
    public bool AddTo(DocumentSet set, int to)
    {
        if (Count == documents)
        {
            set.AddFrom(0);

            return true;
        }

        if (Count <= Many)
        {
            to = documents;
        }

        if (Count > documents / 8)
        {
            set.AddBits(bytes.Span.Slice(_documents, (Math.Min(to, documents) + 7) / 8));
        }
        else
        {
            var rest = bytes.Span[_documents..];
            var document = -1;

            for (var left = Count; left > 0; left--)
            {
                document += (int)Numbers.Read(ref rest) + 1;

                if (document >= to)
                {
                    break;
                }

                set.Add(document);
            }
        }

        set.AddFrom(to);

        return to >= documents;
    }

    /// <summary>Writes down the present term's documents, ascending.</summary>
    /// <param name="numbers">Room for <see cref="Count"/> of them.</param>
    public void CopyTo(Span<int> numbers)
    {
        if (Count == documents)
        {
            for (var number = 0; number < Count; number++)
            {
                numbers[number] = number;
            }
        }
        else if (Count > documents / 8)
        {
            var bits = bytes.Span.Slice(_documents, (documents + 7) / 8);
            var written = 0;

            for (var place = 0; place < bits.Length; place++)
            {
                for (var left = (uint)bits[place]; left != 0; left &= left - 1)
                {
                    numbers[written++] = (place << 3) + BitOperations.TrailingZeroCount(left);
                }
            }
        }
        else
        {
            var rest = bytes.Span[_documents..];
            var number = -1;

            for (var index = 0; index < Count; index++)
            {
                number += (int)Numbers.Read(ref rest) + 1;
                numbers[index] = number;
            }
        }
    }

    private int LengthOf(ReadOnlySpan<byte> rest)
    {
        if (Count == documents)
        {
            return 0;
        }

        if (Count > documents / 8)
        {
            return (documents + 7) / 8;
        }

        var (length, left) = (0, Count);

        // A number ends with the byte that has no upper bit: eight at a time as long as fewer end there than are left.
        while (left > sizeof(ulong) && length + sizeof(ulong) <= rest.Length)
        {
            left -= BitOperations.PopCount(~BinaryPrimitives.ReadUInt64LittleEndian(rest[length..]) & UpperBits);
            length += sizeof(ulong);
        }

        for (; left > 0; length++)
        {
            left -= rest[length] < 0x80 ? 1 : 0;
        }

        return length;
    }
}
