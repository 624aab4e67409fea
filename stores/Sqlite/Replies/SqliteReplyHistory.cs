using MailStats.Contracts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Mail.Statistics;
using MailStats.Stores.Replies;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Lists;
using MailStats.Stores.Sqlite.Statistics;

namespace MailStats.Stores.Sqlite.Replies;

internal sealed class SqliteReplyHistory(SqliteDatabase database) : IReplyHistory
{
    /// <summary>Deliveries looked at for one page; a page that found less by then ends early, with a cursor to go on from.</summary>
    private const int MaxLookedAt = 20_000;

    private const string FailuresOfTenant =
        $"""
        SELECT at, id, status, recipient, state, message_key FROM deliveries INDEXED BY deliveries_by_tenant
        WHERE at / 3600000000 = ?5 AND tenant = ?1 AND {LogReader.Failed} = 1 AND (at, id) <= (?2, ?3) AND at >= ?4 ORDER BY at DESC, id DESC
        """;

    public Task<Page<ClassifiedDelivery>> FailuresAsync(ReplyHistoryQuery query, CancellationToken cancellationToken)
    {
        var cursor = LogCursor.Parse(query.Cursor);

        return Task.FromResult(database.Read(session => Failures(session, query, cursor, cancellationToken)));
    }

    private static Page<ClassifiedDelivery> Failures(SqliteSession session, ReplyHistoryQuery query, LogCursor? cursor, CancellationToken cancellationToken)
    {
        if (SqliteStatisticsStore.Find(session, new StatisticsScope(query.TenantId)) is not { Id: var id })
        {
            return new([], null);
        }

        var row = new LogReader(session, cursor, range: null, id, "deliveries", FailuresOfTenant);
        var page = new LogPage<ClassifiedDelivery>(query.Limit, MaxLookedAt);

        while (!page.IsFull && row.HasRow)
        {
            cancellationToken.ThrowIfCancellationRequested();
            page.LookAt(row.Place);

            foreach (var failure in ReplyHistoryView.Failures(query.TenantId, row.Text(5), row.Recipient, row.State(), query.UnknownOnly))
            {
                page.Add(failure);
            }

            row.Advance();
        }

        var end = !row.HasRow;
        row.Close();

        return page.ToPage(end);
    }
}
