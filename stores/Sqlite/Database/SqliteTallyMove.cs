using MailStats.Mail.Attempts;
using MailStats.Mail.Deliveries;
using Microsoft.Data.Sqlite;

namespace MailStats.Stores.Sqlite.Database;

/// <summary>
/// Counts the deliveries of before schema 16 into the second ledger: some at a time, in the order of their ids, so that a start
/// that is killed goes on where it was. Nobody applies events before it is done, here or in another process. Deliveries that were
/// erased or removed by age before are in it nowhere.
/// </summary>
internal static class SqliteTallyMove
{
    private const int AtOnce = 10_000;

    /// <summary>Safe beside other processes that do the same.</summary>
    public static void Finish(SqliteSession session)
    {
        while (IsUnfinished(session))
        {
            session.Execute("BEGIN IMMEDIATE");

            if (IsUnfinished(session) && Count(session) == 0)
            {
                session.Execute("DROP TABLE tallied");
            }

            session.Execute("COMMIT");
        }
    }

    private static bool IsUnfinished(SqliteSession session)
    {
        var table = session.Prepare("SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = 'tallied'");
        var there = table.Step();
        table.Reset();

        return there;
    }

    private static int Count(SqliteSession session)
    {
        var tally = new Tally();
        tally.Clear(FirstQuarter(session));
        var (read, last) = (0, 0L);
        var rows = session.Prepare(
            """
            SELECT d.id, s.tenant, d.state FROM deliveries d JOIN scopes s ON s.id = d.tenant
            WHERE d.id > (SELECT upto FROM tallied) ORDER BY d.id LIMIT ?1
            """).Bind(1, AtOnce);

        while (rows.Step())
        {
            (read, last) = (read + 1, rows.Long(0));

            if (TryDecode(rows.Blob(2), session) is { } state)
            {
                tally.Add(rows.Text(1), state, 1);
            }
        }

        if (read > 0)
        {
            SqliteTallies.Append(session, tally, Now(session));
            session.Prepare("UPDATE tallied SET upto = ?1").Bind(1, last).Execute();
        }

        return read;
    }

    private static long FirstQuarter(SqliteSession session)
    {
        var row = session.Prepare("SELECT first_quarter FROM trimmed_rollups");
        var first = row.Step() ? row.Long(0) : long.MinValue;
        row.Reset();

        return first;
    }

    private static long Now(SqliteSession session)
    {
        var row = session.Prepare("SELECT unixepoch()");
        row.Step();
        var now = row.Long(0);
        row.Reset();

        return now;
    }

    /// <summary>Null for a damaged row, which verification finds and sets aside; a file that cannot be read is another matter.</summary>
    private static DeliveryState? TryDecode(ReadOnlySpan<byte> bytes, SqliteSession session)
    {
        try
        {
            return DeliveryCodec.Decode(bytes, session.Texts).State;
        }
        catch (Exception error) when (error is not SqliteException)
        {
            return null;
        }
    }
}
