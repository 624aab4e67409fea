using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Mail.Statistics;
using MailStats.Stores.Lists;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Deliveries;
using MailStats.Stores.Sqlite.Search;
using MailStats.Stores.Sqlite.Statistics;
using MailStats.Stores.Upkeep;

namespace MailStats.Stores.Sqlite.Lists;

internal sealed class SqliteDeliveryLog(
    SqliteDatabase database, SqlitePrivacy privacy, SqliteSearch search, UnreadableRows unreadable) : IDeliveryLog
{
    /// <summary>
    /// Failures of one reason and one microsecond among which the example is chosen. Sources count in seconds, and a bulk
    /// mailing fails by the hundred in one; past it the choice is among the latest that arrived.
    /// </summary>
    private const int MaxTiedExamples = 500;

    public Task<Page<Activity>> ActivitiesAsync(ActivityQuery query, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => Page(session, LogSelection.Of(query, privacy.AddressesIfAny(session)), cancellationToken)));

    public Task<Page<ErrorEvent>> ErrorEventsAsync(ErrorEventQuery query, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => Page(session, LogSelection.Of(query, privacy.AddressesIfAny(session)), cancellationToken)));

    public Task<Page<DeliverySummary>> DeliveriesAsync(DeliveryQuery query, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => Page(session, LogSelection.Of(query, privacy.AddressesIfAny(session)), cancellationToken)));

    public Task<ErrorEvent?> ExampleAsync(StatisticsScope scope, ReasonCount reason, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session =>
        {
            if (SqliteStatisticsStore.Find(session, scope) is not { Id: var id })
            {
                return null;
            }

            var row = session.Prepare(
                $"""
                SELECT state, at FROM deliveries INDEXED BY bounces_by_reason
                WHERE tenant = (SELECT id FROM scopes WHERE tenant = ?6 AND domain = '' AND mailbox = '') AND {Column(scope)} = ?1
                AND reason IS NOT NULL AND reason = (SELECT id FROM reasons WHERE reason = ?2 AND code = ?3 AND enhanced = ?4 AND hard = ?5)
                ORDER BY at DESC, id DESC
                """)
                .Bind(1, id).Bind(2, reason.Reason).Bind(3, reason.ReplyCode ?? 0).Bind(4, reason.EnhancedCode ?? "").Bind(5, reason.Hard ? 1 : 0)
                .Bind(6, scope.TenantId);
            ErrorEvent? example = null;
            long? at = null;

            for (var tied = 0; tied < MaxTiedExamples && row.Step() && (at ??= row.Long(1)) == row.Long(1); tied++)
            {
                if (!unreadable.TryDecode(row.Blob(0), session.Texts, out var tiedOne))
                {
                    continue;
                }

                var (messageKey, recipient, state) = tiedOne;
                var other = DeliveryLogView.ErrorEvent(DeliveryId.Of(new(scope.TenantId, messageKey, recipient)), recipient, state);
                example = example is null || DeliveryLogView.CompareExamples(other, example) > 0 ? other : example;
            }

            row.Reset();

            return example;
        }));

    private Page<T> Page<T>(SqliteSession session, LogSelection<T> selection, CancellationToken cancellationToken)
        where T : class
    {
        if (SqliteStatisticsStore.Find(session, selection.Scope) is not { Id: var id }
            || SqliteStatisticsStore.Find(session, new(selection.Scope.TenantId)) is not { Id: var tenant })
        {
            return new([], null);
        }

        var page = new LogPage<T>(selection.Limit, selection.Cursor);

        if (selection.Question() is not { } question || !search.TryFill(session, tenant, question, selection, page, cancellationToken))
        {
            // What a damaged index gave before it failed would be found again.
            page = new(selection.Limit, selection.Cursor);
            Walk(session, unreadable, id, selection, page, cancellationToken);
        }

        return page.ToPage();
    }

    /// <summary>Looks at every delivery, the latest first, until the page is full.</summary>
    internal static void Walk<T>(
        SqliteSession session, UnreadableRows unreadable, long id, LogSelection<T> selection, LogPage<T> page, CancellationToken cancellationToken)
        where T : class
    {
        var column = Column(selection.Scope);
        List<LogReader> readers = [Deliveries(session, selection.Cursor, selection.Range, id, column, failed: true)];

        if (!selection.FailuresOnly)
        {
            readers.Add(Deliveries(session, selection.Cursor, selection.Range, id, column, failed: false));
        }

        if (selection.WithEarlier)
        {
            readers.Add(new(session, selection.Cursor, selection.Range, id, "earlier_activities",
                $"""
                SELECT e.at, e.delivery, e.status, d.state
                FROM earlier_activities e INDEXED BY earlier_activities_by_{column} CROSS JOIN deliveries d ON d.id = e.delivery
                WHERE e.at / 3600000000 = ?5 AND e.{column} = ?1 AND e.at <= ?2 AND e.at >= ?4
                ORDER BY e.at DESC
                """));
        }

        while (LogReader.Latest(readers) is { } row && page.Takes(row.At))
        {
            cancellationToken.ThrowIfCancellationRequested();

            if (row.TryDelivery(unreadable, out var delivery))
            {
                selection.Take(page, row.At, new(delivery.MessageKey, delivery.Recipient, delivery.State, row.Status));
            }

            row.Advance();
        }

        readers.ForEach(reader => reader.Close());
    }

    private static LogReader Deliveries(SqliteSession session, LogCursor? cursor, TimeRange? range, long scope, string column, bool failed) =>
        new(session, cursor, range, scope, "deliveries", LogReader.Deliveries(column, failed));

    private static string Column(StatisticsScope scope) => scope.Mailbox is not null ? "mailbox" : scope.Domain is not null ? "domain" : "tenant";
}
