using System.Collections.Frozen;
using MailStats.Mail.Addresses;
using MailStats.Mail.Time;
using MailStats.Stores.Administration;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Administration;

internal sealed class SqliteTenantStore(SqliteDatabase database, TimeProvider time) : ITenantStore
{
    private static readonly TimeSpan CachedFor = TimeSpan.FromSeconds(3);

    private volatile Validated? _validated;

    public Task<Tenant?> FindAsync(string tenantId, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => SelectTenants(session, "WHERE id = ?1", tenantId)).SingleOrDefault());

    public Task<IReadOnlyList<Tenant>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Tenant>>(database.Read(session => SelectTenants(session, "ORDER BY id", null)));

    public Task<bool> AddAsync(Tenant tenant, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var row = session.Prepare("INSERT INTO tenants (id, name, time_zone, created_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING RETURNING 1")
                    .Bind(1, tenant.Id).Bind(2, tenant.Name).Bind(3, tenant.TimeZone).Bind(4, UnixTime.ToMicroseconds(tenant.CreatedAt));
                var added = row.Step();
                row.Reset();

                return added;
            },
            cancellationToken);

    public Task<bool> ReplaceAsync(Tenant tenant, Func<Tenant?, bool> condition, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                if (!condition(SelectTenants(session, "WHERE id = ?1", tenant.Id).SingleOrDefault()))
                {
                    return false;
                }

                session.Prepare(
                    """
                    INSERT INTO tenants (id, name, time_zone, created_at) VALUES (?1, ?2, ?3, ?4)
                    ON CONFLICT DO UPDATE SET name = ?2, time_zone = ?3
                    """)
                    .Bind(1, tenant.Id).Bind(2, tenant.Name).Bind(3, tenant.TimeZone).Bind(4, UnixTime.ToMicroseconds(tenant.CreatedAt))
                    .Execute();

                return true;
            },
            cancellationToken);

    public Task<IReadOnlyList<SendingDomain>> DomainsAsync(string tenantId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SendingDomain>>(database.Read(session =>
        {
            var domains = new List<SendingDomain>();
            var row = session.Prepare("SELECT domain, validated_at, created_at FROM sending_domains WHERE tenant = ?1 ORDER BY domain").Bind(1, tenantId);

            while (row.Step())
            {
                domains.Add(new(
                    tenantId,
                    row.Text(0),
                    row.LongOrNull(1) is { } at ? UnixTime.FromMicroseconds(at) : null,
                    UnixTime.FromMicroseconds(row.Long(2))));
            }

            return domains;
        }));

    public async Task<bool> SaveDomainAsync(SendingDomain domain, CancellationToken cancellationToken)
    {
        var name = DomainName.Fold(domain.Domain);
        var saved = await database.WriteAsync(
            session =>
            {
                if (domain.ValidatedAt is not null)
                {
                    var other = session.Prepare("SELECT 1 FROM sending_domains WHERE domain = ?1 AND validated_at IS NOT NULL AND tenant <> ?2")
                        .Bind(1, name).Bind(2, domain.TenantId);
                    var taken = other.Step();
                    other.Reset();

                    if (taken)
                    {
                        return false;
                    }
                }

                session.Prepare(
                    """
                    INSERT INTO sending_domains (tenant, domain, validated_at, created_at) VALUES (?1, ?2, ?3, ?4)
                    ON CONFLICT DO UPDATE SET validated_at = ?3
                    """)
                    .Bind(1, domain.TenantId).Bind(2, name)
                    .Bind(3, domain.ValidatedAt is { } validated ? UnixTime.ToMicroseconds(validated) : null)
                    .Bind(4, UnixTime.ToMicroseconds(domain.CreatedAt))
                    .Execute();

                return true;
            },
            cancellationToken);
        _validated = null;

        return saved;
    }

    public async Task<bool> RemoveDomainAsync(string tenantId, string domain, CancellationToken cancellationToken)
    {
        var removed = await database.WriteAsync(
            session =>
            {
                var row = session.Prepare("DELETE FROM sending_domains WHERE tenant = ?1 AND domain = ?2 RETURNING 1")
                    .Bind(1, tenantId).Bind(2, DomainName.Fold(domain));
                var found = row.Step();
                row.Reset();

                return found;
            },
            cancellationToken);
        _validated = null;

        return removed;
    }

    public ValueTask<string?> FindTenantOfDomainAsync(string domain, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        var validated = _validated;

        if (validated is null || time.GetElapsedTime(validated.ReadAt, now) > CachedFor)
        {
            validated = new(now, database.Read(ReadValidated));
            _validated = validated;
        }

        return ValueTask.FromResult(validated.TenantOf.GetValueOrDefault(DomainName.Fold(domain)));
    }

    private static FrozenDictionary<string, string> ReadValidated(SqliteSession session)
    {
        var tenants = new Dictionary<string, string>(StringComparer.Ordinal);
        var row = session.Prepare("SELECT domain, tenant FROM sending_domains WHERE validated_at IS NOT NULL");

        while (row.Step())
        {
            tenants[row.Text(0)] = row.Text(1);
        }

        return tenants.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static List<Tenant> SelectTenants(SqliteSession session, string rest, string? id)
    {
        var tenants = new List<Tenant>();
        var row = session.Prepare($"SELECT id, name, time_zone, created_at FROM tenants {rest}");

        if (id is not null)
        {
            row.Bind(1, id);
        }

        while (row.Step())
        {
            tenants.Add(new(row.Text(0), row.Text(1), row.Text(2), UnixTime.FromMicroseconds(row.Long(3))));
        }

        return tenants;
    }

    private sealed record Validated(long ReadAt, FrozenDictionary<string, string> TenantOf);
}
