using MailStats.Mail.Time;
using MailStats.Stores.Quotas;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Quotas;

internal sealed class SqlitePolicyTestStore(SqliteDatabase database, TimeProvider time) : IPolicyTestStore
{
    public Task StartAsync(PolicyTest test, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                session.Prepare("INSERT INTO policy_tests (id, tenant, sender, recipient, started_at) VALUES (?1, ?2, ?3, ?4, ?5)")
                    .Bind(1, test.Id).Bind(2, test.TenantId).Bind(3, test.Sender).Bind(4, test.Recipient).Bind(5, UnixTime.ToMicroseconds(test.StartedAt))
                    .Execute();

                return true;
            },
            cancellationToken);

    public Task<PolicyTest?> FindAsync(string tenantId, string testId, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session =>
        {
            var statement = session.Prepare(
                "SELECT sender, recipient, started_at, advised_at, asked_at, queue_id FROM policy_tests WHERE id = ?1 AND tenant = ?2")
                .Bind(1, testId).Bind(2, tenantId);

            if (!statement.Step())
            {
                return null;
            }

            var test = new PolicyTest(
                testId,
                tenantId,
                statement.Text(0),
                statement.Text(1),
                UnixTime.FromMicroseconds(statement.Long(2)),
                statement.LongOrNull(3) is { } advised ? UnixTime.FromMicroseconds(advised) : null,
                statement.LongOrNull(4) is { } asked ? UnixTime.FromMicroseconds(asked) : null,
                statement.IsNull(5) ? null : statement.Text(5));
            statement.Reset();

            return test;
        }));

    public Task ObserveAsync(string testId, bool binding, string? queueId, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                session.Prepare(
                    """
                    UPDATE policy_tests SET
                      advised_at = CASE WHEN ?2 = 0 THEN COALESCE(advised_at, ?3) ELSE advised_at END,
                      asked_at = CASE WHEN ?2 = 1 THEN COALESCE(asked_at, ?3) ELSE asked_at END,
                      queue_id = COALESCE(queue_id, ?4)
                    WHERE id = ?1
                    """)
                    .Bind(1, testId).Bind(2, binding ? 1 : 0).Bind(3, UnixTime.ToMicroseconds(time.GetUtcNow())).Bind(4, queueId)
                    .Execute();

                return true;
            },
            cancellationToken);
}
