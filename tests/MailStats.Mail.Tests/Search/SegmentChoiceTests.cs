using MailStats.Mail.Search.Segments;

namespace MailStats.Mail.Tests.Search;

public sealed class SegmentChoiceTests
{
    private const int Enough = 8;
    private const int Large = 4_096;

    /// <summary>Steps of very different sizes, each with some deliveries that are known already, as an index is kept up.</summary>
    [Fact]
    public void Whatever_is_merged_the_newest_that_is_known_of_a_delivery_is_never_lost()
    {
        var random = new Random(20261129);
        var segments = new List<Dictionary<int, int>>();
        var newest = new Dictionary<int, int>();
        var (rows, most) = (0, 0);

        for (var step = 1; step <= 4_000; step++)
        {
            var added = random.Next(4) == 0 ? random.Next(1, 60) : random.Next(1, 4);
            var segment = Enumerable.Range(rows, added).ToDictionary(row => row, _ => step);
            rows += added;

            for (var changed = random.Next(6); changed > 0; changed--)
            {
                segment[random.Next(rows)] = step;
            }

            foreach (var row in segment.Keys)
            {
                newest[row] = step;
            }

            segments.Insert(0, segment);
            most = Math.Max(most, Merge(segments));
        }

        var known = segments.SelectMany(segment => segment).ToHashSet();
        Assert.DoesNotContain(newest, row => !known.Contains(row));
        // Between large segments and at either end fewer than are enough of each size.
        Assert.True(most <= (rows / Large * 2) + (Enough * 5), $"{most} segments");
    }

    [Fact]
    public void Segments_that_are_no_neighbours_stay_apart()
    {
        var sizes = Enumerable.Range(0, 15).Select(number => number % 2 == 0 ? 1 : Large).ToList();

        Assert.Empty(SegmentChoice.ToMerge(sizes, size => size, Enough, Large));
        Assert.Equal(Enough, SegmentChoice.ToMerge([Large, .. Enumerable.Repeat(1, Enough), Large], size => size, Enough, Large).Count);
        Assert.Empty(SegmentChoice.ToMerge(Enumerable.Repeat(1, Enough - 1).ToList(), size => size, Enough, Large));
    }

    private static int Merge(List<Dictionary<int, int>> segments)
    {
        while (SegmentChoice.ToMerge(segments, segment => segment.Count, Enough, Large) is { Count: > 0 } same)
        {
            var place = segments.IndexOf(same[0]);
            var merged = new Dictionary<int, int>();

            // The newest first: what it has of a delivery is all that is right.
            foreach (var (row, step) in same.SelectMany(segment => segment))
            {
                merged.TryAdd(row, step);
            }

            segments.RemoveAll(same.Contains);
            segments.Insert(place, merged);
        }

        return segments.Count;
    }
}
