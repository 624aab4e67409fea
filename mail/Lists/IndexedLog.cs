using MailStats.Mail.Search.Segments;
using MailStats.Mail.Time;

namespace MailStats.Mail.Lists;

/// <summary>
/// Fills a page by the index: the candidates of all segments and all that the index has not taken in yet, the latest first,
/// until the page is full. A segment is asked when its time has come, and a candidate is what its delivery says.
/// </summary>
public static class IndexedLog
{
    /// <summary>Deliveries that the index may lack. Where it lacks more, as after an upgrade, a list is walked.</summary>
    public const int MaxAwaited = 250_000;

    /// <summary>Answers for a candidate: whether it is in the list, and where it stands if not where the index says.</summary>
    public delegate bool Offer(SegmentDocument document, out SegmentDocument? displaced);

    /// <summary>The times between which a page's rows are, both inclusive.</summary>
    public static (long Earliest, long Latest) Times<T>(LogSelection<T> selection)
        where T : class
    {
        var latest = selection.Range is { } range ? UnixTime.ToMicroseconds(range.To) - 1 : long.MaxValue;

        return (
            selection.Range is { } from ? UnixTime.ToMicroseconds(from.From) : long.MinValue,
            Math.Min(latest, selection.Cursor?.At ?? long.MaxValue));
    }

    /// <param name="segments">With the time of the latest document of each.</param>
    /// <param name="awaited">What the index lacks, within the times of the page.</param>
    /// <param name="selection">The list.</param>
    /// <param name="question">What it asks of the index.</param>
    /// <param name="page">The page.</param>
    /// <param name="offer">Asks a candidate's delivery, and puts it on the page.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static void Fill<T>(
        IEnumerable<(ISegmentInput Segment, long FirstAt)> segments, IEnumerable<SegmentDocument> awaited, LogSelection<T> selection,
        SegmentQuestion question, LogPage<T> page, Offer offer, CancellationToken cancellationToken)
        where T : class
    {
        var readers = segments.Select(segment => (Reader: new SegmentReader(segment.Segment, question, Times(selection).Latest), segment.FirstAt)).ToList();

        try
        {
            Fill(readers, awaited, selection, page, offer, cancellationToken);
        }
        finally
        {
            readers.ForEach(reader => reader.Reader.Dispose());
        }
    }

    private static void Fill<T>(
        List<(SegmentReader Reader, long FirstAt)> readers, IEnumerable<SegmentDocument> awaited, LogSelection<T> selection, LogPage<T> page, Offer offer,
        CancellationToken cancellationToken)
        where T : class
    {
        var (earliest, latest) = Times(selection);
        var queue = new PriorityQueue<SegmentReader, long>(readers.Select(reader => (reader.Reader, -Math.Min(reader.FirstAt, latest))));
        var waiting = new PriorityQueue<SegmentDocument, long>(awaited.Select(document => (document, -document.At)));
        var opened = new HashSet<SegmentReader>();

        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var hasSegment = queue.TryPeek(out var reader, out var segmentAt);
            var hasWaiting = waiting.TryPeek(out var document, out var waitingAt);
            var fromSegment = hasSegment && (!hasWaiting || segmentAt <= waitingAt);
            var at = fromSegment ? -segmentAt : -waitingAt;

            // A page that is full does not open another segment either.
            if ((!hasSegment && !hasWaiting) || at < earliest || !page.Takes(at))
            {
                return;
            }

            if (!fromSegment)
            {
                waiting.Dequeue();
                offer(document, out _);
                continue;
            }

            queue.Dequeue();

            if (!opened.Add(reader!))
            {
                reader!.Tell(offer(reader.Current, out var displaced));

                if (displaced is { } other)
                {
                    waiting.Enqueue(other, -other.At);
                }
            }

            if (reader!.MoveNext())
            {
                queue.Enqueue(reader, -reader.Current.At);
            }
        }
    }
}
