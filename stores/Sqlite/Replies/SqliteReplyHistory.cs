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

        var row = new LogReader(session, cursor, range: null, id, "deliveries", LogReader.Deliveries("tenant", failed: true));
        var page = new LogPage<ClassifiedDelivery>(query.Limit, MaxLookedAt);

        while (!page.IsFull && row.HasRow)
        {
            cancellationToken.ThrowIfCancellationRequested();
            page.LookAt(row.Place);

            var (messageKey, recipient, state) = row.Delivery();

            foreach (var failure in ReplyHistoryView.Failures(query.TenantId, messageKey, recipient, state, query.UnknownOnly))
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
