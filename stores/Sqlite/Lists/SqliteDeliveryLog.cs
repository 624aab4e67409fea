using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Mail.Statistics;
using MailStats.Stores.Lists;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Deliveries;
using MailStats.Stores.Sqlite.Statistics;

namespace MailStats.Stores.Sqlite.Lists;

internal sealed class SqliteDeliveryLog(SqliteDatabase database, SqlitePrivacy privacy) : IDeliveryLog
{
    /// <summary>
    /// Rows looked at for one page. A page that found less than it was asked for by then ends early, with a cursor to go on
    /// from: no search holds a reader for long.
    /// </summary>
    private const int MaxLookedAt = 50_000;

    /// <summary>
    /// Failures of one reason and one microsecond among which the example is chosen. Sources count in seconds, and a bulk
    /// mailing fails by the hundred in one; past it the choice is among the latest that arrived.
    /// </summary>
    private const int MaxTiedExamples = 500;

    public Task<Page<Activity>> ActivitiesAsync(ActivityQuery query, CancellationToken cancellationToken)
    {
        var cursor = LogCursor.Parse(query.Cursor);

        return Task.FromResult(database.Read(session => Activities(session, Search(session, query.Search), query, cursor, cancellationToken)));
    }

    public Task<Page<ErrorEvent>> ErrorEventsAsync(ErrorEventQuery query, CancellationToken cancellationToken)
    {
        var cursor = LogCursor.Parse(query.Cursor);

        return Task.FromResult(database.Read(session => ErrorEvents(session, Search(session, query.Search), query, cursor, cancellationToken)));
    }

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
                var other = DeliveryLogView.ErrorEvent(scope.TenantId, DeliveryCodec.Decode(row.Blob(0), session.Texts));
                example = example is null || DeliveryLogView.CompareExamples(other, example) > 0 ? other : example;
            }

            row.Reset();

            return example;
        }));

    private static Page<Activity> Activities(
        SqliteSession session, LogSearch search, ActivityQuery query, LogCursor? cursor, CancellationToken cancellationToken)
    {
        if (SqliteStatisticsStore.Find(session, query.Scope) is not { Id: var id })
        {
            return new([], null);
        }

        var column = Column(query.Scope);
        LogReader[] readers =
        [
            Deliveries(session, cursor, query.Range, id, column, failed: false),
            Deliveries(session, cursor, query.Range, id, column, failed: true),
            new(session, cursor, query.Range, id, "earlier_activities",
                $"""
                SELECT e.at, e.delivery, e.status, d.state
                FROM earlier_activities e INDEXED BY earlier_activities_by_{column} CROSS JOIN deliveries d ON d.id = e.delivery
                WHERE e.at / 3600000000 = ?5 AND e.{column} = ?1 AND (e.at, e.delivery) <= (?2, ?3) AND e.at >= ?4
                ORDER BY e.at DESC, e.delivery DESC, e.status DESC
                """),
        ];
        var page = new LogPage<Activity>(query.Limit, MaxLookedAt);

        while (!page.IsFull && LogReader.Latest(readers) is { } row)
        {
            cancellationToken.ThrowIfCancellationRequested();
            page.LookAt(row.Place);
            var status = (DeliveryStatus)row.Place.Status;
            var delivery = row.Delivery();

            if (query.Matches(search, delivery.Recipient, delivery.State, status))
            {
                page.Add(DeliveryLogView.Activity(query.Scope.TenantId, delivery, status));
            }

            row.Advance();
        }

        var end = LogReader.Latest(readers) is null;
        Array.ForEach(readers, reader => reader.Close());

        return page.ToPage(end);
    }

    private static Page<ErrorEvent> ErrorEvents(
        SqliteSession session, LogSearch search, ErrorEventQuery query, LogCursor? cursor, CancellationToken cancellationToken)
    {
        if (SqliteStatisticsStore.Find(session, query.Scope) is not { Id: var id })
        {
            return new([], null);
        }

        var row = Deliveries(session, cursor, query.Range, id, Column(query.Scope), failed: true);
        var page = new LogPage<ErrorEvent>(query.Limit, MaxLookedAt);

        while (!page.IsFull && row.HasRow)
        {
            cancellationToken.ThrowIfCancellationRequested();
            page.LookAt(row.Place);
            var delivery = row.Delivery();
            var shown = DeliveryLogView.ErrorEvent(query.Scope.TenantId, delivery);

            if (query.Matches(search, shown, delivery.State))
            {
                page.Add(shown);
            }

            row.Advance();
        }

        var end = !row.HasRow;
        row.Close();

        return page.ToPage(end);
    }

    private static LogReader Deliveries(SqliteSession session, LogCursor? cursor, TimeRange? range, long scope, string column, bool failed) =>
        new(session, cursor, range, scope, "deliveries", LogReader.Deliveries(column, failed));

    private LogSearch Search(SqliteSession session, string? text) => LogSearch.For(text, privacy.AddressesIfAny(session));

    private static string Column(StatisticsScope scope) => scope.Mailbox is not null ? "mailbox" : scope.Domain is not null ? "domain" : "tenant";
}
