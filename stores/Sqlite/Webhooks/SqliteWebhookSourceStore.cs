using MailStats.Mail.Time;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Webhooks;

namespace MailStats.Stores.Sqlite.Webhooks;

internal sealed class SqliteWebhookSourceStore(SqliteDatabase database) : IWebhookSourceStore
{
    private const string Columns = "SELECT id, tenant, provider, name, secret, sender, created_at FROM webhook_sources";

    public Task<WebhookSource?> FindAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => Read(session.Prepare($"{Columns} WHERE id = ?1").Bind(1, id)).SingleOrDefault()));

    public Task<IReadOnlyList<WebhookSource>> ListAsync(string tenantId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<WebhookSource>>(database.Read(session =>
            Read(session.Prepare($"{Columns} WHERE tenant = ?1 ORDER BY created_at, id").Bind(1, tenantId))));

    public Task AddAsync(WebhookSource source, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            session.Prepare("INSERT INTO webhook_sources (id, tenant, provider, name, secret, sender, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
                .Bind(1, source.Id).Bind(2, source.TenantId).Bind(3, source.Provider).Bind(4, source.Name).Bind(5, source.Secret)
                .Bind(6, source.Sender).Bind(7, UnixTime.ToMicroseconds(source.CreatedAt))
                .Execute();

            return true;
        },
        cancellationToken);

    public Task<bool> RemoveAsync(string tenantId, string id, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            var row = session.Prepare("DELETE FROM webhook_sources WHERE tenant = ?1 AND id = ?2 RETURNING id").Bind(1, tenantId).Bind(2, id);
            var removed = row.Step();
            row.Reset();

            return removed;
        },
        cancellationToken);

    private static List<WebhookSource> Read(SqliteStatement rows)
    {
        var sources = new List<WebhookSource>();

        while (rows.Step())
        {
            sources.Add(new(
                rows.Text(0), rows.Text(1), rows.Text(2), rows.Text(3), rows.Text(4), rows.IsNull(5) ? null : rows.Text(5), UnixTime.FromMicroseconds(rows.Long(6))));
        }

        return sources;
    }
}
