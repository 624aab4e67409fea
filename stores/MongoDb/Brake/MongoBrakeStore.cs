using MailStats.Mail.Brake;
using MailStats.Mail.Lists;
using MailStats.Mail.Time;
using MailStats.Stores.Brake;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Incidents;
using MailStats.Stores.MongoDb.Notifications;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Brake;

/// <summary>Fields: <c>t</c> tenant, <c>m</c> mailbox, <c>s</c> since, <c>id</c> as shown.</summary>
internal sealed class MongoBrakeStore(MongoDatabase database, TimeProvider time) : IBrakeStore
{
    private static readonly long ADay = UnixTime.Microseconds(TimeSpan.FromDays(1));

    public Task<BrakeSettings> SettingsAsync(string tenantId, CancellationToken cancellationToken) =>
        database.UseAsync(() => ReadSettingsAsync(null, tenantId, cancellationToken), cancellationToken);

    public Task<bool> ReplaceSettingsAsync(
        string tenantId, BrakeSettings settings, Func<BrakeSettings, bool> condition, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async (session, token) =>
            {
                if (!condition(await ReadSettingsAsync(session, tenantId, token)))
                {
                    return false;
                }

                await database.BrakeSettings.UpdateOneAsync(
                    session,
                    new BsonDocument("_id", tenantId),
                    new BsonDocument("$set", new BsonDocument
                    {
                        { "mode", (int)settings.Mode }, { "perHour", (BsonValue?)settings.PerHour ?? BsonNull.Value },
                    }),
                    new() { IsUpsert = true },
                    token);

                return true;
            },
            cancellationToken);

    public Task<BrakeStanding> StandingAsync(string tenantId, string mailbox, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
            {
                var settings = ReadSettingsAsync(null, tenantId, cancellationToken);
                var rows = await database.Brakes
                    .Find(new BsonDocument { { "t", tenantId }, { "m", mailbox }, { "live", true } }).ToListAsync(cancellationToken);
                var brakes = rows.ConvertAll(BrakeIn);

                return new BrakeStanding(
                    await settings,
                    brakes.Find(brake => brake is { ReleasedAt: null, Mode: BrakeMode.Enforce }),
                    brakes.Max(brake => brake.ReleasedAt));
            },
            cancellationToken);

    public Task<bool> StopAsync(StoredBrake brake, bool tell, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async (session, token) =>
            {
                var since = UnixTime.ToMicroseconds(brake.Since);
                var near = await NearAsync(session, brake, since, token);

                if (near.Exists(other => other.IsLive && other.Mode == brake.Mode && !(other.ReleasedAt <= brake.Since)))
                {
                    return false;
                }

                await PutAsync(session, brake, token);

                if (BrakeIncidents.Opened(brake, time.GetUtcNow()) is { } incident)
                {
                    await MongoIncidentStore.SaveAsync(database, session, brake.TenantId, incident, token);
                }

                if (tell)
                {
                    var notice = BrakeNotices.Stopped(brake, time.GetUtcNow());
                    await MongoOutbox.AppendAsync(database, session, notice.NoticeId, notice.Type, notice.Content, time.GetUtcNow(), 0, token);
                }

                return true;
            },
            cancellationToken);

    public async Task ReplaceAsync(
        string tenantId, string mailbox, DateTimeOffset from, IReadOnlyList<StoredBrake> brakes, CancellationToken cancellationToken)
    {
        var replaced = new BsonDocument
        {
            { "t", tenantId }, { "m", mailbox }, { "s", new BsonDocument("$gte", UnixTime.ToMicroseconds(from)) },
            { "live", false }, { "releasedAt", BsonNull.Value },
        };

        // Mailboxes of which nothing is to be said are judged all the time.
        if (brakes.Count == 0 && !await database.UseAsync(() => database.Brakes.Find(replaced).AnyAsync(cancellationToken), cancellationToken))
        {
            return;
        }

        await database.TransactAsync(
            async (session, token) =>
            {
                await database.Brakes.DeleteManyAsync(session, replaced, cancellationToken: token);

                foreach (var brake in brakes)
                {
                    if ((await NearAsync(session, brake, UnixTime.ToMicroseconds(brake.Since), token)).Count == 0)
                    {
                        await PutAsync(session, brake, token);
                    }
                }

                return true;
            },
            cancellationToken);
    }

    public Task<Page<StoredBrake>> ListAsync(string tenantId, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var filter = new BsonDocument("t", tenantId);

        if (BrakeCursor.Parse(cursor) is { } place)
        {
            filter.Add("$or", new BsonArray
            {
                new BsonDocument("s", new BsonDocument("$lt", place.Since)),
                new BsonDocument { { "s", place.Since }, { "id", new BsonDocument("$lt", place.Id) } },
            });
        }

        return database.UseAsync(
            async () =>
            {
                var rows = await database.Brakes
                    .Find(filter).Sort(new BsonDocument { { "s", -1 }, { "id", -1 } }).Limit(limit + 1).ToListAsync(cancellationToken);
                var items = rows.ConvertAll(BrakeIn);

                return items.Count <= limit
                    ? new Page<StoredBrake>(items, null)
                    : new(items[..limit], new BrakeCursor(UnixTime.ToMicroseconds(items[limit - 1].Since), items[limit - 1].Id).ToString());
            },
            cancellationToken);
    }

