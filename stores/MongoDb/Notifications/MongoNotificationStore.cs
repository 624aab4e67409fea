using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.Notifications;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Notifications;

/// <summary>
/// Whoever notes a notice down for a target, disables the target or removes it writes the target's row in the same
/// transaction. So of two such changes at the same time one begins anew, and no notice is left waiting for a target that is
/// gone. A target's turn is a field of that row as well: taking it is one conditional update, which one replica wins.
/// </summary>
internal sealed class MongoNotificationStore(MongoDatabase database, TimeProvider time) : INotificationStore
{
    private static readonly BsonDocument Numbers = new("_id", "notifications");
    private static readonly BsonDocument OldestFirst = new() { { "createdAt", 1 }, { "_id", 1 } };

    public Task<IReadOnlyList<NotificationTarget>> TargetsAsync(string tenantId, CancellationToken cancellationToken) =>
        database.UseAsync<IReadOnlyList<NotificationTarget>>(
            async () => [.. (await database.NotificationTargets
                .Find(new BsonDocument("tenant", tenantId))
                .Sort(OldestFirst)
                .ToListAsync(cancellationToken)).Select(MongoNotifications.TargetOf)],
            cancellationToken);

    public Task<NotificationTarget?> FindTargetAsync(string tenantId, string targetId, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () => await database.NotificationTargets.Find(Target(tenantId, targetId)).FirstOrDefaultAsync(cancellationToken) is { } row
                ? MongoNotifications.TargetOf(row)
                : null,
            cancellationToken);

    public Task<bool> ReplaceTargetAsync(NotificationTarget target, Func<NotificationTarget?, bool> condition, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async (session, token) =>
            {
                var known = await database.NotificationTargets.Find(session, Target(target.TenantId, target.Id)).FirstOrDefaultAsync(token);

                if (!condition(known is null ? null : MongoNotifications.TargetOf(known)))
                {
                    return false;
                }

                await database.NotificationTargets.UpdateOneAsync(
                    session, Target(target.TenantId, target.Id), MongoNotifications.Saving(target), new() { IsUpsert = true }, token);

                if (!target.Enabled)
                {
                    await database.Notifications.UpdateManyAsync(
                        session,
                        Waiting(target.TenantId, target.Id),
                        new BsonDocument("$set", new BsonDocument("state", (int)NotificationState.GivenUp)),
                        cancellationToken: token);
                }

                return true;
            },
            cancellationToken);

    public Task<bool> RemoveTargetAsync(string tenantId, string targetId, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async (session, token) =>
            {
                var removed = await database.NotificationTargets.DeleteOneAsync(session, Target(tenantId, targetId), cancellationToken: token);
                await database.Notifications.DeleteManyAsync(session, Waiting(tenantId, targetId), cancellationToken: token);

                return removed.DeletedCount > 0;
            },
            cancellationToken);

    public Task<int> AddAsync(Notice notice, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async (session, token) =>
            {
                var told = await database.NotificationTargets
                    .Find(session, new BsonDocument
                    {
                        { "tenant", notice.TenantId }, { "enabled", true },
                        { "createdAt", new BsonDocument("$lte", UnixTime.ToMicroseconds(notice.CreatedAt)) },
                        { "kind", (int)(notice.Only ?? NotificationKind.Unknown), notice.Only is not null },
                    })
                    .Sort(OldestFirst)
                    .ToListAsync(token);
                var known = (await database.Notifications
                    .Find(session, In(told.Select(target => MongoNotifications.KeyOf(notice, target))))
                    .ToListAsync(token)).Select(row => row["to"]).ToHashSet();
                told.RemoveAll(target => known.Contains(target["_id"]));

                return told.Count == 0 ? 0 : await AddAsync(session, notice, told, token);
            },
            cancellationToken);

    public async Task<IReadOnlyList<Notification>> TakeDueAsync(DateTimeOffset until, int limit, CancellationToken cancellationToken)
    {
        var now = UnixTime.ToMicroseconds(time.GetUtcNow());
        var due = new List<Notification>();

        foreach (var (target, number) in await database.UseAsync(() => FirstDueAsync(now, cancellationToken), cancellationToken))
        {
            if (due.Count == limit)
            {
                break;
            }

            if (await TakeAsync(target, number, now, UnixTime.ToMicroseconds(until), cancellationToken) is { } taken)
            {
                due.Add(taken);
            }
        }

        return due;
    }

    /// <remarks>The outcome first, the target's turn after it: a process that dies in between holds the target up, no longer than it asked for.</remarks>
    public Task RecordAsync(long notificationId, NotificationAttempt attempt, DateTimeOffset? nextAt, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
            {
                var row = await database.Notifications.FindOneAndUpdateAsync<BsonDocument>(
                    new BsonDocument("number", notificationId), MongoNotifications.Recording(attempt, nextAt), cancellationToken: cancellationToken);

                // The target may have been removed in the meantime, and the notification with it.
                return row is not null && await EndTurnAsync(row["to"], notificationId, cancellationToken);
            },
            cancellationToken);

