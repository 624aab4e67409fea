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
        var (places, count) = MergedDocuments.Write(segments, isGone, output, cancellationToken);

        if (count > 0)
        {
            MergedTerms.Write(segments, places, count, output, cancellationToken);
        }

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
}