    public Task<KnownNetworks> NetworksAsync(string tenantId, string mailbox, CancellationToken cancellationToken) =>
        database.UseAsync(() => NetworksAsync(null, tenantId, mailbox, cancellationToken), cancellationToken);

    public Task<KnownNetworks> NoteNetworkAsync(string tenantId, string mailbox, ulong network, int day, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async (session, token) =>
            {
                var known = (await NetworksAsync(session, tenantId, mailbox, token)).With(network, day);
                await database.MailboxNetworks.UpdateOneAsync(
                    session,
                    new BsonDocument("_id", MongoKeys.Of(tenantId, mailbox)),
                    new BsonDocument("$set", new BsonDocument("networks", known.Write())),
                    new() { IsUpsert = true },
                    token);

                return known;
            },
            cancellationToken);

    private async Task<KnownNetworks> NetworksAsync(
        IClientSessionHandle? session, string tenantId, string mailbox, CancellationToken cancellationToken)
    {
        var key = new BsonDocument("_id", MongoKeys.Of(tenantId, mailbox));
        var found = session is null ? database.MailboxNetworks.Find(key) : database.MailboxNetworks.Find(session, key);

        return await found.FirstOrDefaultAsync(cancellationToken) is { } row ? KnownNetworks.Read(row["networks"].AsByteArray) : KnownNetworks.None;
    }

    public Task<StoredBrake?> FindAsync(string tenantId, string id, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () => await database.Brakes.Find(new BsonDocument("_id", MongoKeys.Of(tenantId, id))).FirstOrDefaultAsync(cancellationToken) is { } row
                ? BrakeIn(row)
                : null,
            cancellationToken);

    public Task<StoredBrake?> ReleaseAsync(string tenantId, string id, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async (session, token) =>
            {
                var key = new BsonDocument("_id", MongoKeys.Of(tenantId, id));
                var brake = await database.Brakes.Find(session, key).FirstOrDefaultAsync(token) is { } row ? BrakeIn(row) : null;

                if (brake is null or { ReleasedAt: not null })
                {
                    return brake;
                }

                var now = UnixTime.FromMicroseconds(UnixTime.ToMicroseconds(time.GetUtcNow()));
                await database.Brakes.UpdateOneAsync(
                    session, key, new BsonDocument("$set", new BsonDocument("releasedAt", UnixTime.ToMicroseconds(now))), cancellationToken: token);

                if (await MongoIncidentStore.FindAsync(database, session, tenantId, id, token) is { Cause: BrakeIncidents.Cause } incident)
                {
                    await MongoIncidentStore.SaveAsync(database, session, tenantId, BrakeIncidents.Closed(incident, now), token);
                }

                var notice = BrakeNotices.Released(brake, now);
                await MongoOutbox.AppendAsync(database, session, notice.NoticeId, notice.Type, notice.Content, now, 0, token);

                return brake with { ReleasedAt = now };
            },
            cancellationToken);

    private async Task<BrakeSettings> ReadSettingsAsync(IClientSessionHandle? session, string tenantId, CancellationToken cancellationToken)
    {
        var wanted = new BsonDocument("_id", tenantId);
        var found = session is null ? database.BrakeSettings.Find(wanted) : database.BrakeSettings.Find(session, wanted);

        return await found.FirstOrDefaultAsync(cancellationToken) is { } row
            ? new() { Mode = (BrakeMode)row["mode"].ToInt32(), PerHour = row["perHour"] is { IsBsonNull: false } most ? most.ToInt64() : null }
            : new();
    }

    private async Task<List<StoredBrake>> NearAsync(IClientSessionHandle session, StoredBrake brake, long since, CancellationToken cancellationToken) =>
        (await database.Brakes
            .Find(session, new BsonDocument
            {
                { "t", brake.TenantId }, { "m", brake.Mailbox }, { "s", new BsonDocument { { "$gte", since - ADay }, { "$lte", since + ADay } } },
            })
            .ToListAsync(cancellationToken)).ConvertAll(BrakeIn);

    private async Task PutAsync(IClientSessionHandle session, StoredBrake brake, CancellationToken cancellationToken) =>
        await database.Brakes.UpdateOneAsync(
            session,
            new BsonDocument("_id", MongoKeys.Of(brake.TenantId, brake.Id)),
            new BsonDocument("$setOnInsert", new BsonDocument
            {
                { "t", brake.TenantId }, { "id", brake.Id }, { "m", brake.Mailbox }, { "login", (BsonValue?)brake.Login ?? BsonNull.Value },
                { "s", UnixTime.ToMicroseconds(brake.Since) }, { "mode", (int)brake.Mode }, { "cause", (int)brake.Cause },
                { "letThrough", brake.LetThrough }, { "refused", brake.Refused }, { "live", brake.IsLive }, { "releasedAt", BsonNull.Value },
            }),
            new() { IsUpsert = true },
            cancellationToken);

    private static StoredBrake BrakeIn(BsonDocument row) => new(
        row["id"].AsString, row["t"].AsString, row["m"].AsString, row["login"] is { IsBsonNull: false } login ? login.AsString : null,
        UnixTime.FromMicroseconds(row["s"].ToInt64()), (BrakeMode)row["mode"].ToInt32(), (BrakeCause)row["cause"].ToInt32(), row["letThrough"].ToInt64(),
        row["refused"].ToInt64(), row["releasedAt"] is { IsBsonNull: false } at ? UnixTime.FromMicroseconds(at.ToInt64()) : null, row["live"].AsBoolean);
}
