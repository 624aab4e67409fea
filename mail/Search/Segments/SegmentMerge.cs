using System.Runtime.InteropServices;

namespace MailStats.Mail.Search.Segments;

/// <summary>Makes one segment of several.</summary>
public static class SegmentMerge
{
    /// <param name="segments">The newest first: what it has of a delivery is all that is right.</param>
    /// <param name="isGone">Rows that are to be left out.</param>
    /// <param name="output">Gets the parts.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Documents; 0 when nothing was written, for nothing was left.</returns>
    public static int Write(IReadOnlyList<ISegmentInput> segments, Func<long, bool> isGone, ISegmentOutput output, CancellationToken cancellationToken)
    {
        var (places, count) = MergeDocuments(segments, isGone, output);

        if (count == 0)
        {
            return 0;
        }

        var writer = new TermBlockWriter(count, output);
        var queue = new PriorityQueue<TermStream, byte[]>(Comparer<byte[]>.Create(static (left, right) => left.AsSpan().SequenceCompareTo(right)));

        for (var index = 0; index < segments.Count; index++)
        {
            if (new TermStream(segments[index], places[index]) is var stream && stream.Advance())
            {
                queue.Enqueue(stream, stream.Term);
            }
        }

        var documents = new List<int>();

        while (queue.TryPeek(out _, out var term))
        {
            cancellationToken.ThrowIfCancellationRequested();
            documents.Clear();

            while (queue.TryPeek(out var stream, out var same) && same.AsSpan().SequenceEqual(term))
            {
                stream.AddTo(documents);
                queue.Dequeue();

                if (stream.Advance())
                {
                    queue.Enqueue(stream, stream.Term);
                }
            }

            if (documents.Count > 0)
            {
                var sorted = CollectionsMarshal.AsSpan(documents);
                sorted.Sort();
                writer.Add(term, sorted);
            }
        }

        writer.Flush();

        return count;
    }

    /// <summary>The row of every document.</summary>
    public static IEnumerable<long> Rows(ISegmentInput segment)
    {
        for (var number = 0; number < segment.DocumentCount; number += DocumentChunk.Length)
        {
            foreach (var document in DocumentChunk.Read(segment.Documents(number / DocumentChunk.Length)))
            {
                yield return document.Row;
            }
        }
    }

    /// <summary>Where the documents of each segment come to stand, -1 for those that are left out.</summary>
    private static (int[][] Places, int Count) MergeDocuments(IReadOnlyList<ISegmentInput> segments, Func<long, bool> isGone, ISegmentOutput output)
    {
        var newer = new HashSet<long>();
        var documents = new List<SegmentDocument>();
        var kept = new List<int[]>();

        foreach (var segment in segments)
        {
            var numbers = new int[segment.DocumentCount];
            var rows = new List<long>();

            for (var number = 0; number < numbers.Length;)
            {
                foreach (var document in DocumentChunk.Read(segment.Documents(number / DocumentChunk.Length)))
                {
                    var stays = !newer.Contains(document.Row) && !isGone(document.Row);
                    numbers[number++] = stays ? documents.Count : -1;
                    rows.Add(document.Row);

                    if (stays)
                    {
                        documents.Add(document);
                    }
                }
            }

            newer.UnionWith(rows);
            kept.Add(numbers);
        }

        var places = SegmentBuilder.Order(documents, output);

        return ([.. kept.Select(numbers => Array.ConvertAll(numbers, number => number < 0 ? -1 : places[number]))], documents.Count);
    }

    private sealed class TermStream(ISegmentInput segment, int[] places)
    {
        private readonly IEnumerator<byte[]> _blocks = segment.TermsFrom([]).GetEnumerator();
        private TermBlockReader? _block;

        public byte[] Term => _block!.Term.ToArray();

        public bool Advance()
        {
            while (_block is null || !_block.Read())
            {
                if (!_blocks.MoveNext())
                {
                    _blocks.Dispose();

                    return false;
                }

                _block = new(segment.DocumentCount, _blocks.Current);
            }

            return true;
        }

        public void AddTo(List<int> documents) => _block!.Each(number =>
        {
            if (places[number] >= 0)
            {
                documents.Add(places[number]);
            }
        });
    }
}
