using MailStats.Mail.Addresses;
using MailStats.Mail.Attempts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Deliveries;
using MailStats.Stores.Sqlite.Search;
using MailStats.Stores.Sqlite.Statistics;
using MailStats.Stores.Upkeep;

namespace MailStats.Stores.Sqlite.Upkeep;

internal sealed class SqliteErasureStore(SqliteDatabase database, SqlitePrivacy privacy, SqliteSearchIndexer indexer, TimeProvider time) : IErasureStore
{
    private const int ScannedAtOnce = 20_000;
    private const int ErasedAtOnce = 500;

    public async Task<ErasureReceipt> EraseAsync(string tenantId, string address, CancellationToken cancellationToken)
    {
        var addresses = await database.WriteAsync(privacy.Addresses, cancellationToken);
        var hidden = new[] { addresses.Protect(address, AddressForm.Masked), addresses.Protect(address, AddressForm.Hashed) };
        var tenant = database.Read(session => SqliteStatisticsStore.Find(session, new(tenantId)))?.Id;
        var erased = 0L;
        var last = 0L;

        // Rows that arrive meanwhile get greater numbers, so that the walk meets them too.
        while (tenant is { } id)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (found, end) = database.Read(session => Scan(session, id, last, address, hidden));

            foreach (var some in found.Chunk(ErasedAtOnce))
            {
                erased += await database.WriteAsync(session => Erase(session, addresses, tenantId, id, some), cancellationToken);
            }

            if (end is not { } reached)
            {
                break;
            }

            last = reached;
        }

        await indexer.PurgeAsync(cancellationToken);
        var receipt = new ErasureReceipt(
            Guid.CreateVersion7(time.GetUtcNow()),
            tenantId,
            Convert.ToHexStringLower(addresses.Hash(address)),
            UnixTime.FromMicroseconds(UnixTime.ToMicroseconds(time.GetUtcNow())),
            erased);
        await database.WriteAsync(session => Keep(session, receipt), cancellationToken);

        return receipt;
    }

    private static (List<long> Found, long? End) Scan(SqliteSession session, long tenant, long after, string address, string[] hidden)
    {
        var found = new List<long>();
        var scanned = 0;
        var end = after;
        var rows = session.Prepare("SELECT id, tenant, state FROM deliveries WHERE id > ?1 ORDER BY id LIMIT ?2").Bind(1, after).Bind(2, ScannedAtOnce);

        while (rows.Step())
        {
            scanned++;
            end = rows.Long(0);

            if (rows.Long(1) == tenant
                && DeliveryCodec.RecipientOf(rows.Blob(2), session.Texts) is var recipient
                && (recipient.Equals(address, StringComparison.OrdinalIgnoreCase) || SameHidden(recipient, hidden)))
            {
                found.Add(end);
            }
        }

        return (found, scanned == ScannedAtOnce ? end : null);
    }

    /// <summary>A masked address begins with its first letter as it was reported; the rest does not depend on upper or lower case.</summary>
    private static bool SameHidden(string recipient, string[] hidden) =>
        Array.Exists(hidden, form => recipient.Length == form.Length
            && char.ToLowerInvariant(recipient[0]) == char.ToLowerInvariant(form[0])
            && string.CompareOrdinal(recipient, 1, form, 1, form.LastIndexOf('@') is > 0 and var at ? at - 1 : form.Length) == 0);

    private static long Erase(SqliteSession session, AddressPrivacy addresses, string tenantId, long tenant, long[] ids)
    {
        var erased = 0L;
        var tally = new Tally();
        tally.Clear(SqliteForgotten.FirstQuarter(session));

        foreach (var id in ids)
        {
            var row = session.Prepare("SELECT state FROM deliveries WHERE id = ?1").Bind(1, id);

            // Another process may have erased or trimmed it in between.
            if (!row.Step())
            {
                continue;
            }

            var delivery = DeliveryCodec.Decode(row.Blob(0), session.Texts);
            row.Reset();
            Remember(session, tenantId, tenant, addresses.Identity(delivery.MessageKey, delivery.Recipient), Contribution.Of(delivery.State));
            tally.Add(tenantId, delivery.State, 1);
            Remove(session, id, tenantId, delivery);
            erased++;
        }

        SqliteTallies.AppendErased(session, tally);

        return erased;
    }

    public static void Remove(SqliteSession session, long id, string tenantId, in StoredDelivery delivery)
    {
        Span<byte> hash = stackalloc byte[DeliveryKey.HashLength];
        new DeliveryKey(tenantId, delivery.MessageKey, delivery.Recipient).WriteHash(hash);
        session.Prepare("DELETE FROM delivery_keys WHERE key = ?1").Bind(1, hash).Execute();
        session.Prepare("DELETE FROM earlier_activities WHERE delivery = ?1").Bind(1, id).Execute();
        session.Prepare("DELETE FROM deliveries WHERE id = ?1").Bind(1, id).Execute();
        SqliteSearchState.Gone(session, id);
    }

    /// <summary>What the totals hold of the delivery stays known, without a name, so that they can still be verified.</summary>
    private static void Remember(SqliteSession session, string tenantId, long tenant, byte[] identity, Contribution? contribution)
    {
        var statement = session.Prepare(
            """
            INSERT INTO erased_deliveries (tenant, identity, mailbox, quarter, provider, status, reason, complained) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT DO NOTHING
            """);

        if (contribution is not { } counted)
        {
            statement.Bind(1, tenant).Bind(2, identity).BindNull(3).Bind(4, 0).Bind(5, 0).Bind(6, 0).BindNull(7).Bind(8, 0).Execute();
            return;
        }

        var scopes = session.Names.ScopesOf(tenantId, counted.Mailbox);
        var reason = counted.Reason is { } key ? session.Names.ReasonOf(key) : (long?)null;
        statement.Bind(1, tenant).Bind(2, identity).Bind(3, scopes.Mailbox).Bind(4, counted.Quarter)
            .Bind(5, session.Names.ProviderOf(counted.Provider)).Bind(6, (int)counted.Status).Bind(7, reason)
            .Bind(8, counted.Complained ? 1 : 0)
            .Execute();
    }

    private static bool Keep(SqliteSession session, ErasureReceipt receipt)
    {
        session.Prepare("INSERT INTO erasures (id, tenant, address_hash, erased_at, deliveries) VALUES (?1, ?2, ?3, ?4, ?5)")
            .Bind(1, receipt.Id.ToString()).Bind(2, receipt.TenantId).Bind(3, Convert.FromHexString(receipt.AddressHash))
            .Bind(4, UnixTime.ToMicroseconds(receipt.ErasedAt)).Bind(5, receipt.Deliveries)
            .Execute();

        return true;
    }
}
