using System.Buffers.Binary;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;

namespace MailStats.Stores.MongoDb.Statistics;

/// <summary>
/// Keys of rollup rows: 6 bytes of the tenant, 8 of the scope, 3 of the day, 8 of the provider or reason where there is one, 2 of the writer
/// (0 for none). So the rows of a tenant, of a scope, and of a scope's days each stand together, and are read by the key alone.
/// Tenants, scopes and names are numbers made of their texts (<see cref="MongoKeys.Number"/>).
/// </summary>
internal static class MongoRollupKeys
{
    /// <summary>Days that there is room for; those before 1970 come before those after.</summary>
    public const long FirstDay = -(1 << 23);

    public const long LastDay = (1 << 23) - 1;

    private const int Tenant = 6;
    private const int Scope = Tenant + 8;
    private const int Day = Scope + 3;
    private const int Name = 8;
    private const int Writer = 2;

    /// <param name="tenant">The tenant's number.</param>
    /// <param name="scope">The scope's.</param>
    /// <param name="day">Since 1970.</param>
    /// <param name="name">Number of a provider or reason, null for rows of a scope as a whole.</param>
    /// <param name="writer">From 1 on; 0 for the row without one.</param>
    public static BsonBinaryData Of(long tenant, long scope, long day, long? name, int writer)
    {
        var key = new byte[Day + (name is null ? 0 : Name) + Writer];
        Write(key, tenant, scope, day);

        if (name is { } number)
        {
            BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(Day), number);
        }

        BinaryPrimitives.WriteUInt16BigEndian(key.AsSpan(key.Length - Writer), checked((ushort)writer));

        return new(key);
    }

    /// <summary>Matches the rows of a scope.</summary>
    /// <param name="tenant">The tenant's id.</param>
    /// <param name="scope">The scope's key.</param>
    /// <param name="firstDay">From this day on.</param>
    /// <param name="endDay">Up to the day before.</param>
    /// <param name="named">Rows of providers or reasons.</param>
    public static BsonDocument Within(string tenant, string scope, long firstDay, long endDay, bool named)
    {
        var (numbers, length) = ((MongoKeys.Number(tenant), MongoKeys.Number(scope)), Day + (named ? Name : 0) + Writer);
        var (from, to) = (new byte[length], new byte[length]);
        Write(from, numbers.Item1, numbers.Item2, firstDay);
        Write(to, numbers.Item1, numbers.Item2, endDay);

        return new("_id", new BsonDocument { { "$gte", new BsonBinaryData(from) }, { "$lt", new BsonBinaryData(to) } });
    }

    /// <summary>Matches all rows of a tenant.</summary>
    public static BsonDocument OfTenant(string tenant, bool named)
    {
        var key = new byte[Day];
        Write(key, MongoKeys.Number(tenant), 0, 0);

        return Beginning(key.AsSpan(0, Tenant), Day + (named ? Name : 0) + Writer);
    }

    /// <summary>Matches the rows of providers or reasons that belong to the row of a scope's day.</summary>
    public static BsonDocument NamedOf(BsonValue row) => Beginning(row.AsByteArray.AsSpan(0, Day), Day + Name + Writer);

    /// <summary>The key of the row without a writer.</summary>
    public static BsonBinaryData WithoutWriter(BsonValue key)
    {
        var bytes = key.AsByteArray.AsSpan().ToArray();
        bytes.AsSpan(bytes.Length - Writer).Clear();

        return new(bytes);
    }

    public static long DayOf(BsonValue key)
    {
        var day = key.AsByteArray.AsSpan(Scope, 3);

        return (day[0] << 16 | day[1] << 8 | day[2]) + FirstDay;
    }

    private static void Write(Span<byte> key, long tenant, long scope, long day)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, tenant);
        bytes[..Tenant].CopyTo(key);
        BinaryPrimitives.WriteInt64BigEndian(key[Tenant..], scope);
        BinaryPrimitives.WriteInt32BigEndian(bytes, checked((int)(day - FirstDay)));
        bytes[1..4].CopyTo(key[Scope..]);
    }

    private static BsonDocument Beginning(ReadOnlySpan<byte> beginning, int length)
    {
        var (from, to) = (new byte[length], new byte[length]);
        to.AsSpan().Fill(byte.MaxValue);
        beginning.CopyTo(from);
        beginning.CopyTo(to);

        return new("_id", new BsonDocument { { "$gte", new BsonBinaryData(from) }, { "$lte", new BsonBinaryData(to) } });
    }
}
