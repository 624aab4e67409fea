using System.Text.Json;
using MailStats.Contracts;
using MailStats.Mail.Time;
using MailStats.Stores.Incidents;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Notifications;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Incidents;

internal sealed class MongoIncidentStore(MongoDatabase database) : IIncidentStore
{
    /// <summary>Incidents of one receiver in which ten tenants are looked for.</summary>
    private const int MostElsewhere = 200;

    private static readonly string[] Absent = ["closedAt", "domain", "provider"];

    public Task<bool> SaveAsync(string tenantId, string holder, IncidentChanges changes, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async (session, token) =>
            {
                // Written, not only read: a transaction that gives the tenant to another at the same time conflicts with this one.
                var lease = await database.IncidentLeases.UpdateOneAsync(
                    session,
                    new BsonDocument { { "_id", tenantId }, { "holder", holder } },
                    new BsonDocument("$inc", new BsonDocument("saved", 1)),
                    cancellationToken: token);

                if (lease.MatchedCount == 0)
                {
                    return false;
                }

                foreach (var id in changes.Removed)
                {
                    await database.Incidents.DeleteOneAsync(session, Key(tenantId, id), cancellationToken: token);
                }

                foreach (var stored in changes.Saved)
                {
                    await SaveAsync(database, session, tenantId, stored, token);
                }

                var order = 0;

                foreach (var notice in changes.Notices)
                {
                    await MongoOutbox.AppendAsync(
                        database, session, notice.NoticeId, notice.Type, notice.Content, notice.CreatedAt, order++, token);
                }

                return true;
            },
            cancellationToken);

    public Task<IReadOnlyList<StoredIncident>> ListAsync(IncidentQuery query, CancellationToken cancellationToken) =>
        database.UseAsync<IReadOnlyList<StoredIncident>>(
            async () =>
            {
                // Not by the server's limit: a page that is not full is the last one.
                var incidents = new List<StoredIncident>();
                using var rows = await database.Incidents.Find(Filter(query), new FindOptions { BatchSize = query.Limit })
                    .Sort(new BsonDocument { { "openedAt", -1 }, { "id", -1 } })
                    .ToCursorAsync(cancellationToken);

                while (incidents.Count < query.Limit && await rows.MoveNextAsync(cancellationToken))
                {
                    incidents.AddRange(rows.Current.Select(row => ReadOrTell(database, row)).OfType<StoredIncident>().Take(query.Limit - incidents.Count));
                }

                return incidents;
            },
            cancellationToken);

    public Task<int> CountElsewhereAsync(
        string tenantId, IncidentKind kind, string provider, DateTimeOffset since, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
            {
                var open = Or(
                    new("closedAt", new BsonDocument("$exists", false)),
                    new("closedAt", new BsonDocument("$gte", UnixTime.ToMicroseconds(since))));
                var filter = new BsonDocument
                {
                    { "provider", provider }, { "kind", (int)kind }, { "tenant", new BsonDocument("$ne", tenantId) }, { "$or", open["$or"] },
                };
                var rows = await database.Incidents.Find(filter).Limit(MostElsewhere).ToListAsync(cancellationToken);

                return Math.Min(10, rows.Select(row => row["tenant"].AsString).Distinct(StringComparer.Ordinal).Count());
            },
            cancellationToken);

    public Task<StoredIncident?> FindAsync(string tenantId, string incidentId, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () => await database.Incidents.Find(Key(tenantId, incidentId)).FirstOrDefaultAsync(cancellationToken) is { } row
                ? ReadOrTell(database, row)
                : null,
            cancellationToken);

    public Task<bool> AcknowledgeAsync(string tenantId, string incidentId, DateTimeOffset at, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
            {
                var first = Key(tenantId, incidentId);
                first.Add("acknowledgedAt", new BsonDocument("$exists", false));
                await database.Incidents.UpdateOneAsync(
                    first, new BsonDocument("$set", new BsonDocument("acknowledgedAt", UnixTime.ToMicroseconds(at))), cancellationToken: cancellationToken);

                return await database.Incidents.Find(Key(tenantId, incidentId)).AnyAsync(cancellationToken);
            },
            cancellationToken);

