using System.Buffers;
using MailStats.Mail.Attempts;

namespace MailStats.Stores.Sqlite.Database;

/// <summary>Sheets of the second ledger, as rows.</summary>
internal static class SqliteTallies
{
    /// <summary>One sheet for each stretch of time that a transaction changes. Nothing is read, nothing is waited for.</summary>
    /// <param name="session">The open write transaction.</param>
    /// <param name="tally">What changes.</param>
    /// <param name="written">Seconds of Unix time.</param>
    /// <param name="table">The table, where another of its name may stand before it.</param>
    public static void Append(SqliteSession session, Tally tally, long written, string table = "tallies")
    {
        var bytes = new ArrayBufferWriter<byte>(1024);

        foreach (var (place, counts) in tally.ByPlace())
        {
            var tenant = session.Names.TenantOf(place.TenantId);
            Insert(session, null, tenant, (int)place.Tier, place.Bucket, loose: true, written, Encode(session, counts, bytes), table);
        }
    }

    public static void AppendErased(SqliteSession session, Tally tally)
    {
        var bytes = new ArrayBufferWriter<byte>(1024);

        foreach (var (place, counts) in tally.ByPlace())
        {
            session.Prepare("INSERT INTO erased_tallies (tenant, tier, start, sheet) VALUES (?1, ?2, ?3, ?4)")
                .Bind(1, session.Names.TenantOf(place.TenantId)).Bind(2, (int)place.Tier).Bind(3, place.Bucket).Bind(4, Encode(session, counts, bytes))
                .Execute();
        }
    }

    public static void Insert(
        SqliteSession session, long? id, long tenant, int tier, long start, bool loose, long written, ReadOnlySpan<byte> sheet, string table = "tallies") =>
        session.Prepare($"INSERT INTO {table} (id, tenant, tier, start, loose, written, sheet) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
            .Bind(1, id).Bind(2, tenant).Bind(3, tier).Bind(4, start).Bind(5, loose ? 1 : 0).Bind(6, written)
            .ExecuteWith(7, sheet);

    public static ReadOnlySpan<byte> Encode(SqliteSession session, IReadOnlyCollection<TallyCount> counts, ArrayBufferWriter<byte> bytes)
    {
        bytes.ResetWrittenCount();
        TallySheet.Encode(counts, session.TallyNames, bytes);

        return bytes.WrittenSpan;
    }
}
