using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;

namespace MailStats.Stores.MongoDb.Deliveries;

/// <summary>The fields of a delivery's document that follow from its state, for the indexes.</summary>
internal static class MongoDerived
{
    public static readonly string[] Names = ["r", "at", "s", "d", "m", "f", "w", "x"];

    public static BsonDocument Of(string tenantId, string recipient, DeliveryState state, Contribution? contribution)
    {
        var status = state.Status();
        var fields = new BsonDocument { { "r", MongoKeys.Recipient(tenantId, recipient) }, { "at", state.StatusAt() }, { "s", (int)status } };

        if (state.Mailbox() is { } mailbox)
        {
            fields.Add("d", MongoKeys.Number(MongoKeys.Domain(tenantId, mailbox.Domain)));
            fields.Add("m", MongoKeys.Number(MongoKeys.Mailbox(tenantId, mailbox)));
        }

        if (status is DeliveryStatus.Rejected or DeliveryStatus.Deferred or DeliveryStatus.SoftBounced or DeliveryStatus.HardBounced)
        {
            fields.Add("f", true);
        }

        if (status is DeliveryStatus.Accepted or DeliveryStatus.Deferred)
        {
            fields.Add("w", true);
        }

        if (contribution?.Reason is { } reason)
        {
            fields.Add("x", MongoKeys.Number(MongoKeys.Reason(reason)));
        }

        return fields;
    }

    /// <summary>A delivery's row as its state says it should be.</summary>
    public static BsonDocument Right(BsonDocument row, in StoredDelivery delivery) =>
        new BsonDocument(row.Elements.Where(element => !Names.Contains(element.Name)))
            .AddRange(Of(row["t"].AsString, delivery.Recipient, delivery.State, Contribution.Of(delivery.State)));

    /// <summary>The key of a row of that list: the delivery's, and the status.</summary>
    public static BsonBinaryData EarlierKey(BsonValue delivery, int status) => new([.. delivery.AsByteArray, (byte)status]);

    /// <summary>The rows of the list of earlier activities that belong to a delivery's row.</summary>
    public static IEnumerable<BsonDocument> EarlierOf(BsonDocument row, DeliveryState state)
    {
        var activities = new List<(DeliveryStatus Status, Outcome Outcome)>();
        state.AddEarlierActivities(activities);

        return activities.Select(activity => new BsonDocument
        {
            { "_id", EarlierKey(row["_id"], (int)activity.Status) },
            { "e", row["_id"] }, { "t", row["t"] }, { "h", row["h"] }, { "at", activity.Outcome.At }, { "s", (int)activity.Status },
        }.AddRange(row.Elements.Where(element => element.Name is "d" or "m")));
    }
}
