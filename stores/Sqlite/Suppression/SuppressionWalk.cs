using MailStats.Mail.Lists;
using MailStats.Mail.Suppression;
using MailStats.Mail.Time;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Suppression;
using MailStats.Stores.Upkeep;

namespace MailStats.Stores.Sqlite.Suppression;

/// <summary>
/// Pages of the list, latest first. A whole address is looked up; else the list is walked by time, and part of an address is
/// compared row by row. What has expired is passed over.
/// </summary>
internal sealed class SuppressionWalk(SqliteSession session, UnreadableRows unreadable, SuppressionQuery query, byte[]? whole, long now)
{
    public Page<SuppressionEntry> Page(LogCursor? cursor, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, SuppressionSettings>(StringComparer.Ordinal);
        var items = new List<SuppressionEntry>();
        var last = default(LogCursor);
        var rows = Rows(cursor);

        while (rows.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var domain = rows.Text(2);

            if (!settings.TryGetValue(domain, out var own))
            {
                own = SqliteSuppressionSettings.Read(session, query.TenantId, domain.Length > 0 ? domain : null);
                settings.Add(domain, own);
            }

            if (SuppressionRows.FactsIn(rows, 4, unreadable).At(now, own) is not { } why || (query.Cause is { } cause && why.Cause != cause))
            {
                continue;
            }

            if (items.Count == query.Limit)
            {
                rows.Reset();

                return new(items, last.ToString());
            }

            items.Add(new ListedAddress(query.TenantId, domain.Length > 0 ? domain : null, rows.Text(3)).Entry(why));
            last = LogCursor.OfNumber(rows.Long(1), rows.Long(0));
        }

        return new(items, null);
    }

    private SqliteStatement Rows(LogCursor? cursor)
    {
        const string columns = "SELECT number, since, domain, address, facts, cause, since FROM suppressions";
        const string order = "AND cause > 0 AND (since, number) < (?2, ?3) ORDER BY since DESC, number DESC";
        var (since, number) = cursor is { } place ? (place.At, place.Number) : (long.MaxValue, long.MaxValue);

        if (whole is not null)
        {
            return session.Prepare($"{columns} WHERE tenant = ?1 AND hash = ?4 {order}")
                .Bind(1, query.TenantId).Bind(2, since).Bind(3, number).Bind(4, whole);
        }

        var search = query.Search?.ToLowerInvariant();

        return search is null
            ? session.Prepare($"{columns} INDEXED BY suppressions_listed WHERE tenant = ?1 {order}").Bind(1, query.TenantId).Bind(2, since).Bind(3, number)
            : session.Prepare($"{columns} WHERE tenant = ?1 AND instr(lower(address), ?4) > 0 {order}")
                .Bind(1, query.TenantId).Bind(2, since).Bind(3, number).Bind(4, search);
    }
}
