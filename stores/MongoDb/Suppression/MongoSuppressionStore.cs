using MailStats.Mail.Addresses;
using MailStats.Mail.Lists;
using MailStats.Mail.Suppression;
using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.Suppression;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Suppression;

internal sealed class MongoSuppressionStore(MongoDatabase database, MongoPrivacy privacy, TimeProvider time) : ISuppressionStore
{
    private const int ReadAtOnce = 500;

    public Task<SuppressionAnswer> FindAsync(string tenantId, string? domain, string address, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
            {
                // At the same time: an MTA waits for both. The settings decide only afterwards what the entries mean.
                var reading = MongoSuppressionSettings.ReadAsync(database, null, tenantId, domain, cancellationToken);
                var addresses = await privacy.AddressesIfAnyAsync(cancellationToken);
                var exact = addresses is null
                    ? []
                    : await EntriesAsync(tenantId, domain, [MongoSuppressionRows.HashText(addresses.HashOfAny(address))], cancellationToken);
                var settings = await reading;

                if (settings.Mode == SuppressionMode.Off || addresses is null)
                {
                    return new(settings.Mode, null);
                }

                var rows = settings.PlusAddresses == PlusAddresses.Same
                    ? await AlikeAsync(addresses, tenantId, domain, address, cancellationToken)
                    : exact;

                return new SuppressionAnswer(settings.Mode, Best(rows, settings));
            },
            cancellationToken);

    public Task<IReadOnlyList<(int Place, SuppressionEntry Entry)>> CheckAsync(
        string tenantId, string? domain, IReadOnlyList<string> addresses, CancellationToken cancellationToken) =>
        database.UseAsync<IReadOnlyList<(int Place, SuppressionEntry Entry)>>(
            async () =>
            {
                var settings = await MongoSuppressionSettings.ReadAsync(database, null, tenantId, domain, cancellationToken);
                var found = new List<(int Place, SuppressionEntry Entry)>();

                if (await privacy.AddressesIfAnyAsync(cancellationToken) is not { } hidden)
                {
                    return found;
                }

                foreach (var some in Enumerable.Range(0, addresses.Count).Chunk(ReadAtOnce))
                {
                    await CheckSomeAsync(tenantId, domain, addresses, some, hidden, settings, found, cancellationToken);
                }

                return found;
            },
            cancellationToken);

    public Task<Page<SuppressionEntry>> ListAsync(SuppressionQuery query, CancellationToken cancellationToken)
    {
        var cursor = LogCursor.Parse(query.Cursor);

        return database.UseAsync(
            async () =>
            {
                var whole = query.Search is { } search
                    && SuppressedAddress.Read(search, out _) is { } address
                    && await privacy.AddressesIfAnyAsync(cancellationToken) is { } addresses
                    ? MongoSuppressionRows.HashText(addresses.HashOfAny(address))
                    : null;

                return await new MongoSuppressionWalk(database, query, whole, UnixTime.ToMicroseconds(time.GetUtcNow())).PageAsync(cursor, cancellationToken);
            },
            cancellationToken);
    }

