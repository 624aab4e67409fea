using System.Globalization;
using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MongoDB.Bson;

namespace MailStats.Stores.MongoDb.Quotas;

/// <summary>Quotas as documents. Keys are made of what a document is about, so that there cannot be two of it.</summary>
internal static class MongoQuotaDocuments
{
    private const char Separator = '\n';

    public static string Id(QuotaKey key) =>
        string.Create(CultureInfo.InvariantCulture, $"{key.Scope.TenantId}{Separator}{key.Domain}{Separator}{key.Mailbox}{Separator}{(int)key.Window}");

    public static string Id(in QuotaKey key, DateTimeOffset start) =>
        string.Create(CultureInfo.InvariantCulture, $"{Id(key)}{Separator}{UnixTime.ToMicroseconds(start)}");

    /// <summary>Of a reservation or a host. No tenant's name holds a line feed.</summary>
    public static string Id(string tenantId, string name) => tenantId + Separator + name;

    /// <summary>Documents by their ids; null for none, which need not be asked for.</summary>
    public static BsonDocument? In(IEnumerable<string> ids) =>
        new BsonArray(ids) is { Count: > 0 } wanted ? new("_id", new BsonDocument("$in", wanted)) : null;

    public static QuotaSettings Settings(string tenantId, BsonDocument? book) =>
        book is null || !book.Contains("anchorDay")
            ? new() { TenantId = tenantId }
            : new()
            {
                TenantId = tenantId,
                AnchorDay = book["anchorDay"].ToInt32(),
                TimeZone = book["timeZone"] is BsonString zone ? zone.Value : null,
                Thresholds = [.. book["thresholds"].AsBsonArray.Select(threshold => threshold.ToInt32())],
            };

    public static BsonDocument Fields(QuotaSettings settings) => new()
    {
        { "anchorDay", settings.AnchorDay }, { "timeZone", (BsonValue?)settings.TimeZone ?? BsonNull.Value }, { "thresholds", new BsonArray(settings.Thresholds) },
    };

    public static QuotaKey Key(BsonDocument row) => new(Scope(row), (QuotaWindow)row["w"].ToInt32());

    public static StoredLimit Limit(BsonDocument row) => new(row["recipients"].ToInt64(), row["temporary"].AsBoolean, row["generation"].ToInt64());

    public static BsonDocument Of(in QuotaKey key, StoredLimit limit) => new BsonDocument("_id", Id(key)).AddRange(Names(key)).AddRange(new BsonDocument
    {
        { "recipients", limit.Recipients }, { "temporary", limit.Temporary }, { "generation", limit.Generation },
    });

    public static QuotaCounter Counter(BsonDocument row) => new()
    {
        Key = Key(row),
        Period = new(UnixTime.FromMicroseconds(row["start"].ToInt64()), UnixTime.FromMicroseconds(row["ends"].ToInt64())),
        Calendar = row["calendar"].AsString,
        Used = row["used"].ToInt64(),
        Reserved = row["reserved"].ToInt64(),
        Unreserved = row["unreserved"].ToInt64(),
        LimitThen = row["limit"] is BsonNull ? null : row["limit"].ToInt64(),
        Blocked = row["blocked"].AsBoolean,
        Episode = row["episode"].ToInt64(),
    };

    public static BsonDocument Of(QuotaCounter counter) =>
        new BsonDocument("_id", Id(counter.Key, counter.Period.Start)).AddRange(Names(counter.Key)).AddRange(new BsonDocument
        {
            { "start", UnixTime.ToMicroseconds(counter.Period.Start) }, { "ends", UnixTime.ToMicroseconds(counter.Period.End) }, { "calendar", counter.Calendar },
            { "used", counter.Used }, { "reserved", counter.Reserved }, { "unreserved", counter.Unreserved },
            { "limit", (BsonValue?)counter.LimitThen ?? BsonNull.Value }, { "blocked", counter.Blocked }, { "episode", counter.Episode },
        });

    public static StoredReservation Reservation(BsonDocument row) => new(
        Scope(row),
        row["key"].AsString,
        row["recipients"].ToInt32(),
        row["remaining"].ToInt64(),
        row.TryGetValue("q", out var queueId) ? queueId.AsString : null,
        row.TryGetValue("host", out var host) ? host.AsString : null,
        row["at"].ToInt64());

    public static BsonDocument Of(StoredReservation reservation)
    {
        var row = new BsonDocument
        {
            { "_id", Id(reservation.Scope.TenantId, reservation.Key) }, { "t", reservation.Scope.TenantId }, { "key", reservation.Key },
            { "d", reservation.Scope.Domain ?? "" }, { "m", reservation.Scope.Mailbox ?? "" },
            { "recipients", reservation.Recipients }, { "remaining", reservation.Remaining }, { "at", reservation.TakenAt },
        };

        if (reservation.QueueId is { } queueId)
        {
            row.Add("q", queueId);
        }

        if (reservation.Host is { } host)
        {
            row.Add("host", host);
        }

        return row;
    }

    /// <summary>Reservations of a tenant of which something remains.</summary>
    public static BsonDocument Open(string tenantId) => new() { { "t", tenantId }, { "remaining", new BsonDocument("$gt", 0) } };

    public static BsonDocument OpenIn(StatisticsScope scope, in QuotaPeriod period)
    {
        var filter = Open(scope.TenantId).Add(
            "at", new BsonDocument { { "$gte", UnixTime.ToMicroseconds(period.Start) }, { "$lt", UnixTime.ToMicroseconds(period.End) } });

        if (scope.Domain is { } domain)
        {
            filter.Add("d", domain);
        }

        if (scope.Mailbox is { } mailbox)
        {
            filter.Add("m", mailbox);
        }

        return filter;
    }

    public static HostProgress Host(BsonDocument row) => new(
        row["host"].AsString, row["reportedTo"].ToInt64(), row["settlingTo"].ToInt64(), row["settlingAt"].ToInt64(), row["settledTo"].ToInt64(), row["seenAt"].ToInt64());

    public static BsonDocument Of(string tenantId, HostProgress host) => new()
    {
        { "_id", Id(tenantId, host.Host) }, { "t", tenantId }, { "host", host.Host }, { "reportedTo", host.ReportedTo },
        { "settlingTo", host.SettlingTo }, { "settlingAt", host.SettlingAt }, { "settledTo", host.SettledTo }, { "seenAt", host.SeenAt },
    };

    private static BsonDocument Names(in QuotaKey key) =>
        new() { { "t", key.Scope.TenantId }, { "d", key.Domain }, { "m", key.Mailbox }, { "w", (int)key.Window } };

    private static StatisticsScope Scope(BsonDocument row) => new(
        row["t"].AsString, row["d"].AsString is { Length: > 0 } domain ? domain : null, row["m"].AsString is { Length: > 0 } mailbox ? mailbox : null);
}
