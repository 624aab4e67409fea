using MailStats.Mail.Statistics;
using MailStats.Mail.Suppression;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Deliveries;

namespace MailStats.Stores.Sqlite.Suppression;

/// <summary>Moves the suppression list in the transaction that applies deliveries.</summary>
internal sealed class SqliteSuppressionParticipant(SqlitePrivacy privacy, TimeProvider time) : ISqliteApplyParticipant
{
    public void Applied(SqliteSession session, AppliedChanges changes)
    {
        if (changes.Told.Count == 0)
        {
            return;
        }

        var addresses = privacy.Addresses(session);
        var told = changes.Told.Select(told => (Told: told, Hash: addresses.HashOfAny(told.Address))).ToArray();
        Remember(session, told);

        if (!Array.Exists(told, one => one.Told.IsAgainst) && !HasAny(session))
        {
            return;
        }

        var rows = new SuppressionRows(session, addresses, privacy.Form, time.GetUtcNow());
        var found = rows.Load(told, static one => (one.Told.TenantId, one.Hash));
        var earlier = Earlier(session, told);

        for (var index = 0; index < told.Length; index++)
        {
            var (one, hash) = told[index];
            var known = found[index];

            if (one.IsAgainst && !known.Exists(touched => touched.Listed.Domain is null))
            {
                known.Add(rows.Make(one.TenantId, null, one.Address, hash));
            }

            foreach (var touched in known)
            {
                touched.Hear(one, earlier.GetValueOrDefault(index, []));
            }
        }

        rows.Write();
    }

    private static bool HasAny(SqliteSession session)
    {
        var row = session.Prepare("SELECT 1 FROM suppressions LIMIT 1");
        var any = row.Step();
        row.Reset();

        return any;
    }

    private static void Remember(SqliteSession session, (ToldOfAddress Told, byte[] Hash)[] told)
    {
        foreach (var tenant in told.Where(one => one.Told.DeliveredAt is not null).GroupBy(one => one.Told.TenantId))
        {
            DeliveredAddressRows.Append(
                session, tenant.Key, [.. tenant.Select(one => (DeliveredAddresses.HashOf(one.Hash), one.Told.Delivered()!.Value))]);
        }
    }

    /// <summary>For each that speaks against its address, the deliveries after that which were told of before, this transaction's included.</summary>
    private static Dictionary<int, List<DeliveredMail>> Earlier(SqliteSession session, (ToldOfAddress Told, byte[] Hash)[] told)
    {
        var earlier = new Dictionary<int, List<DeliveredMail>>();

        foreach (var tenant in Enumerable.Range(0, told.Length).Where(index => told[index].Told.IsAgainst).GroupBy(index => told[index].Told.TenantId))
        {
            var places = tenant.ToArray();
            var sought = places.Select(place => (DeliveredAddresses.HashOf(told[place].Hash), After(told[place].Told))).ToArray();
            var found = DeliveredAddressRows.Find(session, tenant.Key, sought);

            for (var index = 0; index < places.Length; index++)
            {
                earlier.Add(places[index], found[index]);
            }
        }

        return earlier;

        static long After(in ToldOfAddress told) => Math.Min(told.Failure?.At ?? long.MaxValue, told.Complaint?.At ?? long.MaxValue);
    }
}
