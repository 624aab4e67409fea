using System.Buffers.Binary;

namespace MailStats.Mail.Search.Segments;

/// <summary>Terms by their bytes, compared eight at a time as one number: most are told apart by the first or the second.</summary>
internal sealed class TermOrder
{
    /// <summary>Fewer that begin alike are compared one with the other.</summary>
    private const int Few = 12;

    private readonly ReusedMemory<int> _order = new();
    private readonly ReusedMemory<ulong> _parts = new();

    /// <summary>Valid until the next call.</summary>
    public ReadOnlySpan<int> Of(SegmentTerms terms)
    {
        var order = _order.Take(terms.Count);

        for (var term = 0; term < order.Length; term++)
        {
            order[term] = term;
        }

        Sort(terms, order, _parts.Take(order.Length), from: 0);

        return order;
    }

    /// <summary>Eight bytes of a term from one on, filled up with zeros.</summary>
    public static ulong Part(ReadOnlySpan<byte> term, int from)
    {
        if (term.Length >= from + sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64BigEndian(term[from..]);
        }

        var part = 0UL;

        for (var place = from; place < from + sizeof(ulong); place++)
        {
            part = (part << 8) | (place < term.Length ? term[place] : 0UL);
        }

        return part;
    }

    private static void Sort(SegmentTerms terms, Span<int> order, Span<ulong> parts, int from)
    {
        for (var index = 0; index < order.Length; index++)
        {
            parts[index] = Part(terms[order[index]], from);
        }

        MemoryExtensions.Sort(parts, order);

        for (var start = 0; start < order.Length;)
        {
            var end = start + 1;
            var ends = parts[start] == 0;

            while (end < order.Length && parts[end] == parts[start])
            {
                end++;
            }

            // Terms that differ in nothing but zeros at the end are told apart by their lengths.
            if (end - start > Few && !ends)
            {
                Sort(terms, order[start..end], parts[start..end], from + sizeof(ulong));
            }
            else if (end - start > 1)
            {
                order[start..end].Sort((left, right) => terms[left].SequenceCompareTo(terms[right]));
            }

            start = end;
        }
    }
}
