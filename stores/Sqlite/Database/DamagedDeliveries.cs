using System.Text.Json;

namespace MailStats.Stores.Sqlite.Database;

/// <summary>
/// Keeps what is left of damaged deliveries where nothing trips over it. The table is made when it is needed: a store without
/// damage has none.
/// </summary>
internal static class DamagedDeliveries
{
    /// <summary>Those of the table of deliveries.</summary>
    public static void SetAside(SqliteSession session, IReadOnlyList<long> ids) => SetAside(
        session,
        ids,
        """
        INSERT INTO main.damaged_deliveries (delivery, tenant, key, at, status, state)
        SELECT d.id, d.tenant, k.key, d.at, d.status, d.state FROM main.deliveries d LEFT JOIN main.delivery_keys k ON k.delivery = d.id
        WHERE d.id IN (SELECT value FROM json_each(?1))
        """,
        "DELETE FROM main.delivery_keys WHERE delivery IN (SELECT value FROM json_each(?1))",
        "DELETE FROM main.deliveries WHERE id IN (SELECT value FROM json_each(?1))");

    /// <summary>Those that are still to be moved from before schema 15.</summary>
    public static void SetAsideBefore(SqliteSession session, IReadOnlyList<long> ids) => SetAside(
        session,
        ids,
        """
        INSERT INTO main.damaged_deliveries (delivery, tenant, message_key, recipient, at, status, state)
        SELECT id, tenant, message_key, recipient, at, status, state FROM main.deliveries_before WHERE id IN (SELECT value FROM json_each(?1))
        """,
        "DELETE FROM main.deliveries_before WHERE id IN (SELECT value FROM json_each(?1))");

    private static void SetAside(SqliteSession session, IReadOnlyList<long> ids, params string[] statements)
    {
        if (ids.Count == 0)
        {
            return;
        }

        // Numbers of deliveries may be given out again.
        session.Execute(
            """
            CREATE TABLE IF NOT EXISTS main.damaged_deliveries (
              number INTEGER PRIMARY KEY, delivery INTEGER, tenant INTEGER, key BLOB, message_key TEXT, recipient TEXT, at INTEGER, status INTEGER,
              state BLOB
            ) STRICT
            """);
        var list = JsonSerializer.Serialize(ids);

        foreach (var statement in statements)
        {
            session.Prepare(statement).Bind(1, list).Execute();
        }

        session.Prepare("DELETE FROM main.earlier_activities WHERE delivery IN (SELECT value FROM json_each(?1))").Bind(1, list).Execute();
    }
}
