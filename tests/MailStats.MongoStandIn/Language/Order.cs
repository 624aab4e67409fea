using MongoDB.Bson;

namespace MailStats.MongoStandIn.Language;

/// <summary>BSON's order of values of all types: first by type, numbers of all kinds being one type.</summary>
internal sealed class Order : IComparer<BsonValue>, IEqualityComparer<BsonValue>
{
    public static readonly Order Instance = new();

    /// <summary>Of a value's type. Comparisons such as <c>$gt</c> hold between values of one rank only.</summary>
    public static int Rank(BsonValue value) => value.BsonType switch
    {
        BsonType.MinKey => 0,
        BsonType.Null or BsonType.Undefined => 1,
        BsonType.Int32 or BsonType.Int64 or BsonType.Double => 2,
        BsonType.String => 3,
        BsonType.Document => 4,
        BsonType.Array => 5,
        BsonType.Binary => 6,
        BsonType.ObjectId => 7,
        BsonType.Boolean => 8,
        BsonType.DateTime => 9,
        BsonType.Timestamp => 10,
        BsonType.RegularExpression => 11,
        BsonType.MaxKey => 12,
        _ => throw CommandError.Unknown($"values of type {value.BsonType}"),
    };

    public int Compare(BsonValue? x, BsonValue? y)
    {
        if (ReferenceEquals(x, y))
        {
            return 0;
        }

        var (left, right) = (x ?? BsonNull.Value, y ?? BsonNull.Value);
        var order = Rank(left).CompareTo(Rank(right));

        return order != 0 ? order : left switch
        {
            BsonString text => CompareText(text.Value, right.AsString),
            BsonDouble => left.ToDouble().CompareTo(right.ToDouble()),
            BsonInt32 or BsonInt64 => right is BsonDouble ? left.ToDouble().CompareTo(right.ToDouble()) : left.ToInt64().CompareTo(right.ToInt64()),
            BsonDocument document => CompareElements(document, right.AsBsonDocument),
            BsonArray array => CompareAll(array, right.AsBsonArray),
            BsonBinaryData data => CompareBytes(data.Bytes, right.AsByteArray),
            BsonNull or BsonUndefined or BsonMinKey or BsonMaxKey => 0,
            _ => left.CompareTo(right),
        };
    }

    public bool Equals(BsonValue? x, BsonValue? y) => Compare(x, y) == 0;

    public int GetHashCode(BsonValue obj) => obj switch
    {
        BsonString text => string.GetHashCode(text.Value, StringComparison.Ordinal),
        BsonInt32 or BsonInt64 or BsonDouble => obj.ToDouble().GetHashCode(),
        _ => obj.GetHashCode(),
    };

    /// <summary>As their UTF-8 compares: surrogates after everything else.</summary>
    private static int CompareText(string left, string right)
    {
        var length = Math.Min(left.Length, right.Length);
        var same = left.AsSpan(0, length).CommonPrefixLength(right.AsSpan(0, length));

        if (same == length)
        {
            return left.Length.CompareTo(right.Length);
        }

        var (one, other) = (left[same], right[same]);

        return char.IsSurrogate(one) == char.IsSurrogate(other) ? one.CompareTo(other) : char.IsSurrogate(one) ? 1 : -1;
    }

    private static int CompareBytes(byte[] left, byte[] right)
    {
        var order = left.Length.CompareTo(right.Length);

        return order != 0 ? order : left.AsSpan().SequenceCompareTo(right);
    }

    private int CompareElements(BsonDocument left, BsonDocument right)
    {
        foreach (var (one, other) in left.Elements.Zip(right.Elements))
        {
            var order = Rank(one.Value).CompareTo(Rank(other.Value));
            order = order != 0 ? order : CompareText(one.Name, other.Name);
            order = order != 0 ? order : Compare(one.Value, other.Value);

            if (order != 0)
            {
                return order;
            }
        }

        return left.ElementCount.CompareTo(right.ElementCount);
    }

    private int CompareAll(BsonArray left, BsonArray right) =>
        left.Zip(right, Compare).FirstOrDefault(order => order != 0) is var first and not 0 ? first : left.Count.CompareTo(right.Count);
}
