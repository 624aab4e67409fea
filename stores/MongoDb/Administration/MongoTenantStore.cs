using System.Collections.Frozen;
using MailStats.Mail.Addresses;
using MailStats.Mail.Time;
using MailStats.Stores.Administration;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Administration;

internal sealed class MongoTenantStore(MongoDatabase database, TimeProvider time) : ITenantStore
{
    private static readonly TimeSpan CachedFor = TimeSpan.FromSeconds(3);

    private volatile Validated? _validated;

    public Task<Tenant?> FindAsync(string tenantId, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () => await database.Tenants.Find(new BsonDocument("_id", tenantId)).FirstOrDefaultAsync(cancellationToken) is { } row ? TenantOf(row) : null,
            cancellationToken);

    public Task<IReadOnlyList<Tenant>> ListAsync(CancellationToken cancellationToken) =>
        database.UseAsync<IReadOnlyList<Tenant>>(
            async () =>
            {
                var rows = await database.Tenants.Find(FilterDefinition<BsonDocument>.Empty).Sort(new BsonDocument("_id", 1)).ToListAsync(cancellationToken);

                return [.. rows.Select(TenantOf)];
            },
            cancellationToken);

    public Task<bool> AddAsync(Tenant tenant, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () => (await database.Tenants.UpdateOneAsync(
                new BsonDocument("_id", tenant.Id),
                new BsonDocument("$setOnInsert", new BsonDocument
                {
                    { "name", tenant.Name }, { "timeZone", tenant.TimeZone }, { "createdAt", UnixTime.ToMicroseconds(tenant.CreatedAt) },
                }),
                new() { IsUpsert = true },
                cancellationToken)).UpsertedId is not null,
            cancellationToken);

    public Task<bool> ReplaceAsync(Tenant tenant, Func<Tenant?, bool> condition, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async (session, token) =>
            {
                var key = new BsonDocument("_id", tenant.Id);

                if (!condition(await database.Tenants.Find(session, key).FirstOrDefaultAsync(token) is { } row ? TenantOf(row) : null))
                {
                    return false;
                }

                await database.Tenants.UpdateOneAsync(
                    session,
                    key,
                    new BsonDocument
                    {
                        { "$set", new BsonDocument { { "name", tenant.Name }, { "timeZone", tenant.TimeZone } } },
                        { "$setOnInsert", new BsonDocument("createdAt", UnixTime.ToMicroseconds(tenant.CreatedAt)) },
                    },
                    new() { IsUpsert = true },
                    token);

                return true;
            },
            cancellationToken);

    public Task<IReadOnlyList<SendingDomain>> DomainsAsync(string tenantId, CancellationToken cancellationToken) =>
        database.UseAsync<IReadOnlyList<SendingDomain>>(
            async () => [.. (await database.Domains.Find(new BsonDocument("tenant", tenantId))
                .Sort(new BsonDocument("domain", 1))
                .ToListAsync(cancellationToken))
                .Select(row => new SendingDomain(
                    tenantId,
                    row["domain"].AsString,
                    row.TryGetValue("validatedAt", out var at) ? UnixTime.FromMicroseconds(at.ToInt64()) : null,
                    UnixTime.FromMicroseconds(row["createdAt"].ToInt64())))],
            cancellationToken);

    /// <summary>That a validated domain has one owner is kept by a unique index, so it holds against any number of processes.</summary>
    public async Task<bool> SaveDomainAsync(SendingDomain domain, CancellationToken cancellationToken)
    {
        var name = DomainName.Fold(domain.Domain);
        var change = domain.ValidatedAt is { } validatedAt
            ? new BsonDocument("$set", new BsonDocument { { "validated", name }, { "validatedAt", UnixTime.ToMicroseconds(validatedAt) } })
            : new BsonDocument("$unset", new BsonDocument { { "validated", "" }, { "validatedAt", "" } });
        change.Add(
            "$setOnInsert",
            new BsonDocument { { "tenant", domain.TenantId }, { "domain", name }, { "createdAt", UnixTime.ToMicroseconds(domain.CreatedAt) } });

        try
        {
            await database.UseAsync(
                () => database.Domains.UpdateOneAsync(
                    new BsonDocument("_id", MongoKeys.Domain(domain.TenantId, name)), change, new() { IsUpsert = true }, cancellationToken),
                cancellationToken);
        }
        catch (MongoWriteException error) when (error.WriteError.Category == ServerErrorCategory.DuplicateKey)
        {
            return false;
        }

        _validated = null;

        return true;
    }

    public async Task<bool> RemoveDomainAsync(string tenantId, string domain, CancellationToken cancellationToken)
    {
        var removed = await database.UseAsync(
            () => database.Domains.DeleteOneAsync(new BsonDocument("_id", MongoKeys.Domain(tenantId, DomainName.Fold(domain))), cancellationToken),
            cancellationToken);
        _validated = null;

        return removed.DeletedCount > 0;
    }

    public async ValueTask<string?> FindTenantOfDomainAsync(string domain, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        var validated = _validated;

        if (validated is null || time.GetElapsedTime(validated.ReadAt, now) > CachedFor)
        {
            var rows = await database.UseAsync(
                () => database.Domains.Find(new BsonDocument("validated", new BsonDocument("$exists", true)))
                    .ToListAsync(cancellationToken),
                cancellationToken);
            validated = new(now, rows.ToFrozenDictionary(row => row["validated"].AsString, row => row["tenant"].AsString, StringComparer.Ordinal));
            _validated = validated;
        }

        return validated.TenantOf.GetValueOrDefault(DomainName.Fold(domain));
    }

    private static Tenant TenantOf(BsonDocument row) =>
        new(row["_id"].AsString, row["name"].AsString, row["timeZone"].AsString, UnixTime.FromMicroseconds(row["createdAt"].ToInt64()));

    private sealed record Validated(long ReadAt, FrozenDictionary<string, string> TenantOf);
}
