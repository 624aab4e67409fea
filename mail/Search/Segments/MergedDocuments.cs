namespace MailStats.Mail.Search.Segments;

/// <summary>The documents of several segments in one order. A chunk of each is held at a time, and four bytes for every document.</summary>
internal static class MergedDocuments
{
    /// <summary>In the place of a document that is left out.</summary>
    public const int None = -1;

    /// <returns>Where the documents of each segment come to stand, and how many there are.</returns>
    public static (int[][] Places, int Count) Write(
        IReadOnlyList<ISegmentInput> segments, Func<long, bool> isGone, ISegmentOutput output, CancellationToken cancellationToken)
    {
        var places = LeaveOut(segments, isGone);
        var queue = new PriorityQueue<Cursor, long>();
        var writer = new DocumentWriter(output);
        var count = 0;

        for (var index = 0; index < segments.Count; index++)
        {
            if (new Cursor(segments[index], places[index]) is var cursor && cursor.MoveNext())
            {
                queue.Enqueue(cursor, -cursor.Current.At);
            }
        }

        while (queue.TryPeek(out var first, out _))
        {
            cancellationToken.ThrowIfCancellationRequested();
            writer.Add(first.Current);
            first.Put(count++);

            if (first.MoveNext())
            {
                queue.DequeueEnqueue(first, -first.Current.At);
            }
            else
            {
                queue.Dequeue();
            }
        }

        writer.Flush();

        return (places, count);
    }

    private static int[][] LeaveOut(IReadOnlyList<ISegmentInput> segments, Func<long, bool> isGone)
    {
        var newer = new RowSet();
        var places = new int[segments.Count][];

        for (var index = 0; index < places.Length; index++)
        {
            var of = places[index] = new int[segments[index].DocumentCount];
            var number = 0;

            foreach (var row in SegmentMerge.Rows(segments[index]))
            {
                of[number++] = newer.Contains(row) || isGone(row) ? None : 0;
            }

            if (index + 1 < places.Length)
            {
                foreach (var row in SegmentMerge.Rows(segments[index]))
                {
                    newer.Add(row);
                }
            }
        }

        return places;
    }

    /// <summary>Goes through the documents that stay, the latest first.</summary>
    private sealed class Cursor(ISegmentInput segment, int[] places)
    {
        private SegmentDocument[] _chunk = [];
        private int _number = -1;

        public SegmentDocument Current => _chunk[_number % DocumentChunk.Length];

        public void Put(int place) => places[_number] = place;

        public bool MoveNext()
        {
            while (++_number < places.Length)
            {
                if (_number % DocumentChunk.Length == 0)
                {
                    _chunk = DocumentChunk.Read(segment.Documents(_number / DocumentChunk.Length));
                }

                if (places[_number] != None)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