    public async Task<IReadOnlyList<bool>> AddAsync(
        string tenantId, IReadOnlyList<SuppressionAddition> entries, bool tell, CancellationToken cancellationToken)
    {
        await database.UseAsync(() => privacy.AddressesAsync(cancellationToken), cancellationToken);

        return await database.TransactAsync<IReadOnlyList<bool>>(
            async (session, token) =>
            {
                var addresses = await privacy.AddressesAsync(token);
                var now = time.GetUtcNow();
                var rows = new MongoSuppressionRows(database, session, addresses, privacy.Form, now);
                var hashes = entries.Select(entry => MongoSuppressionRows.HashText(addresses.HashOfAny(entry.Address))).ToArray();
                var loaded = await rows.LoadAsync(tenantId, [.. hashes.Distinct()], token);
                var known = new Dictionary<(string Hash, string Domain), TouchedAddress>();

                foreach (var group in loaded)
                {
                    foreach (var touched in group)
                    {
                        known.Add((group.Key, touched.Listed.Domain ?? ""), touched);
                    }
                }

                var added = new bool[entries.Count];

                for (var index = 0; index < added.Length; index++)
                {
                    var entry = entries[index];

                    if (!known.TryGetValue((hashes[index], entry.Domain ?? ""), out var touched))
                    {
                        touched = await rows.MakeAsync(tenantId, entry.Domain, entry.Address, token);
                        known.Add((hashes[index], entry.Domain ?? ""), touched);
                    }

                    var expiresAt = entry.ExpiresAt is { } end ? UnixTime.ToMicroseconds(end) : (long?)null;
                    added[index] = touched.Facts.Give(entry.Cause, entry.Reason, expiresAt, UnixTime.ToMicroseconds(now));
                    touched.Changed |= added[index];
                }

                await rows.WriteAsync(tell, token);

                return added;
            },
            cancellationToken);
    }

    public async Task<bool> RemoveAsync(string tenantId, string? domain, string address, CancellationToken cancellationToken)
    {
        await database.UseAsync(() => privacy.AddressesAsync(cancellationToken), cancellationToken);

        return await database.TransactAsync(
            async (session, token) =>
            {
                var addresses = await privacy.AddressesAsync(token);
                var now = time.GetUtcNow();
                var rows = new MongoSuppressionRows(database, session, addresses, privacy.Form, now);
                var hash = MongoSuppressionRows.HashText(addresses.HashOfAny(address));
                var hashes = new HashSet<string>(StringComparer.Ordinal) { hash };

                if ((await rows.SettingsOfAsync(tenantId, domain, token)).PlusAddresses == PlusAddresses.Same)
                {
                    hashes.UnionWith((await AlikeAsync(addresses, tenantId, domain, address, token)).Select(row => row["h"].AsString));
                }

                var loaded = await rows.LoadAsync(tenantId, hashes, token);
                var known = loaded.SelectMany(group => group).Where(touched => touched.Listed.Domain == domain).ToList();

                if (!loaded[hash].Any(touched => touched.Listed.Domain == domain))
                {
                    known.Add(await rows.MakeAsync(tenantId, domain, address, token));
                }

                var was = known.Exists(touched => touched.Why is not null);

                foreach (var touched in known)
                {
                    touched.Facts.Remove(UnixTime.ToMicroseconds(now));
                    touched.Changed = true;
                }

                await rows.WriteAsync(tell: true, token);

                return was;
            },
            cancellationToken);
    }

    public Task<SuppressionSettings?> OwnSettingsAsync(string tenantId, string? domain, CancellationToken cancellationToken) =>
        database.UseAsync(() => MongoSuppressionSettings.ReadOwnAsync(database, tenantId, domain, cancellationToken), cancellationToken);

    public Task<bool> ReplaceSettingsAsync(
        string tenantId,
        string? domain,
        SuppressionSettings? settings,
        Func<SuppressionSettings, bool> condition,
        CancellationToken cancellationToken) =>
        database.TransactAsync(
            async (session, token) =>
            {
                if (!condition(await MongoSuppressionSettings.ReadAsync(database, session, tenantId, domain, token)))
                {
                    return false;
                }

                await MongoSuppressionSettings.SaveAsync(database, session, tenantId, domain, settings, token);

                return true;
            },
            cancellationToken);

    public Task<SuppressionEffect> EffectAsync(string tenantId, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken) =>
        database.UseAsync(
            async () =>
            {
                var settings = await MongoSuppressionSettings.ReadAsync(database, null, tenantId, null, cancellationToken);
                var (spared, lost) = (0L, 0L);
                using var rows = await database.Suppressions.Find(new BsonDocument { { "t", tenantId }, { "d", "" } }).ToCursorAsync(cancellationToken);

                while (await rows.MoveNextAsync(cancellationToken))
                {
                    foreach (var row in rows.Current)
                    {
                        var effect = MongoSuppressionRows.FactsIn(database, row)
                            .Effect(UnixTime.ToMicroseconds(from), UnixTime.ToMicroseconds(until), settings);
                        (spared, lost) = (spared + effect.Spared, lost + effect.Lost);
                    }
                }

                return new SuppressionEffect(spared + lost, spared, lost);
            },
            cancellationToken);

