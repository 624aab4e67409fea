using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Database;

/// <summary>
/// Field names. Deliveries: <c>_id</c> the id that the API names it by, <c>t</c> tenant, numbers of <c>d</c> and <c>m</c> domain and mailbox
/// (absent for the null sender), <c>r</c> recipient, <c>x</c> the reason that a bounce is counted under (<see cref="MongoKeys.Number"/>),
/// <c>at</c> and <c>s</c> time and status, <c>h</c> a number that tells rows of the same time apart, <c>f</c> true for failures,
/// <c>w</c> true for what waits, <c>u</c> a number of the last write that the search index has not
/// taken in, <c>state</c> everything. Parts of the index: <c>s</c> segment, <c>n</c> number, <c>f</c> first term, <c>a</c> first time.
/// Rollups: <c>p</c> number of the parent scope (0 for none), <c>b</c> day, <c>n</c> name of the scope, provider or reason;
/// <c>d s h q k</c> delivered, soft, hard, pending, complaints, <c>c</c> how often a reason was; <c>o</c> day of a writer's own row,
/// <c>u</c> when it was moved.
/// </summary>
internal static class MongoIndexes
{
    public static IReadOnlyList<(string Collection, BsonDocument Keys, CreateIndexOptions<BsonDocument> Options)> All { get; } =
    [
        .. Lists("deliveries"),
        .. Lists("earlier_activities"),
        .. Scopes.Select(scope => Index("deliveries", [("f", 1), (scope, 1), ("at", -1)], ("f", true))),
        .. Scopes.Select(scope => Index("deliveries", [("x", 1), (scope, 1), ("at", -1)], ("x", new BsonDocument("$exists", true)))),
        Index("deliveries", [("u", 1)], ("u", new BsonDocument("$exists", true))),
        Index("search_parts", [("s", 1), ("f", 1)], ("f", new BsonDocument("$exists", true))),
        Index("search_parts", [("s", 1), ("a", 1)], ("a", new BsonDocument("$exists", true))),
        Index("deliveries", [("r", 1)]),
        Index("deliveries", [("w", 1), ("t", 1), ("d", 1)], ("w", true)),
        Index("earlier_activities", [("e", 1)]),
        ("texts", new() { { "kind", 1 }, { "text", 1 } }, new() { Name = "text_once", Unique = true }),
        .. Rollups.Select(collection => Index(collection, [("o", 1), ("u", 1)], ("o", new BsonDocument("$exists", true)))),
        Index("rollups", [("p", 1), ("b", 1)]),
        Index("rollups", [("b", 1)]),
        Index("tallies", [("t", 1), ("l", 1), ("b", 1)]),
        Index("tallies", [("l", 1), ("b", 1)]),
        Index("tallies", [("o", 1), ("t", 1), ("l", 1), ("b", 1)], ("o", true)),
        Index("erased_tallies", [("t", 1), ("l", 1), ("b", 1)]),
        Index("erased_tallies", [("l", 1), ("b", 1)]),
        Index("outbox", [("published", 1), ("at", 1), ("order", 1)]),
        ("outbox", new("publishedAt", 1), new() { Name = "published_a_week_ago", ExpireAfter = TimeSpan.FromDays(7) }),
        .. MongoQuotaIndexes.All,
        Index("api_keys", [("hash", 1)]),
        Index("api_keys", [("tenant", 1), ("createdAt", 1)]),
        Index("sending_domains", [("tenant", 1), ("domain", 1)]),
        // Null for a domain that is not validated: several tenants may have registered it.
        ("sending_domains", new("validated", 1), new()
        {
            Name = "validated_once",
            Unique = true,
            PartialFilterExpression = new BsonDocument("validated", new BsonDocument("$exists", true)),
        }),
        Index("erased_deliveries", [("t", 1), ("quarter", 1)]),
        Index("intake_batches", [("at", 1)]),
        Index("audit_log", [("tenant", 1), ("_id", -1)]),
        Index("users", [("tenant", 1), ("subject", 1)]),
        Index("webhook_sources", [("tenant", 1), ("createdAt", 1)]),
        Index("webhook_counts", [("s", 1), ("d", 1)]),
        Index("webhook_counts", [("d", 1)]),
        ("webhook_tokens", new("expiresAt", 1), new() { Name = "expired", ExpireAfter = TimeSpan.Zero }),
        Index("reply_rules", [("tenant", 1), ("place", -1)]),
        Index("collection_hosts", [("tenant", 1), ("host", 1)]),
        Index("collections", [("tenant", 1), ("at", -1), ("_id", -1)]),
        Index("host_collections", [("tenant", 1), ("run", 1)]),
        Index("host_collections", [("tenant", 1), ("host", 1), ("state", 1), ("run", -1)]),
        Index("incidents", [("tenant", 1), ("openedAt", -1), ("id", -1)]),
        Index("incidents", [("provider", 1), ("kind", 1), ("closedAt", 1)]),
        Index("incident_mutes", [("tenant", 1), ("until", 1)]),
        Index("notification_targets", [("tenant", 1), ("createdAt", 1)]),
        Index("notifications", [("nextAt", 1)], ("state", 0)),
        Index("notifications", [("to", 1), ("state", 1)]),
        Index("suppressions", [("h", 1), ("t", 1)]),
        Index("brakes", [("t", 1), ("m", 1), ("s", 1)]),
        Index("brakes", [("t", 1), ("s", -1), ("id", -1)]),
        Index("suppressions", [("b", 1), ("t", 1)], ("b", new BsonDocument("$exists", true))),
        Index("suppressions", [("t", 1), ("s", -1), ("n", -1)], ("l", true)),
        Index("notifications", [("tenant", 1), ("number", -1)]),
        ("notifications", new("number", 1), new() { Name = "number_once", Unique = true }),
    ];

    /// <summary>Of releases before, by name. They are taken away when what they served has been moved.</summary>
    public static IReadOnlyList<(string Collection, string[] Names)> Former { get; } =
        [
            .. Rollups.Select(collection => (collection, (string[])["c_l_b", "l_b", "o_l_b_u_only", "p_l_b"])),
            ("deliveries",
                ["t_at_h_s", "d_at_h_s", "m_at_h_s", "f_t_at_h_s_only", "f_d_at_h_s_only", "f_m_at_h_s_only", "t_r", "i", "at"]),
            ("earlier_activities", ["t_at_h_s", "d_at_h_s", "m_at_h_s"]),
        ];

    private static string[] Rollups => ["rollups", "provider_rollups", "reason_rollups"];

    private static string[] Scopes => ["t", "d", "m"];

    private static IEnumerable<(string Collection, BsonDocument Keys, CreateIndexOptions<BsonDocument> Options)> Lists(string collection) =>
        [Index(collection, [("t", 1), ("at", -1), ("h", -1)]), Index(collection, [("d", 1), ("at", -1)]), Index(collection, [("m", 1), ("at", -1)])];

    public static (string Collection, BsonDocument Keys, CreateIndexOptions<BsonDocument> Options) Index(
        string collection, (string Field, int Direction)[] fields, (string Field, BsonValue Value)? only = null)
    {
        var keys = new BsonDocument(fields.Select(field => new BsonElement(field.Field, field.Direction)));
        var name = string.Join('_', fields.Select(field => field.Field)) + (only is null ? "" : "_only");

        return (collection, keys, new()
        {
            Name = name,
            PartialFilterExpression = only is { } part ? new BsonDocument(part.Field, part.Value) : null,
        });
    }
}
