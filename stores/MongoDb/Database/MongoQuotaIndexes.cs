using MailStats.Mail.Quotas;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Database;

/// <summary>
/// Field names: <c>t</c> tenant, <c>d</c> and <c>m</c> domain and mailbox (empty for the whole tenant or domain), <c>w</c>
/// 1 for the billing month and 2 for the day. Times are microseconds of Unix time.
/// </summary>
internal static class MongoQuotaIndexes
{
    private static readonly (string Field, BsonValue Value) Open = ("remaining", new BsonDocument("$gt", 0));

    public static IReadOnlyList<(string Collection, BsonDocument Keys, CreateIndexOptions<BsonDocument> Options)> All { get; } =
    [
        MongoIndexes.Index("quota_entries", [("t", 1)]),
        MongoIndexes.Index("quota_shares", [("t", 1)]),
        MongoIndexes.Index("quota_limits", [("t", 1), ("d", 1), ("m", 1), ("w", 1)]),
        MongoIndexes.Index("quota_counters", [("t", 1)]),
        MongoIndexes.Index("quota_counters", [("ends", 1)], ("blocked", true)),
        MongoIndexes.Index("quota_counters", [("d", 1), ("w", 1), ("ends", 1)]),
        MongoIndexes.Index("reservations", [("t", 1), ("at", 1)], Open),
        // Used up or not: the page of a delivery shows the one that was taken for it.
        MongoIndexes.Index("reservations", [("q", 1), ("t", 1)], ("q", new BsonDocument("$exists", true))),
        MongoIndexes.Index("reservations", [("at", 1)]),
        MongoIndexes.Index("quota_hosts", [("t", 1)]),
        ("quota_notices", new("at", 1), new() { Name = "given_three_months_ago", ExpireAfter = QuotaNotice.Remembered }),
    ];
}
