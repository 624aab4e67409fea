using MailStats.Mail.Addresses;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Quotas;

/// <summary>
/// What applications of deliveries do to quotas, between the transaction that applies them and the one that counts them in.
/// An application lasts as long as thousands of writes do, and the counter of a tenant is what every reservation writes: were
/// both to write it, MongoDB would abort whichever comes second (first updater wins), which under load is always the
/// longer one. So an application only inserts an entry, which conflicts with nothing, and whoever changes the tenant's quotas
/// next counts it in and deletes it in one short transaction (docs/decisions/0011).
/// </summary>
/// <remarks>
/// Exact all the same: an entry is committed with the deliveries and rollups it follows from, counted in by the transaction
/// that deletes it, and so counted once. No reservation is granted, nothing is shown and nothing is compared before the
/// entries that its snapshot holds are counted in. A counter that is summed from the rollups in a snapshot holds what that
/// snapshot's entries tell of, and takes none of them.
/// </remarks>
internal static class MongoQuotaEntries
{
    /// <summary>Writes what an application changes, within its transaction. Returns the tenants.</summary>
    public static async Task<IReadOnlyList<string>> AppendAsync(
        MongoDatabase database, IClientSessionHandle session, AppliedChanges changes, CancellationToken cancellationToken)
    {
        var entries = new Dictionary<string, BsonDocument>(StringComparer.Ordinal);

        foreach (var delta in changes.Recipients)
        {
            Of(delta.TenantId)["used"].AsBsonArray.Add(new BsonDocument
            {
                { "d", delta.Domain }, { "m", delta.Mailbox }, { "at", UnixTime.ToMicroseconds(delta.QuarterStart) }, { "n", delta.Recipients },
            });
        }

        foreach (var delivery in changes.New)
        {
            var found = new BsonDocument { { "q", delivery.QueueId }, { "at", delivery.AcceptedAt } };

            if (delivery.Host is { } host)
            {
                found.Add("host", host);
            }

            if (delivery.ChargedTo is { } mailbox)
            {
                found.AddRange(new BsonDocument { { "d", mailbox.Domain }, { "m", mailbox.Address } });
            }

            Of(delivery.TenantId)["new"].AsBsonArray.Add(found);
        }

        foreach (var ((tenantId, host), reportedTo) in changes.Reported)
        {
            Of(tenantId)["reported"].AsBsonArray.Add(new BsonDocument { { "host", host }, { "at", reportedTo } });
        }

        if (entries.Count > 0)
        {
            await database.QuotaEntries.InsertManyAsync(session, entries.Values, cancellationToken: cancellationToken);
        }

        return [.. entries.Keys];

        BsonDocument Of(string tenantId)
        {
            if (!entries.TryGetValue(tenantId, out var entry))
            {
                entry = new()
                {
                    { "_id", ObjectId.GenerateNewId() }, { "t", tenantId },
                    { "used", new BsonArray() }, { "new", new BsonArray() }, { "reported", new BsonArray() },
                };
                entries.Add(tenantId, entry);
            }

            return entry;
        }
    }

    /// <summary>What entries tell of, as one application.</summary>
    public static AppliedChanges Read(IReadOnlyList<BsonDocument> entries)
    {
        var used = new List<RecipientsDelta>();
        var found = new List<NewDelivery>();
        var reported = new Dictionary<(string TenantId, string Host), long>();

        foreach (var entry in entries)
        {
            var tenantId = entry["t"].AsString;
            used.AddRange(Rows("used").Select(row => new RecipientsDelta(
                tenantId, row["d"].AsString, row["m"].AsString, UnixTime.FromMicroseconds(row["at"].ToInt64()), row["n"].ToInt64())));
            found.AddRange(Rows("new").Select(row => new NewDelivery(
                tenantId,
                row["q"].AsString,
                row.TryGetValue("host", out var host) ? host.AsString : null,
                row["at"].ToInt64(),
                row.TryGetValue("m", out var address) ? new Mailbox(row["d"].AsString, address.AsString) : null)));

            foreach (var row in Rows("reported"))
            {
                var key = (tenantId, row["host"].AsString);
                reported[key] = Math.Max(reported.GetValueOrDefault(key, long.MinValue), row["at"].ToInt64());
            }

            IEnumerable<BsonDocument> Rows(string list) => entry[list].AsBsonArray.Select(row => row.AsBsonDocument);
        }

        return new(used, found, [], reported);
    }
}
