using System.Buffers;

namespace MailStats.Mail.Search.Segments;

/// <summary>The terms of several segments in one order, each with its documents in all of them.</summary>
internal static class MergedTerms
{
    /// <param name="segments">The segments.</param>
    /// <param name="places">Where their documents stand in the new one.</param>
    /// <param name="count">Documents of the new one.</param>
    /// <param name="output">Gets the parts.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static void Write(
        IReadOnlyList<ISegmentInput> segments, int[][] places, int count, ISegmentOutput output, CancellationToken cancellationToken)
    {
        var writer = new TermBlockWriter(count, output);
        var streams = new List<TermStream>();
        var documents = new MergedNumbers(count);
        var term = new ArrayBufferWriter<byte>(64);

        for (var index = 0; index < segments.Count; index++)
        {
            var stream = new TermStream(segments[index], places[index]);

            if (stream.Advance())
            {
                streams.Add(stream);
            }
            else
            {
                stream.Dispose();
            }
        }

        while (streams.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            term.ResetWrittenCount();
            term.Write(First(streams).Term);

            for (var index = streams.Count - 1; index >= 0; index--)
            {
                // A segment of before may have one term twice.
                while (streams[index].Term.SequenceEqual(term.WrittenSpan))
                {
                    streams[index].AddTo(documents);

                    if (!streams[index].Advance())
                    {
                        streams[index].Dispose();
                        streams.RemoveAt(index);
                        break;
                    }
                }
            }

            if (documents.Take() is { IsEmpty: false } of)
            {
                writer.Add(term.WrittenSpan, of);
            }
        }

        writer.Flush();
    }

    /// <summary>Of eight, looking at each is as fast as keeping them in order.</summary>
    private static TermStream First(List<TermStream> streams)
    {
        var first = streams[0];

        for (var index = 1; index < streams.Count; index++)
        {
            if (streams[index].CompareTo(first) < 0)
            {
                first = streams[index];
            }
        }

        return first;
    }

    private sealed class TermStream(ISegmentInput segment, int[] places) : IDisposable
    {
        private readonly IEnumerator<ReadOnlyMemory<byte>> _blocks = segment.TermsFrom([]).GetEnumerator();
        private int[] _numbers = new int[64];
        private TermBlockReader? _block;
        private ulong _beginning;

        public ReadOnlySpan<byte> Term => _block!.Term;

        public bool Advance()
        {
            while (_block is null || !_block.Read())
            {
                if (!_blocks.MoveNext())
                {
                    return false;
                }

                _block = new(segment.DocumentCount, _blocks.Current);
            }

            _beginning = TermOrder.Part(Term, 0);

            return true;
        }

        public int CompareTo(TermStream other) =>
            _beginning != other._beginning ? _beginning.CompareTo(other._beginning) : Term.SequenceCompareTo(other.Term);

        public void AddTo(MergedNumbers documents)
        {
            if (_block!.Count > _numbers.Length)
            {
                _numbers = new int[Math.Min(2 * _block.Count, segment.DocumentCount)];
            }

            var numbers = _numbers.AsSpan(0, _block.Count);
            _block.CopyTo(numbers);

            foreach (var number in numbers)
            {
                if (places[number] != MergedDocuments.None)
                {
                    documents.Add(places[number]);
                }
            }
        }

        public void Dispose() => _blocks.Dispose();
    }
}
