namespace MailStats.Mail.Search.Segments;

/// <summary>Which segments become one.</summary>
public static class SegmentChoice
{
    /// <summary>
    /// Neighbours in age that are not larger than some size, where there are enough of them; the smallest size first. Empty where
    /// nothing is to be merged.
    /// </summary>
    /// <remarks>
    /// Neighbours alone: of a delivery that several segments know, the newest is right. Put together with one that is older by more than
    /// a segment, what it said of a delivery would count as newer than what the segment between them says, which is then lost
    /// with the next merge.
    /// </remarks>
    /// <param name="newestFirst">All segments.</param>
    /// <param name="documents">Documents of a segment.</param>
    /// <param name="enough">How many become one, at least.</param>
    /// <param name="large">Segments of as many documents stay as they are.</param>
    public static IReadOnlyList<T> ToMerge<T>(IReadOnlyList<T> newestFirst, Func<T, int> documents, int enough, int large)
    {
        for (long size = enough; ; size *= enough)
        {
            var most = Math.Min(size, large);
            var begin = 0;

            for (var end = 0; end <= newestFirst.Count; end++)
            {
                if (end < newestFirst.Count && documents(newestFirst[end]) < most)
                {
                    continue;
                }

                if (end - begin >= enough)
                {
                    return [.. newestFirst.Skip(begin).Take(end - begin)];
                }

                begin = end + 1;
            }

            if (size >= large)
            {
                return [];
            }
        }
    }
}
