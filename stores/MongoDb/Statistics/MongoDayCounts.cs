using System.Globalization;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;
using MongoDB.Bson;

namespace MailStats.Stores.MongoDb.Statistics;

/// <summary>
/// What a rollup row counts in a UTC day: for each counter a document with the whole day's number (<c>t</c>) and those of its quarter hours
/// (<c>00</c> to <c>95</c>). What counts nothing is left out. Recipients are the sum of their four statuses and have no counter.
/// </summary>
internal sealed class MongoDayCounts
{
    /// <summary>Quarter hours of a day, and the place of the whole day after them.</summary>
    public const int WholeDay = 96;

    /// <summary>Deliveries of a reason.</summary>
    public const string OfReason = "c";

    private const string Complaints = "k";
    private const int Places = WholeDay + 1;

    /// <summary>Delivered, soft and hard bounces, pending, complaints; and of reasons.</summary>
    public static readonly string[] Counters = ["d", "s", "h", "q", Complaints, OfReason];

    private static readonly string[] PlaceNames =
        [.. Enumerable.Range(0, WholeDay).Select(quarter => quarter.ToString("D2", CultureInfo.InvariantCulture)), "t"];

    private static readonly string[] Paths = [.. Counters.SelectMany(counter => PlaceNames.Select(place => counter + "." + place))];

    /// <summary>By counter, and within it by place.</summary>
    private readonly Dictionary<int, long> _counts = [];

    /// <summary>True when every number is 0.</summary>
    public bool IsEmpty => _counts.Values.All(count => count == 0);

    /// <summary>What <c>$inc</c> adds to a row.</summary>
    public BsonDocument Increments => new(There.Select(count => new BsonElement(Paths[count.Key], Number(count.Value))));

    /// <summary>The fields of a row.</summary>
    public IEnumerable<BsonElement> Fields => There.GroupBy(count => count.Key / Places).Select(counter => new BsonElement(
        Counters[counter.Key], new BsonDocument(counter.Select(count => new BsonElement(PlaceNames[count.Key % Places], Number(count.Value))))));

    /// <summary>Those of which anything is counted.</summary>
    public IEnumerable<(int Quarter, Counters Counters)> Quarters => There.Select(count => count.Key % Places).Where(place => place != WholeDay).Distinct()
        .Select(quarter => (quarter, Sum(counter => _counts.GetValueOrDefault((Array.IndexOf(Counters, counter) * Places) + quarter))));

    private IEnumerable<KeyValuePair<int, long>> There => _counts.Where(count => count.Value != 0).OrderBy(count => count.Key);

    public static MongoDayCounts Of(IEnumerable<BsonDocument> rows)
    {
        var sum = new MongoDayCounts();

        foreach (var row in rows)
        {
            sum.Add(row);
        }

        return sum;
    }

    /// <summary>How the server reads what a counter says of some of a day's quarter hours, or of all.</summary>
    public static BsonValue Read(string counter, int from, int to) => from == 0 && to == WholeDay
        ? $"${counter}.t"
        : new BsonDocument("$sum", new BsonArray(Enumerable.Range(from, to - from).Select(quarter => $"${counter}.{PlaceNames[quarter]}")));

    /// <summary>The same of all recipients.</summary>
    public static BsonDocument ReadRecipients(int from, int to) => new(
        "$sum", new BsonArray(Counters.Where(counter => counter is not (Complaints or OfReason)).Select(counter => Read(counter, from, to))));

    /// <param name="counts">What each counter says.</param>
    public static Counters Sum(Func<string, long> counts)
    {
        var (delivered, soft, hard, pending) = (counts("d"), counts("s"), counts("h"), counts("q"));

        return new(delivered + soft + hard + pending, delivered, soft, hard, pending, counts(Complaints));
    }

    /// <param name="counter">One of <see cref="Counters"/>.</param>
    /// <param name="place">A quarter hour, or the whole day.</param>
    /// <param name="by">How much.</param>
    public void Add(string counter, int place, long by)
    {
        var key = (Array.IndexOf(Counters, counter) * Places) + place;
        _counts[key] = _counts.GetValueOrDefault(key) + by;
    }

    /// <summary>One delivery more, or one less.</summary>
    public void Add(DeliveryStatus status, bool complained, int quarter, int sign)
    {
        if (CounterOf(status) is { } counter)
        {
            Add(counter, quarter, sign);
            Add(counter, WholeDay, sign);
        }

        if (complained)
        {
            Add(Complaints, quarter, sign);
            Add(Complaints, WholeDay, sign);
        }
    }

    /// <summary>All that a row counts.</summary>
    public void Add(BsonDocument row)
    {
        foreach (var counter in Counters.Where(row.Contains))
        {
            foreach (var count in row[counter].AsBsonDocument)
            {
                Add(counter, Array.IndexOf(PlaceNames, count.Name), count.Value.ToInt64());
            }
        }
    }

    public void Add(MongoDayCounts other)
    {
        foreach (var (key, count) in other._counts)
        {
            _counts[key] = _counts.GetValueOrDefault(key) + count;
        }
    }

    /// <summary>What this must be added to be another, at the places that can be told.</summary>
    public MongoDayCounts Lacks(MongoDayCounts right, Func<int, bool> canBeTold)
    {
        var lacks = new MongoDayCounts();

        foreach (var key in _counts.Keys.Union(right._counts.Keys).Where(key => canBeTold(key % Places)))
        {
            lacks._counts[key] = right._counts.GetValueOrDefault(key) - _counts.GetValueOrDefault(key);
        }

        return lacks;
    }

    /// <summary>As <see cref="Mail.Statistics.Counters.Of"/> has it.</summary>
    private static string? CounterOf(DeliveryStatus status) => status switch
    {
        DeliveryStatus.Unknown => null,
        DeliveryStatus.Delivered => "d",
        DeliveryStatus.SoftBounced => "s",
        DeliveryStatus.HardBounced => "h",
        _ => "q",
    };

    /// <summary>As small as it can be kept; <c>$inc</c> makes it wider where it has to.</summary>
    private static BsonValue Number(long number) => number is >= int.MinValue and <= int.MaxValue ? (int)number : number;
}
