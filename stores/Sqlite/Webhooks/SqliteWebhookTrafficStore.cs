using MailStats.Mail.Time;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Webhooks;

namespace MailStats.Stores.Sqlite.Webhooks;

internal sealed class SqliteWebhookTrafficStore(SqliteDatabase database) : IWebhookTrafficStore
{
    public Task AddAsync(IReadOnlyList<WebhookCount> counts, IReadOnlyList<WebhookRefusal> refusals, DateOnly oldest, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                foreach (var count in counts)
                {
                    session.Prepare("""
                        INSERT INTO webhook_counts (source, day, outcome, cause, count, last_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                        ON CONFLICT DO UPDATE SET count = count + excluded.count, last_at = max(last_at, excluded.last_at)
                        """)
                        .Bind(1, count.SourceId).Bind(2, count.Day.DayNumber).Bind(3, (int)count.Outcome).Bind(4, count.Cause).Bind(5, count.Count)
                        .Bind(6, UnixTime.ToMicroseconds(count.LastAt)).Execute();
                }

                foreach (var refusal in refusals)
                {
                    session.Prepare("INSERT INTO webhook_refusals (source, at, outcome, cause, error) VALUES (?1, ?2, ?3, ?4, ?5)")
                        .Bind(1, refusal.SourceId).Bind(2, UnixTime.ToMicroseconds(refusal.At)).Bind(3, (int)refusal.Outcome).Bind(4, refusal.Cause)
                        .Bind(5, refusal.Error).Execute();
                }

                foreach (var source in refusals.Select(refusal => refusal.SourceId).Distinct())
                {
                    session.Prepare("""
                        DELETE FROM webhook_refusals WHERE source = ?1 AND number NOT IN (
                          SELECT number FROM webhook_refusals WHERE source = ?1 ORDER BY at DESC, number DESC LIMIT ?2)
                        """)
                        .Bind(1, source).Bind(2, IWebhookTrafficStore.Refusals).Execute();
                }

                session.Prepare("DELETE FROM webhook_counts WHERE day < ?1").Bind(1, oldest.DayNumber).Execute();

                return true;
            },
            cancellationToken);

    public Task<WebhookTraffic> FindAsync(string sourceId, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => new WebhookTraffic(Counts(session, sourceId), Refusals(session, sourceId))));

    private static List<WebhookCount> Counts(SqliteSession session, string sourceId)
    {
        var rows = session.Prepare("SELECT day, outcome, cause, count, last_at FROM webhook_counts WHERE source = ?1 ORDER BY day, outcome, cause")
            .Bind(1, sourceId);
        var counts = new List<WebhookCount>();

        while (rows.Step())
        {
            counts.Add(new(
                sourceId, DateOnly.FromDayNumber(rows.Int(0)), (WebhookOutcome)rows.Int(1), rows.Text(2), rows.Long(3),
                UnixTime.FromMicroseconds(rows.Long(4))));
        }

        return counts;
    }

    private static List<WebhookRefusal> Refusals(SqliteSession session, string sourceId)
    {
        var rows = session.Prepare("SELECT at, outcome, cause, error FROM webhook_refusals WHERE source = ?1 ORDER BY at DESC, number DESC").Bind(1, sourceId);
        var refusals = new List<WebhookRefusal>();

        while (rows.Step())
        {
            refusals.Add(new(sourceId, UnixTime.FromMicroseconds(rows.Long(0)), (WebhookOutcome)rows.Int(1), rows.Text(2), rows.Text(3)));
        }

        return refusals;
    }
}
