using System.Buffers;
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
    private readonly List<string> _terms = [];
    private readonly List<SegmentDocument> _documents = [];
    private readonly List<(int Term, int Document)> _uses = [];

    public int Count => _documents.Count;

    /// <param name="documents">The lines of one delivery.</param>
    /// <param name="tokens">What all of them have; null where there are too many.</param>
    public void Add(IReadOnlyList<SegmentDocument> documents, IReadOnlyCollection<string>? tokens)
    {
        foreach (var document in documents)
        {
            var number = _documents.Count;
            _documents.Add(document);

            foreach (var token in tokens ?? ["~"])
            {
                ref var term = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, token, out var known);

                if (!known)
                {
                    term = _terms.Count;
                    _terms.Add(token);
                }

                _uses.Add((term, number));
            }
        }
    }

    public void Write(ISegmentOutput output)
    {
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
        var order = new int[_terms.Count];
        var bytes = new byte[_terms.Count][];

        for (var term = 0; term < order.Length; term++)
        {
            (order[term], bytes[term]) = (term, Encoding.UTF8.GetBytes(_terms[term]));
        }

        Array.Sort(bytes, order, Comparer<byte[]>.Create(static (left, right) => left.AsSpan().SequenceCompareTo(right)));

        for (var index = 0; index < order.Length; index++)
        {
            var of = documents.AsSpan(starts[order[index]]..starts[order[index] + 1]);
            of.Sort();
            writer.Add(bytes[index], of);
        }

        writer.Flush();
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