    public Task<IReadOnlyList<NotificationRecord>> LogAsync(string tenantId, string? targetId, long? before, int limit, CancellationToken cancellationToken)
    {
        var filter = new BsonDocument("tenant", tenantId);

        if (targetId is not null)
        {
            filter.Add("target", targetId);
        }

        if (before is { } number)
        {
            filter.Add("number", new BsonDocument("$lt", number));
        }

        return database.UseAsync<IReadOnlyList<NotificationRecord>>(
            async () => [.. (await database.Notifications.Find(filter).Sort(new BsonDocument("number", -1)).Limit(limit).ToListAsync(cancellationToken))
                .Select(MongoNotifications.RecordOf)],
            cancellationToken);
    }

    /// <summary>Numbers are given in the transaction, so they ascend in the order of the commits.</summary>
    private async Task<int> AddAsync(IClientSessionHandle session, Notice notice, List<BsonDocument> targets, CancellationToken cancellationToken)
    {
        await database.NotificationTargets.UpdateManyAsync(
            session, In(targets.Select(target => target["_id"])), new BsonDocument("$inc", new BsonDocument("told", 1L)), cancellationToken: cancellationToken);
        var numbers = await database.Facts.FindOneAndUpdateAsync<BsonDocument>(
            session,
            Numbers,
            new BsonDocument("$inc", new BsonDocument("last", (long)targets.Count)),
            new() { IsUpsert = true, ReturnDocument = ReturnDocument.After },
            cancellationToken);
        var first = numbers["last"].ToInt64() - targets.Count + 1;
        await database.Notifications.InsertManyAsync(
            session, targets.Select((target, index) => MongoNotifications.RowOf(notice, target, first + index)), cancellationToken: cancellationToken);

        return targets.Count;
    }

    /// <summary>The first that is due of every target, in the order in which they are due.</summary>
    private async Task<IEnumerable<(BsonValue Target, long Number)>> FirstDueAsync(long now, CancellationToken cancellationToken)
    {
        var rows = await database.Notifications
            .Aggregate<BsonDocument>(
                new[]
                {
                    new BsonDocument("$match", new BsonDocument { { "state", (int)NotificationState.Waiting }, { "nextAt", new BsonDocument("$lte", now) } }),
                    new BsonDocument("$sort", new BsonDocument("number", 1)),
                    new BsonDocument("$group", new BsonDocument
                    {
                        { "_id", "$to" }, { "number", new BsonDocument("$first", "$number") }, { "nextAt", new BsonDocument("$first", "$nextAt") },
                    }),
                    new BsonDocument("$sort", new BsonDocument { { "nextAt", 1 }, { "number", 1 } }),
                },
                cancellationToken: cancellationToken)
            .ToListAsync(cancellationToken);

        return rows.Select(row => (row["_id"], row["number"].ToInt64()));
    }

    private Task<Notification?> TakeAsync(BsonValue target, long number, long now, long until, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
            {
                var taken = await database.NotificationTargets.FindOneAndUpdateAsync<BsonDocument>(
                    new BsonDocument { { "_id", target }, { "claimedUntil", new BsonDocument("$lte", now) } },
                    new BsonDocument("$set", new BsonDocument { { "claimedUntil", until }, { "claims", number } }),
                    new() { ReturnDocument = ReturnDocument.After },
                    cancellationToken);

                if (taken is null)
                {
                    return null;
                }

                // Between the look and the claim another replica may have had its turn with this one. Whoever ends a turn has
                // noted its outcome with a majority before, so this read sees it.
                var row = await database.Notifications
                    .Find(new BsonDocument { { "number", number }, { "state", (int)NotificationState.Waiting }, { "nextAt", new BsonDocument("$lte", now) } })
                    .FirstOrDefaultAsync(cancellationToken);

                if (row is null)
                {
                    await EndTurnAsync(target, number, cancellationToken);
                    return null;
                }

                return new Notification(number, MongoNotifications.NoticeOf(row), MongoNotifications.TargetOf(taken), row["attempts"].AsBsonArray.Count);
            },
            cancellationToken);

    /// <summary>False when the turn is another's by now.</summary>
    private async Task<bool> EndTurnAsync(BsonValue target, long number, CancellationToken cancellationToken) =>
        (await database.NotificationTargets.UpdateOneAsync(
            new BsonDocument { { "_id", target }, { "claims", number } },
            new BsonDocument { { "$set", new BsonDocument("claimedUntil", 0L) }, { "$unset", new BsonDocument("claims", "") } },
            cancellationToken: cancellationToken)).ModifiedCount > 0;

    private static BsonDocument In(IEnumerable<BsonValue> keys) => new("_id", new BsonDocument("$in", new BsonArray(keys)));

    private static BsonDocument Target(string tenantId, string targetId) => new("_id", MongoKeys.Of(tenantId, targetId));

    private static BsonDocument Waiting(string tenantId, string targetId) =>
        new() { { "to", MongoKeys.Of(tenantId, targetId) }, { "state", (int)NotificationState.Waiting } };
}
