using MailStats.Mail.Suppression;
using MailStats.Stores.MongoDb.Database;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Suppression;

/// <summary>Moves the suppression list in the transaction that applies deliveries, once the deliveries are written.</summary>
internal sealed class MongoSuppressionChanges(MongoDatabase database, MongoPrivacy privacy, TimeProvider time)
{
    /// <param name="session">The transaction's.</param>
    /// <param name="told">What the deliveries that it touched tell of their addresses.</param>
    /// <param name="earlier">Deliveries after the failures among them that were told of before.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public async Task ApplyAsync(
        IClientSessionHandle session,
        IReadOnlyList<ToldOfAddress> told,
        ILookup<(string TenantId, string Address), DeliveredMail> earlier,
        CancellationToken cancellationToken)
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
                    touched.Hear(one, one.IsAgainst ? earlier[(one.TenantId, one.Address)] : []);
                }
            }
        }

        await rows.WriteAsync(tell: true, cancellationToken);
    }
}
