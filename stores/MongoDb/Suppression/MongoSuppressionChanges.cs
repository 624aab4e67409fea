using MailStats.Mail.Deliveries;
using MailStats.Mail.Suppression;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Deliveries;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Suppression;

/// <summary>Moves the suppression list in the transaction that applies deliveries, once the deliveries are written.</summary>
internal sealed class MongoSuppressionChanges(MongoDatabase database, MongoTexts texts, MongoPrivacy privacy, TimeProvider time)
{
    public async Task ApplyAsync(IClientSessionHandle session, IReadOnlyList<ToldOfAddress> told, CancellationToken cancellationToken)
    {
        if (told.Count == 0)
        {
            return;
        }

        var addresses = await privacy.AddressesAsync(cancellationToken);
        var rows = new MongoSuppressionRows(database, session, addresses, privacy.Form, time.GetUtcNow());

        foreach (var tenant in told.GroupBy(one => one.TenantId))
        {
            var all = tenant.Select(one => (Told: one, Hash: MongoSuppressionRows.HashText(addresses.HashOfAny(one.Address)))).ToList();
            var loaded = await rows.LoadAsync(tenant.Key, [.. all.Select(one => one.Hash).Distinct()], cancellationToken);
            var known = loaded.ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
            var earlier = await EarlierAsync(session, tenant.Key, all.Where(one => one.Told.IsAgainst).Select(one => one.Told), cancellationToken);

            foreach (var (one, hash) in all)
            {
                var entries = known.GetValueOrDefault(hash, []);

                if (one.IsAgainst && !entries.Exists(touched => touched.Listed.Domain is null))
                {
                    entries.Add(await rows.MakeAsync(tenant.Key, null, one.Address, cancellationToken));
                    known[hash] = entries;
                }

                foreach (var touched in entries)
                {
                    touched.Hear(one, one.IsAgainst ? earlier.GetValueOrDefault(one.Address, []) : []);
                }
            }
        }

        await rows.WriteAsync(tell: true, cancellationToken);
    }

    /// <summary>
    /// Deliveries to addresses after the failures, by the index on recipients: they may have been told of first. An address that
    /// is written in upper case here and in lower case there is found in both.
    /// </summary>
    private async Task<Dictionary<string, List<DeliveredMail>>> EarlierAsync(
        IClientSessionHandle session, string tenantId, IEnumerable<ToldOfAddress> against, CancellationToken cancellationToken)
    {
        var after = new Dictionary<string, (string Address, long At)>(StringComparer.Ordinal);

        foreach (var told in against)
        {
            var at = Math.Min(told.Failure?.At ?? long.MaxValue, told.Complaint?.At ?? long.MaxValue);

            foreach (var form in new[] { told.Address, told.Address.ToLowerInvariant() })
            {
                after[form] = (told.Address, after.TryGetValue(form, out var known) ? Math.Min(known.At, at) : at);
            }
        }

        var times = new Dictionary<string, List<DeliveredMail>>(StringComparer.Ordinal);

        if (after.Count == 0)
        {
            return times;
        }

        var rows = await database.Deliveries
            .Find(session, new BsonDocument { { "t", tenantId }, { "r", new BsonDocument("$in", new BsonArray(after.Keys)) } })
            .Sort(new BsonDocument("at", -1))
            .Limit(SuppressionFacts.MostDeliveries * after.Count)
            .ToListAsync(cancellationToken);

        foreach (var row in rows)
        {
            var (message, recipient, state) = texts.Read(row);
            var (address, at) = after[row["r"].AsString];

            if (!state.Local && state.Delivered?.At is { } delivered && delivered > at)
            {
                if (!times.TryGetValue(address, out var found))
                {
                    times.Add(address, found = []);
                }

                found.Add(new(delivered, ToldOfAddress.TagOf(new(tenantId, message, recipient))));
            }
        }

        return times;
    }
}