    public Task MuteAsync(IncidentMute mute, CancellationToken cancellationToken) =>
        database.UseAsync(
            () => database.IncidentMutes.UpdateOneAsync(
                MuteKey(mute.TenantId, mute.Kind, mute.Domain, mute.Provider),
                new BsonDocument("$set", new BsonDocument
                {
                    { "tenant", mute.TenantId }, { "kind", (int)(mute.Kind ?? IncidentKind.Unknown) }, { "domain", mute.Domain ?? "" },
                    { "provider", mute.Provider ?? "" }, { "until", UnixTime.ToMicroseconds(mute.Until) },
                }),
                new() { IsUpsert = true },
                cancellationToken),
            cancellationToken);

    public Task<bool> UnmuteAsync(string tenantId, IncidentKind? kind, string? domain, string? provider, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
                (await database.IncidentMutes.DeleteOneAsync(MuteKey(tenantId, kind, domain, provider), cancellationToken)).DeletedCount > 0,
            cancellationToken);

    public Task<IReadOnlyList<IncidentMute>> MutesAsync(string tenantId, DateTimeOffset after, CancellationToken cancellationToken) =>
        database.UseAsync<IReadOnlyList<IncidentMute>>(
            async () => [.. (await database.IncidentMutes
                .Find(new BsonDocument { { "tenant", tenantId }, { "until", new BsonDocument("$gt", UnixTime.ToMicroseconds(after)) } })
                .Sort(new BsonDocument { { "kind", 1 }, { "domain", 1 }, { "provider", 1 } })
                .ToListAsync(cancellationToken))
                .Select(row => new IncidentMute(
                    tenantId,
                    row["kind"].ToInt32() == 0 ? null : (IncidentKind)row["kind"].ToInt32(),
                    row["domain"].AsString is { Length: > 0 } domain ? domain : null,
                    row["provider"].AsString is { Length: > 0 } provider ? provider : null,
                    UnixTime.FromMicroseconds(row["until"].ToInt64())))],
            cancellationToken);

    public Task<bool> LeaseAsync(string tenantId, string holder, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
            {
                var mine = new BsonDocument("$set", new BsonDocument { { "holder", holder }, { "until", UnixTime.ToMicroseconds(until) } });
                var free = new BsonDocument
                {
                    { "_id", tenantId },
                    {
                        "$or",
                        new BsonArray
                        {
                            new BsonDocument("holder", holder),
                            new BsonDocument("until", new BsonDocument("$lte", UnixTime.ToMicroseconds(now))),
                        }
                    },
                };

                if ((await database.IncidentLeases.UpdateOneAsync(free, mine, cancellationToken: cancellationToken)).MatchedCount > 0)
                {
                    return true;
                }

                // Whoever makes the row has it; of two at once one finds it made.
                var made = await database.IncidentLeases.UpdateOneAsync(
                    new BsonDocument("_id", tenantId),
                    new BsonDocument("$setOnInsert", new BsonDocument { { "holder", holder }, { "until", UnixTime.ToMicroseconds(until) } }),
                    new() { IsUpsert = true },
                    cancellationToken);

                return made.UpsertedId is not null;
            },
            cancellationToken);

    internal static Task SaveAsync(
        MongoDatabase database, IClientSessionHandle session, string tenantId, StoredIncident stored, CancellationToken cancellationToken) =>
        database.Incidents.UpdateOneAsync(
            session, Key(tenantId, stored.Incident.Id), Change(tenantId, stored), new() { IsUpsert = true }, cancellationToken);

    internal static async Task<StoredIncident?> FindAsync(
        MongoDatabase database, IClientSessionHandle session, string tenantId, string incidentId, CancellationToken cancellationToken) =>
        await database.Incidents.Find(session, Key(tenantId, incidentId)).FirstOrDefaultAsync(cancellationToken) is { } row
            ? ReadOrTell(database, row)
            : null;

