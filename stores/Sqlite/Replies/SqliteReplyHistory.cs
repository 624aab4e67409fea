using MailStats.Contracts;
using MailStats.Mail.Lists;
using MailStats.Mail.Statistics;
using MailStats.Stores.Replies;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Lists;
using MailStats.Stores.Sqlite.Statistics;
using MailStats.Stores.Upkeep;

namespace MailStats.Stores.Sqlite.Replies;

internal sealed class SqliteReplyHistory(SqliteDatabase database, UnreadableRows unreadable) : IReplyHistory
{
    public Task<Page<ClassifiedDelivery>> FailuresAsync(ReplyHistoryQuery query, CancellationToken cancellationToken)
    {
        var selection = LogSelection.Failures(query.TenantId, query.UnknownOnly, query.Cursor, query.Limit);

        return Task.FromResult(database.Read(session =>
        {
            if (SqliteStatisticsStore.Find(session, new StatisticsScope(query.TenantId)) is not { Id: var id })
            {
                return new Page<ClassifiedDelivery>([], null);
            }

            var page = new LogPage<IReadOnlyList<ClassifiedDelivery>>(selection.Limit, selection.Cursor);
            SqliteDeliveryLog.Walk(session, unreadable, id, selection, page, cancellationToken);
            var (items, next) = page.ToPage();

            return new([.. items.SelectMany(failures => failures)], next);
        }));
    }
}
