using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace MailStats.Mail.Search.Segments;

/// <summary>
/// Makes a segment of the index: documents, the latest first, and for each term which of them have it. A segment is written
/// once and never changed; several are merged into one (<see cref="SegmentMerge"/>).
/// </summary>
public sealed class SegmentBuilder
{
    /// <summary>Of every delivery that has more words than can be kept; such a document is a candidate for every search.</summary>
    internal static readonly byte[] TooMany = "~"u8.ToArray();

    /// <summary>Tokens of one delivery: sixty replies of thirty words, all different.</summary>
    public const int MaxTokens = 2_000;

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    /// <summary>Terms, and the first document of the delivery that was the last to have each.</summary>
    private readonly List<(string Text, int LastFirst)> _terms = [];
    private readonly List<SegmentDocument> _documents = [];
    private readonly List<(int Term, int Document)> _uses = [];
    private int _first;
    private int _tokens;

    public SegmentBuilder() => _lookup = _numbers.GetAlternateLookup<ReadOnlySpan<char>>();

    public int Count => _documents.Count;

    /// <summary>Begins a delivery: its lines, all of which have what is added until the next begins.</summary>
    public void Begin(IReadOnlyList<SegmentDocument> documents)
    {
        End();
        (_first, _tokens) = (_documents.Count, 0);
        _documents.AddRange(documents);
    }

    /// <summary>A token of the delivery that was begun. Adding it twice changes nothing.</summary>
    public void Add(ReadOnlySpan<char> token)
    {
        if (_tokens > MaxTokens)
        {
            return;
        }

        ref var term = ref CollectionsMarshal.GetValueRefOrAddDefault(_lookup, token, out var known);

        if (!known)
        {
            term = _terms.Count;
            _terms.Add((token.ToString(), -1));
        }

        ref var use = ref CollectionsMarshal.AsSpan(_terms)[term];

        if (use.LastFirst == _first)
        {
            return;
        }

        use.LastFirst = _first;

        for (var document = _first; document < _documents.Count; document++)
        {
            _uses.Add((term, document));
        }

        if (++_tokens > MaxTokens)
        {
            TakeBack();
        }
    }

    public void Write(ISegmentOutput output)
    {
        End();
        var places = Order(_documents, output);
        var starts = new int[_terms.Count + 1];

        foreach (var (term, _) in _uses)
        {
            starts[term + 1]++;
        }

        for (var term = 0; term < _terms.Count; term++)
        {
            starts[term + 1] += starts[term];
        }

        var ends = starts[..^1];
        var documents = new int[_uses.Count];

        foreach (var (term, document) in _uses)
        {
            documents[ends[term]++] = places[document];
        }

        var writer = new TermBlockWriter(_documents.Count, output);
        var bytes = _terms.ConvertAll(term => Encoding.UTF8.GetBytes(term.Text));
        var order = InOrder(bytes);

        for (var index = 0; index < order.Length; index++)
        {
            var term = order[index];
            var of = documents.AsSpan(starts[term]..starts[term + 1]);
            of.Sort();

            if (!of.IsEmpty)
            {
                writer.Add(bytes[term], of);
            }
        }

        writer.Flush();
    }

    /// <summary>By their bytes. The first eight of them, as one number, tell most terms apart.</summary>
    private static int[] InOrder(List<byte[]> terms)
    {
        var order = new (ulong Beginning, int Term)[terms.Count];
        Span<byte> beginning = stackalloc byte[8];

        for (var term = 0; term < order.Length; term++)
        {
            beginning.Clear();
            terms[term].AsSpan(0, Math.Min(8, terms[term].Length)).CopyTo(beginning);
            order[term] = (BinaryPrimitives.ReadUInt64BigEndian(beginning), term);
        }

        Array.Sort(order, (left, right) => left.Beginning != right.Beginning
            ? left.Beginning.CompareTo(right.Beginning)
            : terms[left.Term].AsSpan().SequenceCompareTo(terms[right.Term]));

        return Array.ConvertAll(order, one => one.Term);
    }

    /// <summary>Of a delivery with too many words none is kept.</summary>
    private void TakeBack()
    {
        var uses = _tokens * (_documents.Count - _first);
        _uses.RemoveRange(_uses.Count - uses, uses);
    }

    private void End()
    {
        if (_tokens > MaxTokens)
        {
            _tokens = 0;
            AddTooMany();
        }
    }

    private void AddTooMany()
    {
        ref var term = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, "~", out var known);

        if (!known)
        {
            term = _terms.Count;
            _terms.Add(("~", -1));
        }

        for (var document = _first; document < _documents.Count; document++)
        {
            _uses.Add((term, document));
        }
    }

    /// <summary>Writes documents in their order; gives the place of each.</summary>
    internal static int[] Order(List<SegmentDocument> documents, ISegmentOutput output)
    {
        var order = new int[documents.Count];
        var times = new long[documents.Count];

        for (var index = 0; index < order.Length; index++)
        {
            (order[index], times[index]) = (index, -documents[index].At);
        }

        Array.Sort(times, order);
        var places = new int[order.Length];
        var chunk = new List<SegmentDocument>(DocumentChunk.Length);
        var bytes = new ArrayBufferWriter<byte>(8 * DocumentChunk.Length);

        for (var place = 0; place < order.Length; place++)
        {
            places[order[place]] = place;
            chunk.Add(documents[order[place]]);

            if (chunk.Count == DocumentChunk.Length || place == order.Length - 1)
            {
                DocumentChunk.Write(CollectionsMarshal.AsSpan(chunk), bytes);
                output.AddDocuments(place / DocumentChunk.Length, chunk[0].At, bytes.WrittenSpan);
                bytes.ResetWrittenCount();
                chunk.Clear();
            }
        }

        return places;
    }
}
