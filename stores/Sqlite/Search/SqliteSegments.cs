using System.Security.Cryptography;
using System.Text.Json;
using MailStats.Mail.Lists;
using MailStats.Mail.Search.Segments;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Search;

/// <summary>Keeps the segments few, and free of what was removed. All within the caller's transaction.</summary>
internal static class SqliteSegments
{
    /// <summary>Segments that become one, at least.</summary>
    private const int MergedAtOnce = 8;

    /// <summary>Documents from which on a segment stays as it is: what merging takes in memory and time, and what a removal writes anew, is bounded.</summary>
    private const int LargeSegment = 500_000;

    public static void Merge(SqliteSession session, CancellationToken cancellationToken)
    {
        while (SegmentChoice.ToMerge(SqliteSegment.ReadAll(session), segment => segment.DocumentCount, MergedAtOnce, LargeSegment) is { Count: > 0 } same)
        {
            Rewrite(session, [.. same], _ => false, cancellationToken);
        }
    }

    /// <summary>Removes segments that are older than a delivery: all they know of was removed.</summary>
    public static void RemoveBefore(SqliteSession session, long delivery)
    {
        var emptied = new List<long>();
        var rows = session.Prepare("SELECT id FROM segments WHERE last_row < ?1").Bind(1, delivery);

        while (rows.Step())
        {
            emptied.Add(rows.Long(0));
        }

        emptied.ForEach(id => SqliteSegmentOutput.Remove(session, id));
    }

    /// <summary>Writes the segments that know of some deliveries anew, without them.</summary>
    public static void Remove(SqliteSession session, HashSet<long> deliveries, CancellationToken cancellationToken)
    {
        foreach (var segment in SqliteSegment.ReadAll(session).Where(segment => SegmentMerge.Rows(segment).Any(deliveries.Contains)))
        {
            Rewrite(session, [segment], deliveries.Contains, cancellationToken);
        }
    }

    /// <summary>Removes everything.</summary>
    public static SqliteSearchProgress Clear(SqliteSession session)
    {
        foreach (var table in new[] { "segments", "documents", "document_times", "terms", "first_terms" })
        {
            session.Execute($"DELETE FROM {table}");
        }

        // A step that nothing in the file of statistics names: until the first step is done, the index is not asked.
        var progress = new SqliteSearchProgress(0, BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8)), DeliveryTokens.Format);
        progress.Write(session);

        return progress;
    }

    private static void Rewrite(SqliteSession session, List<SqliteSegment> segments, Func<long, bool> isGone, CancellationToken cancellationToken)
    {
        var output = new SqliteSegmentOutput(session, segments[0].Age);
        var count = SegmentMerge.Write(segments, isGone, output, cancellationToken);
        var list = JsonSerializer.Serialize(segments.Select(segment => segment.Id));
        var rows = session.Prepare("SELECT min(first_row), max(last_row) FROM segments WHERE id IN (SELECT value FROM json_each(?1))").Bind(1, list);
        rows.Step();
        var (first, last) = (rows.Long(0), rows.Long(1));
        rows.Reset();
        output.End(count, first, last);
        segments.ForEach(segment => SqliteSegmentOutput.Remove(session, segment.Id));
    }
}
