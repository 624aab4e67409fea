using System.Runtime.InteropServices;
using MailStats.Mail.Suppression;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Suppression;

/// <summary>
/// Who was delivered to when, in runs. A transaction appends one run for each tenant; runs that are no longer than what is
/// appended are joined with it, so that many small transactions leave few runs, each delivery is rewritten a dozen times at
/// most, and a look-up reads only runs that end after the failure it is about: in live traffic the last ones.
/// </summary>
internal static class DeliveredAddressRows
{
    public static void Append(SqliteSession session, string tenantId, List<(ulong Hash, DeliveredMail Mail)> deliveries)
    {
        deliveries.Sort(static (left, right) => left.Mail.At.CompareTo(right.Mail.At));

        while (deliveries.Count > 0)
        {
            var count = Math.Min(deliveries.Count, DeliveredAddresses.Most);

            while (deliveries[count - 1].Mail.At - deliveries[0].Mail.At > DeliveredAddresses.LongestSpan)
            {
                count--;
            }

            AppendRun(session, tenantId, deliveries[..count]);
            deliveries.RemoveRange(0, count);
        }
    }

    /// <summary>Deliveries to addresses after a time each.</summary>
    public static List<DeliveredMail>[] Find(SqliteSession session, string tenantId, ReadOnlySpan<(ulong Hash, long After)> sought)
    {
        var found = new List<DeliveredMail>[sought.Length];
        var earliest = long.MaxValue;

        for (var place = 0; place < sought.Length; place++)
        {
            found[place] = [];
            earliest = Math.Min(earliest, sought[place].After);
        }

        var rows = session.Prepare("SELECT first_at, deliveries FROM delivered_addresses WHERE tenant = ?1 AND last_at > ?2")
            .Bind(1, tenantId).Bind(2, earliest);

        while (rows.Step())
        {
            var run = new DeliveredAddresses(rows.Long(0), rows.Blob(1));

            for (var place = 0; place < sought.Length; place++)
            {
                run.Find(sought[place].Hash, sought[place].After, found[place]);
            }
        }

        return found;
    }

    /// <summary>Forgets runs that ended before a time: events of deliveries that old are not taken in any more.</summary>
    public static int Trim(SqliteSession session, long before)
    {
        session.Prepare("DELETE FROM delivered_addresses WHERE id IN (SELECT id FROM delivered_addresses WHERE last_at < ?1 LIMIT 1000)")
            .Bind(1, before).Execute();

        return session.RowsChanged;
    }

    private static void AppendRun(SqliteSession session, string tenantId, List<(ulong Hash, DeliveredMail Mail)> deliveries)
    {
        while (JoinLast(session, tenantId, deliveries))
        {
        }

        var all = CollectionsMarshal.AsSpan(deliveries);
        var (first, last) = Ends(all);
        var bytes = DeliveredAddresses.Pack(first, all);
        session.Prepare("INSERT INTO delivered_addresses (tenant, first_at, last_at, deliveries) VALUES (?1, ?2, ?3, ?4)")
            .Bind(1, tenantId).Bind(2, first).Bind(3, last).Bind(4, bytes).Execute();
    }

    /// <summary>Takes the tenant's run of the nearest times into what is appended, where it is no longer than that and both make one.</summary>
    private static bool JoinLast(SqliteSession session, string tenantId, List<(ulong Hash, DeliveredMail Mail)> deliveries)
    {
        var (first, last) = Ends(CollectionsMarshal.AsSpan(deliveries));
        var row = session.Prepare(
            "SELECT id, first_at, last_at, deliveries FROM delivered_addresses WHERE tenant = ?1 AND last_at <= ?2 ORDER BY last_at DESC LIMIT 1")
            .Bind(1, tenantId).Bind(2, last);

        if (!row.Step())
        {
            return false;
        }

        var (id, begins) = (row.Long(0), row.Long(1));
        var count = row.Blob(3).Length / DeliveredAddresses.Length;
        var joins = count <= deliveries.Count
            && count + deliveries.Count <= DeliveredAddresses.Most
            && Math.Max(last, row.Long(2)) - Math.Min(first, begins) <= DeliveredAddresses.LongestSpan;

        if (joins)
        {
            new DeliveredAddresses(begins, row.Blob(3)).AddTo(deliveries);
        }

        row.Reset();

        if (joins)
        {
            session.Prepare("DELETE FROM delivered_addresses WHERE id = ?1").Bind(1, id).Execute();
        }

        return joins;
    }

    private static (long First, long Last) Ends(ReadOnlySpan<(ulong Hash, DeliveredMail Mail)> deliveries)
    {
        var (first, last) = (long.MaxValue, long.MinValue);

        foreach (var (_, mail) in deliveries)
        {
            (first, last) = (Math.Min(first, mail.At), Math.Max(last, mail.At));
        }

        return (first, last);
    }
}
