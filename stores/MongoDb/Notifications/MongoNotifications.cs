using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.Notifications;
using MongoDB.Bson;

namespace MailStats.Stores.MongoDb.Notifications;

/// <summary>Rows of targets and notifications. A notification holds its attempts; the schedule of retries keeps them few.</summary>
internal static class MongoNotifications
{
    public static BsonDocument Saving(NotificationTarget target) => new()
    {
        {
            "$set",
            new BsonDocument { { "address", target.Address }, { "name", target.Name }, { "secret", target.Secret }, { "enabled", target.Enabled } }
        },
        {
            "$setOnInsert",
            new BsonDocument
            {
                { "tenant", target.TenantId }, { "target", target.Id }, { "kind", (int)target.Kind }, { "createdAt", UnixTime.ToMicroseconds(target.CreatedAt) },
                { "claimedUntil", 0L },
            }
        },
    };

    public static NotificationTarget TargetOf(BsonDocument row) => new(
        row["target"].AsString,
        row["tenant"].AsString,
        (NotificationKind)row["kind"].ToInt32(),
        row["address"].AsString,
        row["name"].AsString,
        row["secret"].AsString,
        row["enabled"].AsBoolean,
        UnixTime.FromMicroseconds(row["createdAt"].ToInt64()));

    /// <summary>A notice is told to a target once.</summary>
    public static BsonValue KeyOf(Notice notice, BsonDocument target) => MongoKeys.Of(notice.NoticeId.ToString(), target["_id"].AsString);

    public static BsonDocument RowOf(Notice notice, BsonDocument target, long number) => new()
    {
        { "_id", KeyOf(notice, target) }, { "number", number }, { "notice", notice.NoticeId.ToString() },
        { "to", target["_id"] }, { "target", target["target"] }, { "tenant", notice.TenantId }, { "type", notice.Type }, { "content", notice.Content },
        { "createdAt", UnixTime.ToMicroseconds(notice.CreatedAt) }, { "state", (int)NotificationState.Waiting }, { "nextAt", 0L }, { "attempts", new BsonArray() },
    };

    public static Notice NoticeOf(BsonDocument row) => new(
        Guid.Parse(row["notice"].AsString), row["tenant"].AsString, row["type"].AsString, row["content"].AsString, UnixTime.FromMicroseconds(row["createdAt"].ToInt64()));

    /// <summary>While it is not over its state is left alone: what was given up meanwhile, because its target was disabled, does not wait again.</summary>
    public static BsonDocument Recording(NotificationAttempt attempt, DateTimeOffset? nextAt)
    {
        var set = new BsonDocument("nextAt", nextAt is { } next ? UnixTime.ToMicroseconds(next) : 0L);

        if (attempt.Delivered || nextAt is null)
        {
            set.Add("state", (int)(attempt.Delivered ? NotificationState.Delivered : NotificationState.GivenUp));
        }

        var row = new BsonDocument
        {
            { "at", UnixTime.ToMicroseconds(attempt.At) }, { "status", attempt.Status is { } code ? code : BsonNull.Value },
            { "error", attempt.Error is { } error ? error : BsonNull.Value }, { "milliseconds", (long)attempt.Duration.TotalMilliseconds },
        };

        return new() { { "$set", set }, { "$push", new BsonDocument("attempts", row) } };
    }

    public static NotificationRecord RecordOf(BsonDocument row)
    {
        var state = (NotificationState)row["state"].ToInt32();
        var next = Math.Max(row["nextAt"].ToInt64(), row["createdAt"].ToInt64());

        return new(
            row["number"].ToInt64(),
            Guid.Parse(row["notice"].AsString),
            row["target"].AsString,
            row["type"].AsString,
            UnixTime.FromMicroseconds(row["createdAt"].ToInt64()),
            state,
            state == NotificationState.Waiting ? UnixTime.FromMicroseconds(next) : null,
            [.. row["attempts"].AsBsonArray.Select(AttemptOf)]);
    }

    private static NotificationAttempt AttemptOf(BsonValue row)
    {
        var error = row["error"].IsBsonNull ? null : row["error"].AsString;

        return new(
            UnixTime.FromMicroseconds(row["at"].ToInt64()), error is null, row["status"].IsBsonNull ? null : row["status"].ToInt32(), error, TimeSpan.FromMilliseconds(row["milliseconds"].ToInt64()));
    }
}
