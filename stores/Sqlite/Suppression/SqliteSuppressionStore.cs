using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Mail.Suppression;
using MailStats.Mail.Time;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Deliveries;
using MailStats.Stores.Suppression;
using MailStats.Stores.Upkeep;

namespace MailStats.Stores.Sqlite.Suppression;

internal sealed class SqliteSuppressionStore(
    SqliteDatabase database, SqlitePrivacy privacy, UnreadableRows unreadable, TimeProvider time) : ISuppressionStore
{
    public Task<SuppressionAnswer> FindAsync(string tenantId, string? domain, string address, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session =>
        {
            var settings = SqliteSuppressionSettings.Read(session, tenantId, domain);

            return settings.Mode == SuppressionMode.Off || privacy.AddressesIfAny(session) is not { } addresses
                ? new SuppressionAnswer(settings.Mode, null)
                : new SuppressionAnswer(settings.Mode, Find(session, addresses, tenantId, domain, address, settings));
        }));

    public Task<IReadOnlyList<(int Place, SuppressionEntry Entry)>> CheckAsync(
        string tenantId, string? domain, IReadOnlyList<string> addresses, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<(int Place, SuppressionEntry Entry)>>(database.Read(session =>
        {
            var settings = SqliteSuppressionSettings.Read(session, tenantId, domain);
            var found = new List<(int Place, SuppressionEntry Entry)>();

            for (var place = 0; place < addresses.Count && privacy.AddressesIfAny(session) is { } hidden; place++)
            {
                cancellationToken.ThrowIfCancellationRequested();

                if (Find(session, hidden, tenantId, domain, addresses[place], settings) is { } entry)
                {
                    found.Add((place, entry));
                }
            }

            return found;
        }));

    public Task<Page<SuppressionEntry>> ListAsync(SuppressionQuery query, CancellationToken cancellationToken)
    {
        var cursor = LogCursor.Parse(query.Cursor);

        return Task.FromResult(database.Read(session =>
        {
            var whole = query.Search is { } search && SuppressedAddress.Read(search, out _) is { } address && privacy.AddressesIfAny(session) is { } addresses
                ? addresses.HashOfAny(address)
                : null;

            return new SuppressionWalk(session, unreadable, query, whole, UnixTime.ToMicroseconds(time.GetUtcNow())).Page(cursor, cancellationToken);
        }));
    }

    public Task<IReadOnlyList<bool>> AddAsync(string tenantId, IReadOnlyList<SuppressionAddition> entries, bool tell, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<bool>>(
            session =>
            {
                var addresses = privacy.Addresses(session);
                var now = time.GetUtcNow();
                var rows = new SuppressionRows(session, unreadable, addresses, privacy.Form, now);
                var hashes = entries.Select(entry => addresses.HashOfAny(entry.Address)).ToArray();
                var found = rows.Load(hashes, hash => (tenantId, hash));
                var added = new bool[entries.Count];

                for (var index = 0; index < added.Length; index++)
                {
                    var entry = entries[index];
                    var known = found[index];
                    var touched = known.Find(touched => touched.Listed.Domain == entry.Domain);

                    if (touched is null)
                    {
                        touched = rows.Make(tenantId, entry.Domain, entry.Address, hashes[index]);
                        known.Add(touched);
                    }

                    var expiresAt = entry.ExpiresAt is { } end ? UnixTime.ToMicroseconds(end) : (long?)null;
                    added[index] = touched.Facts.Give(entry.Cause, entry.Reason, expiresAt, UnixTime.ToMicroseconds(now));
                    touched.Changed |= added[index];
                }

                rows.Write(tell);

                return added;
            },
            cancellationToken);

    public Task<bool> RemoveAsync(string tenantId, string? domain, string address, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                var addresses = privacy.Addresses(session);
                var now = time.GetUtcNow();
                var rows = new SuppressionRows(session, unreadable, addresses, privacy.Form, now);
                var hashes = Alike(session, addresses, tenantId, address, rows.SettingsOf(tenantId, domain));
                var loaded = rows.Load(hashes, hash => (tenantId, hash));
                var known = loaded.Distinct().SelectMany(some => some).Where(touched => touched.Listed.Domain == domain).ToList();

                if (!loaded[0].Exists(touched => touched.Listed.Domain == domain))
                {
                    known.Add(rows.Make(tenantId, domain, address, hashes[0]));
                }

                var was = known.Exists(touched => touched.Why is not null);

                foreach (var touched in known)
                {
                    touched.Facts.Remove(UnixTime.ToMicroseconds(now));
                    touched.Changed = true;
                }

                rows.Write();

                return was;
            },
            cancellationToken);

    public Task<SuppressionSettings?> OwnSettingsAsync(string tenantId, string? domain, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => SqliteSuppressionSettings.ReadOwn(session, tenantId, domain)));

    public Task<bool> ReplaceSettingsAsync(
        string tenantId,
        string? domain,
        SuppressionSettings? settings,
        Func<SuppressionSettings, bool> condition,
        CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                if (!condition(SqliteSuppressionSettings.Read(session, tenantId, domain)))
                {
                    return false;
                }

                SqliteSuppressionSettings.Save(session, tenantId, domain, settings);

                return true;
            },
            cancellationToken);

    public Task<SuppressionEffect> EffectAsync(string tenantId, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session =>
        {
            var settings = SqliteSuppressionSettings.Read(session, tenantId, null);
            var (spared, lost) = (0L, 0L);
            // An imported entry that nothing was ever sent to has no list of deliveries and no second failure: most of a large list.
            var rows = session.Prepare("SELECT facts, cause, since FROM suppressions WHERE tenant = ?1 AND domain = ''").Bind(1, tenantId);

            while (rows.Step())
            {
                cancellationToken.ThrowIfCancellationRequested();
                var effect = SuppressionRows.FactsIn(rows, 0, unreadable).Effect(UnixTime.ToMicroseconds(from), UnixTime.ToMicroseconds(until), settings);
                (spared, lost) = (spared + effect.Spared, lost + effect.Lost);
            }

            return new SuppressionEffect(spared + lost, spared, lost);
        }));

    public Task<SuppressionsCompared> CompareAsync(
        string tenantId, Comparison comparison, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var after = LogCursor.Parse(cursor);

        return Task.FromResult(database.Read(session =>
        {
            var compared = new ComparedPage(comparison, after, limit, UnixTime.ToMicroseconds(time.GetUtcNow()));
            new SuppressionWhole(session, tenantId).Walk(comparison.Side, compared, cancellationToken);

            return new SuppressionsCompared(compared.Page(), compared.Total);
        }));
    }

    private SuppressionEntry? Find(
        SqliteSession session, AddressPrivacy addresses, string tenantId, string? domain, string address, SuppressionSettings settings)
    {
        var now = UnixTime.ToMicroseconds(time.GetUtcNow());
        var best = (SuppressionEntry?)null;

        foreach (var hash in Alike(session, addresses, tenantId, address, settings))
        {
            var rows = session.Prepare("SELECT domain, address, facts, cause, since FROM suppressions WHERE hash = ?1 AND tenant = ?2 AND domain IN ('', ?3)")
                .Bind(1, hash).Bind(2, tenantId).Bind(3, domain ?? "");

            while (rows.Step())
            {
                var own = rows.Text(0);
                var listed = new ListedAddress(tenantId, own.Length > 0 ? own : null, rows.Text(1));

                if (SuppressionRows.FactsIn(rows, 2, unreadable).At(now, settings) is { } why && (best is null || best.Domain is not null))
                {
                    best = listed.Entry(why);
                }
            }
        }

        return best;
    }

    /// <summary>The address, and where tags are nothing the addresses on the list that differ by their tag alone.</summary>
    private static List<byte[]> Alike(SqliteSession session, AddressPrivacy addresses, string tenantId, string address, SuppressionSettings settings)
    {
        var hashes = new List<byte[]> { addresses.HashOfAny(address) };

        if (settings.PlusAddresses == PlusAddresses.Exact)
        {
            return hashes;
        }

        var bare = SuppressedAddress.WithoutTag(address);
        var hash = ReferenceEquals(bare, address) ? hashes[0] : addresses.HashOfAny(bare);

        if (!ReferenceEquals(hash, hashes[0]))
        {
            hashes.Add(hash);
        }

        var rows = session.Prepare("SELECT hash FROM suppressions WHERE base = ?1 AND tenant = ?2 AND hash <> ?3")
            .Bind(1, hash).Bind(2, tenantId).Bind(3, hashes[0]);

        while (rows.Step())
        {
            hashes.Add(rows.Blob(0).ToArray());
        }

        return hashes;
    }
}
