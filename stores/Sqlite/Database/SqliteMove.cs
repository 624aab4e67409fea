using System.Buffers;
using MailStats.Mail.Deliveries;
using Microsoft.Data.Sqlite;

namespace MailStats.Stores.Sqlite.Database;

/// <summary>
/// Brings deliveries of before schema 15 into the present layout: some at a time, in the order of their ids, so that a start
/// that is killed goes on where it was. Ids stay. What is damaged is set aside. Nobody works on the file before it is done, here or in another process.
/// </summary>
internal static class SqliteMove
{
    /// <summary>Deliveries of one transaction: a tenth of a second, a few megabytes of log.</summary>
    private const int AtOnce = 10_000;

    /// <summary>Safe beside other processes that do the same.</summary>
    public static void Finish(SqliteSession session)
    {
        while (IsUnfinished(session))
        {
            session.Execute("BEGIN IMMEDIATE");

            if (IsUnfinished(session) && Move(session) == 0)
            {
                session.Execute("DROP TABLE deliveries_before");
            }

            session.Execute("COMMIT");
        }
    }

    private static bool IsUnfinished(SqliteSession session)
    {
        var table = session.Prepare("SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = 'deliveries_before'");
        var there = table.Step();
        table.Reset();

        return there;
    }

    /// <summary>One step, in the caller's transaction. 0 when nothing is left.</summary>
    public static int Move(SqliteSession session)
    {
        var moved = 0;
        var bytes = new ArrayBufferWriter<byte>(1024);
        var hash = new byte[DeliveryKey.HashLength];
        var damaged = new List<long>();
        var rows = session.Prepare(
            """
            SELECT b.id, b.tenant, b.message_key, b.recipient, b.domain, b.mailbox, b.at, b.status, b.reason, b.state, s.tenant
            FROM deliveries_before b JOIN scopes s ON s.id = b.tenant
            WHERE b.id > (SELECT ifnull(max(id), 0) FROM deliveries) ORDER BY b.id LIMIT ?1
            """).Bind(1, AtOnce);
        var insert = session.Prepare(
            "INSERT INTO deliveries (id, tenant, domain, mailbox, at, status, reason, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
        var insertKey = session.Prepare("INSERT INTO delivery_keys (key, delivery) VALUES (?1, ?2)");

        while (rows.Step())
        {
            var key = new DeliveryKey(rows.Text(10), rows.Text(2), rows.Text(3));

            if (TryDecode(rows.Blob(9), session) is not { } state)
            {
                damaged.Add(rows.Long(0));

                continue;
            }

            bytes.ResetWrittenCount();
            DeliveryCodec.Encode(new(key.MessageKey, key.Recipient, state), session.Texts, bytes);
            key.WriteHash(hash);
            insert.Bind(1, rows.Long(0)).Bind(2, rows.Long(1)).Bind(3, rows.LongOrNull(4)).Bind(4, rows.LongOrNull(5)).Bind(5, rows.Long(6))
                .Bind(6, rows.Long(7)).Bind(7, rows.LongOrNull(8)).Bind(8, bytes.WrittenSpan)
                .Execute();
            insertKey.Bind(1, hash).Bind(2, rows.Long(0)).Execute();
            moved++;
        }

        DamagedDeliveries.SetAsideBefore(session, damaged);

        return moved + damaged.Count;
    }

    /// <summary>Null whatever a damaged row makes of the reader; a file that cannot be read is another matter.</summary>
    private static DeliveryState? TryDecode(ReadOnlySpan<byte> bytes, SqliteSession session)
    {
        try
        {
            return DeliveryStateLayout1.Decode(bytes, session.Names);
        }
        catch (Exception error) when (error is not SqliteException)
        {
            return null;
        }
    }
}
