using System.Text.Json;
using MailStats.Stores.Replies;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Upkeep;

namespace MailStats.Stores.Sqlite.Replies;

internal sealed class SqliteReplyRuleStore(SqliteDatabase database, UnreadableRows unreadable) : IReplyRuleStore
{
    public Task<ReplyRuleSet> FindAsync(string tenantId, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session =>
        {
            var rules = new List<ReplyRule>();
            var row = session.Prepare("SELECT content FROM reply_rules WHERE tenant = ?1 ORDER BY place DESC").Bind(1, tenantId);

            while (row.Step())
            {
                if (unreadable.Read("reply_rules", () => ContentIn(row.Text(0))) is { } rule)
                {
                    rules.Add(rule);
                }
            }

            var revision = session.Prepare("SELECT revision FROM reply_rule_revisions WHERE tenant = ?1").Bind(1, tenantId);
            var current = revision.Step() ? revision.Long(0) : 0;
            revision.Reset();

            return new ReplyRuleSet(current, rules);
        }));

    internal static ReplyRule ContentIn(string json) =>
        JsonSerializer.Deserialize(json, ReplyRuleJson.Default.ReplyRule) ?? throw new InvalidDataException("A rule is null.");

    public Task<IReadOnlyDictionary<string, long>> RevisionsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, long>>(Revisions("SELECT tenant, revision FROM reply_rule_revisions"));

    public Task<IReadOnlyDictionary<string, long>> PendingAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, long>>(Revisions("SELECT tenant, revision FROM reply_rule_revisions WHERE completed < revision"));

    public Task<long> SaveAsync(ReplyRule rule, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var revision = Raise(session, rule.TenantId);
                session.Prepare(
                    """
                    INSERT INTO reply_rules (tenant, id, place, content) VALUES (?1, ?2, ?3, ?4)
                    ON CONFLICT DO UPDATE SET place = ?3, content = ?4
                    """)
                    .Bind(1, rule.TenantId).Bind(2, rule.Id).Bind(3, revision)
                    .Bind(4, JsonSerializer.Serialize(rule, ReplyRuleJson.Default.ReplyRule))
                    .Execute();

                return revision;
            },
            cancellationToken);

    public Task<long?> RemoveAsync(string tenantId, string ruleId, CancellationToken cancellationToken) =>
        database.WriteAsync<long?>(
            session =>
            {
                var row = session.Prepare("DELETE FROM reply_rules WHERE tenant = ?1 AND id = ?2 RETURNING 1").Bind(1, tenantId).Bind(2, ruleId);
                var found = row.Step();
                row.Reset();

                return found ? Raise(session, tenantId) : null;
            },
            cancellationToken);

    public Task CompleteAsync(string tenantId, long revision, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                session.Prepare("UPDATE reply_rule_revisions SET completed = max(completed, ?2) WHERE tenant = ?1")
                    .Bind(1, tenantId).Bind(2, revision)
                    .Execute();

                return true;
            },
            cancellationToken);

    private static long Raise(SqliteSession session, string tenantId)
    {
        var row = session.Prepare(
            """
            INSERT INTO reply_rule_revisions (tenant, revision, completed) VALUES (?1, 1, 0)
            ON CONFLICT DO UPDATE SET revision = revision + 1 RETURNING revision
            """).Bind(1, tenantId);
        row.Step();
        var revision = row.Long(0);
        row.Reset();

        return revision;
    }

    private Dictionary<string, long> Revisions(string sql) => database.Read(session =>
    {
        var revisions = new Dictionary<string, long>(StringComparer.Ordinal);
        var row = session.Prepare(sql);

        while (row.Step())
        {
            revisions.Add(row.Text(0), row.Long(1));
        }

        return revisions;
    });
}
