using MailStats.Mail.Statistics;
using MailStats.Mail.Time;

namespace MailStats.Stores.MongoDb.Statistics;

/// <summary>The same quarter hours of some days that follow each other.</summary>
/// <param name="FirstDay">Since 1970, UTC.</param>
/// <param name="EndDay">The day after the last.</param>
/// <param name="From">The first quarter hour of each day.</param>
/// <param name="To">The one after the last; a whole day ends with <see cref="MongoDayCounts.WholeDay"/>.</param>
internal readonly record struct MongoDayPart(long FirstDay, long EndDay, int From, int To)
{
    public int Tier => From == 0 && To == MongoDayCounts.WholeDay ? RangeComposition.Days : RangeComposition.Quarters;

    /// <summary>A segment, day by day where it is of quarter hours.</summary>
    public static IEnumerable<MongoDayPart> Of(RollupSegment segment)
    {
        if (segment.Tier == RangeComposition.Days)
        {
            yield return new(segment.From, segment.To, 0, MongoDayCounts.WholeDay);
            yield break;
        }

        for (var from = segment.From; from < segment.To;)
        {
            var day = UnixTime.FloorDivide(from, MongoDayCounts.WholeDay);
            var (start, end) = (day * MongoDayCounts.WholeDay, Math.Min(segment.To, (day + 1) * MongoDayCounts.WholeDay));
            yield return new(day, day + 1, (int)(from - start), (int)(end - start));
            from = end;
        }
    }

    /// <summary>Since 1970.</summary>
    public IEnumerable<long> Days
    {
        get
        {
            for (var day = FirstDay; day < EndDay; day++)
            {
                yield return day;
            }
        }
    }

    /// <summary>Where it begins: a day, or a quarter hour.</summary>
    public long Start => Tier == RangeComposition.Days ? FirstDay : (FirstDay * MongoDayCounts.WholeDay) + From;

    /// <summary>In pieces that no edge lies within. Whole days stay whole: what is to be taken off them at an edge is asked for besides.</summary>
    /// <param name="edges">Quarter hours since 1970, of the part's first day.</param>
    public IEnumerable<MongoDayPart> CutAt(IEnumerable<long> edges)
    {
        if (Tier == RangeComposition.Days)
        {
            return [this];
        }

        var (part, start) = (this, FirstDay * MongoDayCounts.WholeDay);
        var cuts = edges.Select(edge => (int)(edge - start)).Where(edge => edge > part.From && edge < part.To)
            .Append(From).Append(To).Distinct().Order().ToList();

        return cuts.Zip(cuts.Skip(1), (from, to) => part with { From = from, To = to });
    }
}
