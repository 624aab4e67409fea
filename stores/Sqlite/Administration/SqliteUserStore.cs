using MailStats.Mail.Time;
using MailStats.Stores.Administration;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Administration;

internal sealed class SqliteUserStore(SqliteDatabase database) : IUserStore
{
    public Task<IReadOnlyList<TenantUser>> ListAsync(string tenantId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<TenantUser>>(database.Read(session => Select(
            session.Prepare("SELECT tenant, subject, name, role, created_at FROM users WHERE tenant = ?1 ORDER BY subject").Bind(1, tenantId))));

    public Task<TenantUser?> FindAsync(string tenantId, string subject, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => Find(session, tenantId, subject)));

    public Task<bool> ReplaceAsync(TenantUser user, Func<TenantUser?, bool> condition, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                if (!condition(Find(session, user.TenantId, user.Subject)))
                {
                    return false;
                }

                session.Prepare(
                    """
                    INSERT INTO users (tenant, subject, name, role, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
                    ON CONFLICT DO UPDATE SET name = ?3, role = ?4
                    """)
                    .Bind(1, user.TenantId).Bind(2, user.Subject).Bind(3, user.Name).Bind(4, (int)user.Role).Bind(5, UnixTime.ToMicroseconds(user.CreatedAt))
                    .Execute();

                return true;
            },
            cancellationToken);

    public Task<bool> RemoveAsync(string tenantId, string subject, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var row = session.Prepare("DELETE FROM users WHERE tenant = ?1 AND subject = ?2 RETURNING 1").Bind(1, tenantId).Bind(2, subject);
                var found = row.Step();
                row.Reset();

                return found;
            },
            cancellationToken);

    private static TenantUser? Find(SqliteSession session, string tenantId, string subject) => Select(
        session.Prepare("SELECT tenant, subject, name, role, created_at FROM users WHERE tenant = ?1 AND subject = ?2")
            .Bind(1, tenantId).Bind(2, subject)).SingleOrDefault();

    private static List<TenantUser> Select(SqliteStatement row)
    {
        var users = new List<TenantUser>();

        while (row.Step())
        {
            users.Add(new(row.Text(0), row.Text(1), row.Text(2), (UserRole)row.Int(3), UnixTime.FromMicroseconds(row.Long(4))));
        }

        return users;
    }
}
