using System.Runtime.InteropServices;
using MailStats.Mail.Addresses;
using MailStats.Mail.Statistics;
using MailStats.Mail.Suppression;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Deliveries;
using MailStats.Stores.Upkeep;

namespace MailStats.Stores.Sqlite.Suppression;

/// <summary>Moves the suppression list in the transaction that applies deliveries.</summary>
internal sealed class SqliteSuppressionParticipant(SqlitePrivacy privacy, UnreadableRows unreadable, TimeProvider time) : ISqliteApplyParticipant
{
    public void Applied(SqliteSession session, AppliedChanges changes)
    {
        if (changes.Told.Count == 0)
        {
            return;
        }

        var addresses = privacy.Addresses(session);
        var all = changes.Told.Select(told => (Told: told, Hash: told.AddressHash ?? addresses.HashOfAny(told.Address))).ToArray();
        Remember(session, all);
        session.Listed.CatchUp(session);
        var told = Concerned(all, session.Listed);

        if (told.Length == 0)
        {
            return;
        }

        var rows = new SuppressionRows(session, unreadable, addresses, privacy.Form, time.GetUtcNow());
        var found = rows.Load(told, static one => (one.Told.TenantId, one.Hash), session.Listed);
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

    /// <summary>What concerns the list: it says something against its address, or another does, or the address may have an entry.</summary>
    private static (ToldOfAddress Told, byte[] Hash)[] Concerned((ToldOfAddress Told, byte[] Hash)[] told, SqliteListed listed)
    {
        var against = told.Where(one => one.Told.IsAgainst).Select(one => AddressPrivacy.NumberOf(one.Hash)).ToHashSet();

        return Array.FindAll(told, one => listed.MayHave(one.Hash) || against.Contains(AddressPrivacy.NumberOf(one.Hash)));
    }

    private static void Remember(SqliteSession session, (ToldOfAddress Told, byte[] Hash)[] told)
    {
        var deliveries = new Dictionary<string, List<(ulong Hash, DeliveredMail Mail)>>(StringComparer.Ordinal);

        foreach (ref readonly var one in told.AsSpan())
        {
            if (one.Told.Delivered() is { } mail)
            {
                var tenant = CollectionsMarshal.GetValueRefOrAddDefault(deliveries, one.Told.TenantId, out _) ??= [];
                tenant.Add((DeliveredAddresses.HashOf(one.Hash), mail));
            }
        }

        foreach (var (tenantId, ofTenant) in deliveries)
        {
            DeliveredAddressRows.Append(session, tenantId, ofTenant);
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