    private static BsonDocument MuteKey(string tenantId, IncidentKind? kind, string? domain, string? provider) =>
        new("_id", MongoKeys.Of(tenantId, $"{(int)(kind ?? IncidentKind.Unknown)}\n{domain}\n{provider}"));

    private static BsonDocument Key(string tenantId, string incidentId) => new("_id", MongoKeys.Of(tenantId, incidentId));

    private static BsonDocument Filter(IncidentQuery query)
    {
        var all = new BsonArray { new BsonDocument("tenant", query.TenantId) };

        if (query.Open is { } open)
        {
            all.Add(new BsonDocument("closedAt", new BsonDocument("$exists", !open)));
        }

        if (query.Kind is { } kind)
        {
            all.Add(new BsonDocument("kind", (int)kind));
        }

        AddPlace(all, "domain", query.Domain);
        AddPlace(all, "provider", query.Provider);

        if (query.Range is { } range)
        {
            all.Add(new BsonDocument("startedAt", new BsonDocument("$lt", UnixTime.ToMicroseconds(range.To))));
            all.Add(Or(
                new("closedAt", new BsonDocument("$exists", false)),
                new("closedAt", new BsonDocument("$gte", UnixTime.ToMicroseconds(range.From)))));
        }

        if (query.After is { } after)
        {
            var at = UnixTime.ToMicroseconds(after.OpenedAt);
            all.Add(Or(new("openedAt", new BsonDocument("$lt", at)), new() { { "openedAt", at }, { "id", new BsonDocument("$lt", after.Id) } }));
        }

        return new("$and", all);
    }

    private static void AddPlace(BsonArray all, string field, string? name)
    {
        if (name is not null)
        {
            all.Add(Or(new(field, new BsonDocument("$exists", false)), new(field, name)));
        }
    }

    private static BsonDocument Or(BsonDocument one, BsonDocument other) => new("$or", new BsonArray { one, other });

    /// <summary>All fields but the acknowledgement, which a person sets. What is null is taken away: an incident may open again.</summary>
    private static BsonDocument Change(string tenantId, StoredIncident stored)
    {
        var row = Row(tenantId, stored);
        var change = new BsonDocument("$set", row);
        string[] gone = [.. Absent.Where(field => !row.Contains(field))];

        if (gone.Length > 0)
        {
            change.Add("$unset", new BsonDocument(gone.Select(field => new BsonElement(field, ""))));
        }

        return change;
    }

    private static BsonDocument Row(string tenantId, StoredIncident stored)
    {
        var incident = stored.Incident;

        return new()
        {
            { "tenant", tenantId }, { "id", incident.Id }, { "openedAt", UnixTime.ToMicroseconds(incident.OpenedAt) },
            { "startedAt", UnixTime.ToMicroseconds(incident.StartedAt) }, { "kind", (int)incident.Kind }, { "cause", stored.Cause },
            { "told", stored.Told }, { "content", JsonSerializer.Serialize(incident, IncidentJson.Default.Incident) },
            { "closedAt", UnixTime.ToMicroseconds(incident.ClosedAt ?? DateTimeOffset.UnixEpoch), incident.ClosedAt is not null },
            { "domain", incident.Domain, incident.Domain is not null }, { "provider", incident.Provider, incident.Provider is not null },
        };
    }

    internal static Incident ContentIn(BsonDocument row) => JsonSerializer.Deserialize(row["content"].AsString, IncidentJson.Default.Incident)
        ?? throw new InvalidDataException("An incident is null.");

    private static StoredIncident? ReadOrTell(MongoDatabase database, BsonDocument row) => database.Unreadable.Read("incidents", () => Read(row));

    private static StoredIncident Read(BsonDocument row) => new()
    {
        TenantId = row["tenant"].AsString,
        Incident = ContentIn(row),
        Cause = row["cause"].AsString,
        Told = row["told"].AsBoolean,
        AcknowledgedAt = row.TryGetValue("acknowledgedAt", out var at) ? UnixTime.FromMicroseconds(at.ToInt64()) : null,
    };
}
