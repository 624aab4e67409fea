using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;

namespace MailStats.Stores.MongoDb.Deliveries;

/// <summary>The fields of a delivery's document that follow from its state, for the indexes.</summary>
internal static class MongoDerived
{
    public static readonly string[] Names = ["at", "s", "d", "m", "f", "w", "x"];

    public static BsonDocument Of(string tenantId, DeliveryState state, Contribution? contribution)
    {
        var status = state.Status();
        var fields = new BsonDocument { { "at", state.StatusAt() }, { "s", (int)status } };

        if (state.Mailbox() is { } mailbox)
        {
            fields.Add("d", MongoKeys.Domain(tenantId, mailbox.Domain));
            fields.Add("m", MongoKeys.Mailbox(tenantId, mailbox));
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
            fields.Add("x", MongoKeys.Reason(reason));
        }

        return fields;
    }

    /// <summary>
    /// A delivery's row as its state says it should be. One from before there were ids may lack its id: it is given at the next
    /// start (<see cref="MongoNaming"/>), and is no difference.
    /// </summary>
    public static BsonDocument Right(BsonDocument row, DeliveryState state)
    {
        var right = new BsonDocument(row.Elements.Where(element => !Names.Contains(element.Name)))
            .AddRange(Of(row["t"].AsString, state, Contribution.Of(state)));

        return right.Contains("i") ? right.Set("i", MongoKeys.Id(MongoKeys.IdOf(row))) : right;
    }

    /// <summary>The rows of the list of earlier activities that belong to a delivery's row.</summary>
    public static IEnumerable<BsonDocument> EarlierOf(BsonDocument row, DeliveryState state)
    {
        var activities = new List<(DeliveryStatus Status, Outcome Outcome)>();
        state.AddEarlierActivities(activities);

        return activities.Select(activity => new BsonDocument
        {
            { "_id", FormattableString.Invariant($"{row["_id"].AsString}\n{(int)activity.Status}") },
            { "e", row["_id"] }, { "t", row["t"] }, { "h", row["h"] }, { "at", activity.Outcome.At }, { "s", (int)activity.Status },
        }.AddRange(row.Elements.Where(element => element.Name is "d" or "m")));
    }
}
