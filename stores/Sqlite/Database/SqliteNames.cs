using System.Runtime.CompilerServices;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;

namespace MailStats.Stores.Sqlite.Database;

/// <summary>Numbers of a mailbox and what it belongs to.</summary>
internal readonly record struct ScopeIds(long Tenant, long? Domain, long? Mailbox);

/// <summary>
/// Gives names their numbers, and numbers their names, within one session. Names are never removed or changed, so what was
/// read once stays true; what this session itself has added is lost with it when its transaction fails.
/// </summary>
internal sealed class SqliteNames(SqliteSession session) : IClassificationTable
{
    private const int MaxCached = 200_000;

    private readonly Dictionary<(string Tenant, string Domain, string Mailbox), long> _scopes = [];
    private readonly Dictionary<(string Tenant, string Mailbox), ScopeIds> _mailboxes = [];
    private (string? Name, long Id) _lastTenant;
    private readonly Dictionary<string, long> _providers = new(StringComparer.Ordinal);
    private readonly Dictionary<ReasonKey, long> _reasons = [];
    private readonly Dictionary<Classification, long> _classificationIds = [];
    private readonly ConditionalWeakTable<Classification, object> _sameClassifications = [];
    private readonly Dictionary<long, Classification> _classifications = [];

    public Classification this[long id]
    {
        get
        {
            if (!_classifications.TryGetValue(id, out var classification))
            {
                var statement = session.Prepare("SELECT content FROM classifications WHERE id = ?1").Bind(1, id);
                classification = statement.Step()
                    ? JsonSerializer.Deserialize(statement.Text(0), ClassificationJson.Default.Classification)!
                    : throw new InvalidDataException($"Classification {id} is missing.");
                statement.Reset();
                _classifications.Add(id, classification);
            }

            return classification;
        }
    }

    public long IdOf(Classification classification)
    {
        // The classifier gives the same object for the same verdict, and comparing all its texts costs more than the rest.
        if (_sameClassifications.TryGetValue(classification, out var same))
        {
            return (long)same;
        }

        if (!_classificationIds.TryGetValue(classification, out var id))
        {
            var content = JsonSerializer.Serialize(classification, ClassificationJson.Default.Classification);
            id = FindOrAdd(
                session.Prepare("SELECT id FROM classifications WHERE content = ?1").Bind(1, content),
                session.Prepare("INSERT INTO classifications (content) VALUES (?1) RETURNING id").Bind(1, content));
            Room(_classificationIds);
            _classificationIds.Add(classification, id);
        }

        _sameClassifications.AddOrUpdate(classification, id);

        return id;
    }

    /// <summary>The number of a tenant. Most calls ask for the same one.</summary>
    public long TenantOf(string tenantId)
    {
        if (tenantId != _lastTenant.Name)
        {
            _lastTenant = (tenantId, ScopeOf(tenantId, "", "", parent: 0));
        }

        return _lastTenant.Id;
    }

    public ScopeIds ScopesOf(string tenantId, Mailbox? mailbox)
    {
        if (mailbox is not { } named)
        {
            return new(TenantOf(tenantId), null, null);
        }

        if (!_mailboxes.TryGetValue((tenantId, named.Address), out var ids))
        {
            var tenant = ScopeOf(tenantId, "", "", parent: 0);
            var domain = ScopeOf(tenantId, named.Domain, "", tenant);
            ids = new(tenant, domain, ScopeOf(tenantId, named.Domain, named.Address, domain));
            Room(_mailboxes);
            _mailboxes.Add((tenantId, named.Address), ids);
        }

        return ids;
    }

    public long ProviderOf(string name)
    {
        if (!_providers.TryGetValue(name, out var id))
        {
            id = FindOrAdd(
                session.Prepare("SELECT id FROM providers WHERE name = ?1").Bind(1, name),
                session.Prepare("INSERT INTO providers (name) VALUES (?1) RETURNING id").Bind(1, name));
            Room(_providers);
            _providers.Add(name, id);
        }

        return id;
    }

    public long ReasonOf(in ReasonKey reason)
    {
        if (!_reasons.TryGetValue(reason, out var id))
        {
            var (code, enhanced, hard) = (reason.ReplyCode ?? 0, reason.EnhancedCode ?? "", reason.Hard ? 1 : 0);
            var name = reason.Reason;
            id = FindOrAdd(
                session.Prepare("SELECT id FROM reasons WHERE reason = ?1 AND code = ?2 AND enhanced = ?3 AND hard = ?4")
                    .Bind(1, name).Bind(2, code).Bind(3, enhanced).Bind(4, hard),
                session.Prepare("INSERT INTO reasons (reason, code, enhanced, hard) VALUES (?1, ?2, ?3, ?4) RETURNING id")
                    .Bind(1, name).Bind(2, code).Bind(3, enhanced).Bind(4, hard));
            Room(_reasons);
            _reasons.Add(reason, id);
        }

        return id;
    }

    private long ScopeOf(string tenant, string domain, string mailbox, long parent)
    {
        if (!_scopes.TryGetValue((tenant, domain, mailbox), out var id))
        {
            id = FindOrAdd(
                session.Prepare("SELECT id FROM scopes WHERE tenant = ?1 AND domain = ?2 AND mailbox = ?3")
                    .Bind(1, tenant).Bind(2, domain).Bind(3, mailbox),
                session.Prepare("INSERT INTO scopes (tenant, domain, mailbox, parent) VALUES (?1, ?2, ?3, ?4) RETURNING id")
                    .Bind(1, tenant).Bind(2, domain).Bind(3, mailbox).Bind(4, parent));
            Room(_scopes);
            _scopes.Add((tenant, domain, mailbox), id);
        }

        return id;
    }

    /// <summary>The statement that adds is bound in any case, for a function that binds it would be made anew for every known name too.</summary>
    private static long FindOrAdd(SqliteStatement find, SqliteStatement add)
    {
        var statement = find;

        if (!statement.Step())
        {
            statement = add;
            statement.Step();
        }

        var id = statement.Long(0);
        statement.Reset();

        return id;
    }

    /// <summary>Names come from outside: whoever sends a million senders does not get to fill the memory.</summary>
    private static void Room<TKey, TValue>(Dictionary<TKey, TValue> cache)
        where TKey : notnull
    {
        if (cache.Count >= MaxCached)
        {
            cache.Clear();
        }
    }
}
