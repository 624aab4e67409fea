using MailStats.Mail.Suppression;
using MailStats.Stores.Sqlite.Administration;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Incidents;
using MailStats.Stores.Sqlite.Replies;
using MailStats.Stores.Upkeep;

namespace MailStats.Stores.Sqlite.Upkeep;

/// <summary>
/// Reads every row whose content is packed in one column, and names those that cannot be read. A repair keeps what was there in
/// a table that nothing trips over, made when it is needed, and mends the row or takes it away.
/// </summary>
internal static class SqliteRowVerification
{
    /// <summary>Each table: its column, what is read of it with two columns of numbers beside it, and what a repair makes of the row.</summary>
    private static readonly Table[] Tables =
    [
        // What stands beside the facts says why and since when the address is on the list; what is not on it is forgotten.
        new(
            "suppressions",
            "hex(hash) || ' ' || domain",
            "facts",
            "cause",
            "since",
            row => Damaged(SuppressionFacts.Read(row.Blob(2), (SuppressionCause)row.Int(3), row.Long(4), out var isDamaged), isDamaged),
            row => SuppressionFacts.Read([], (SuppressionCause)row.Int(3), row.Long(4), out _) is { IsEmpty: false } left ? left.Write() : null),
        // What goes on is found again from the attempts.
        new("incidents", "id", "content", "0", "0", row => _ = SqliteIncidentStore.ContentIn(row.Text(2)), _ => null),
        new("reply_rules", "id", "content", "0", "0", row => _ = SqliteReplyRuleStore.ContentIn(row.Text(2)), _ => null),
        // Who did what and when stands beside it, and stays.
        new("audit_log", "id", "details", "0", "0", row => _ = SqliteAuditStore.DetailsIn(row.Text(2)), _ => "{}"),
    ];

    public static long Verify(SqliteSession session, DateTimeOffset? repairedAt, Action<FormattableString> tell, CancellationToken cancellationToken)
    {
        var damaged = 0L;

        foreach (var table in Tables)
        {
            // First all are found: a row is not changed while its table is walked.
            var found = Find(session, table, cancellationToken);
            damaged += found.Count;

            foreach (var (tenant, key, mended) in found)
            {
                tell($"{table.Name} {key} of tenant {tenant}: its {table.Column} cannot be read");

                if (repairedAt is { } at)
                {
                    Mend(session, table, tenant, key, mended, at);
                }
            }
        }

        return damaged;
    }

    private static List<(string Tenant, string Key, object? Mended)> Find(SqliteSession session, Table table, CancellationToken cancellationToken)
    {
        var found = new List<(string Tenant, string Key, object? Mended)>();
        var rows = session.Prepare($"SELECT tenant, {table.Key}, {table.Column}, {table.First}, {table.Second} FROM main.{table.Name}");

        while (rows.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();

            try
            {
                table.Read(rows);
            }
            catch (Exception damage) when (UnreadableRows.IsDamage(damage))
            {
                found.Add((rows.Text(0), rows.Text(1), table.Mend(rows)));
            }
        }

        return found;
    }

    private static void Mend(SqliteSession session, Table table, string tenant, string key, object? mended, DateTimeOffset at)
    {
        session.Execute(
            """
            CREATE TABLE IF NOT EXISTS main.damaged_rows (
              number INTEGER PRIMARY KEY, origin TEXT NOT NULL, tenant TEXT NOT NULL, key TEXT NOT NULL, content ANY, set_aside_at INTEGER NOT NULL
            ) STRICT
            """);
        session.Prepare(
            $"""
            INSERT INTO main.damaged_rows (origin, tenant, key, content, set_aside_at)
            SELECT '{table.Name}', tenant, {table.Key}, {table.Column}, ?3 FROM main.{table.Name} WHERE tenant = ?1 AND {table.Key} = ?2
            """)
            .Bind(1, tenant).Bind(2, key).Bind(3, Mail.Time.UnixTime.ToMicroseconds(at)).Execute();

        switch (mended)
        {
            case byte[] bytes:
                session.Prepare($"UPDATE main.{table.Name} SET {table.Column} = ?3 WHERE tenant = ?1 AND {table.Key} = ?2")
                    .Bind(1, tenant).Bind(2, key).Bind(3, bytes).Execute();
                break;
            case string text:
                session.Prepare($"UPDATE main.{table.Name} SET {table.Column} = ?3 WHERE tenant = ?1 AND {table.Key} = ?2")
                    .Bind(1, tenant).Bind(2, key).Bind(3, text).Execute();
                break;
            default:
                session.Prepare($"DELETE FROM main.{table.Name} WHERE tenant = ?1 AND {table.Key} = ?2").Bind(1, tenant).Bind(2, key).Execute();
                break;
        }
    }

    private static void Damaged(SuppressionFacts facts, bool isDamaged)
    {
        if (isDamaged)
        {
            throw new InvalidDataException($"The facts cannot be read; {(facts.IsEmpty ? "nothing is" : "an entry is")} left.");
        }
    }

    private sealed record Table(
        string Name, string Key, string Column, string First, string Second, Action<SqliteStatement> Read, Func<SqliteStatement, object?> Mend);
}