    public Task<SuppressionsCompared> CompareAsync(
        string tenantId, Comparison comparison, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var after = LogCursor.Parse(cursor);

        return database.UseAsync(
            async () =>
            {
                var compared = new ComparedPage(comparison, after, limit, UnixTime.ToMicroseconds(time.GetUtcNow()));
                await new MongoSuppressionWhole(database, tenantId).WalkAsync(comparison.Side, compared, cancellationToken);

                return new SuppressionsCompared(compared.Page(), compared.Total);
            },
            cancellationToken);
    }

    private async Task CheckSomeAsync(
        string tenantId, string? domain, IReadOnlyList<string> addresses, int[] places, AddressPrivacy hidden, SuppressionSettings settings,
        List<(int Place, SuppressionEntry Entry)> found, CancellationToken cancellationToken)
    {
        if (settings.PlusAddresses == PlusAddresses.Same)
        {
            foreach (var place in places)
            {
                if (Best(await AlikeAsync(hidden, tenantId, domain, addresses[place], cancellationToken), settings) is { } alike)
                {
                    found.Add((place, alike));
                }
            }

            return;
        }

        var hashes = places.Select(place => MongoSuppressionRows.HashText(hidden.HashOfAny(addresses[place]))).ToList();
        var entries = (await EntriesAsync(tenantId, domain, hashes.Distinct(), cancellationToken)).ToLookup(row => row["h"].AsString);

        foreach (var (place, hash) in places.Zip(hashes))
        {
            if (Best(entries[hash], settings) is { } entry)
            {
                found.Add((place, entry));
            }
        }
    }

    private SuppressionEntry? Best(IEnumerable<BsonDocument> rows, SuppressionSettings settings)
    {
        var now = UnixTime.ToMicroseconds(time.GetUtcNow());

        return rows
            .Select(row => MongoSuppressionRows.FactsIn(database, row).At(now, settings) is { } why ? MongoSuppressionRows.ListedIn(row).Entry(why) : null)
            .Where(entry => entry is not null)
            .OrderBy(entry => entry!.Domain is not null)
            .FirstOrDefault();
    }

    private Task<List<BsonDocument>> EntriesAsync(string tenantId, string? domain, IEnumerable<string> hashes, CancellationToken cancellationToken)
    {
        string?[] domains = domain is null ? [null] : [null, domain];
        var keys = hashes.SelectMany(hash => domains.Select(own => MongoSuppressionRows.KeyOf(tenantId, hash, own)));

        return database.Suppressions.Find(new BsonDocument("_id", new BsonDocument("$in", new BsonArray(keys)))).ToListAsync(cancellationToken);
    }

    /// <summary>The entries of the address and of those that differ from it by their tag alone.</summary>
    private Task<List<BsonDocument>> AlikeAsync(
        AddressPrivacy addresses, string tenantId, string? domain, string address, CancellationToken cancellationToken)
    {
        var bare = MongoSuppressionRows.HashText(addresses.HashOfAny(SuppressedAddress.WithoutTag(address)));
        var whole = MongoSuppressionRows.HashText(addresses.HashOfAny(address));

        return database.Suppressions.Find(new BsonDocument
        {
            { "t", tenantId },
            { "d", new BsonDocument("$in", new BsonArray { "", domain ?? "" }) },
            {
                "$or", new BsonArray
                {
                    new BsonDocument("h", new BsonDocument("$in", new BsonArray { whole, bare })), new BsonDocument("b", bare),
                }
            },
        }).ToListAsync(cancellationToken);
    }
}
