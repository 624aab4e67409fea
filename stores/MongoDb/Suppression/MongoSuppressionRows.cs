using System.Buffers.Text;
using MailStats.Mail.Addresses;
using MailStats.Mail.Suppression;
using MailStats.Mail.Time;
using MailStats.Stores.MongoDb.Database;
using MailStats.Stores.MongoDb.Notifications;
using MongoDB.Bson;
using MongoDB.Driver;

namespace MailStats.Stores.MongoDb.Suppression;

/// <summary>
/// The entries that one transaction touches. Fields: <c>t</c> tenant, <c>h</c> hash of the address, <c>b</c> that of the address
/// without its tag where it has one, <c>d</c> sending domain or empty, <c>a</c> address as kept, <c>c</c> cause, <c>s</c> since,
/// <c>n</c> a number that orders those of the same time, <c>l</c> true on the list, <c>f</c> facts.
/// </summary>
internal sealed class MongoSuppressionRows(
    MongoDatabase database, IClientSessionHandle session, AddressPrivacy privacy, AddressForm form, DateTimeOffset now)
{
    private readonly Dictionary<(string Tenant, string Domain), SuppressionSettings> _settings = [];
    private readonly List<(TouchedAddress Touched, bool IsStored, string Address)> _all = [];

    public static string HashText(byte[] hash) => Base64Url.EncodeToString(hash);

    /// <summary>Names an entry.</summary>
    public static string KeyOf(string tenantId, string hash, string? domain) => MongoKeys.Of(tenantId, $"{hash}\n{domain}");

    public static ListedAddress ListedIn(BsonDocument row) =>
        new(row["t"].AsString, row["d"].AsString is { Length: > 0 } domain ? domain : null, row["a"].AsString);

    /// <summary>An entry's facts; where they cannot be read, what stands beside them.</summary>
    public static SuppressionFacts FactsIn(MongoDatabase database, BsonDocument row)
    {
        var facts = FactsIn(row, out var isDamaged);

        if (isDamaged)
        {
            database.Unreadable.Met("suppressions", new InvalidDataException());
        }

        return facts;
    }

    public static SuppressionFacts FactsIn(BsonDocument row, out bool isDamaged) => SuppressionFacts.Read(
        row["f"] is BsonBinaryData { Bytes: var bytes } ? bytes : [], (SuppressionCause)row["c"].ToInt32(), row["s"].ToInt64(), out isDamaged);

    /// <summary>The entries of addresses of a tenant, of all of it and of its domains alike, by the address's hash.</summary>
    public async Task<ILookup<string, TouchedAddress>> LoadAsync(string tenantId, IReadOnlyCollection<string> hashes, CancellationToken cancellationToken)
    {
        var rows = await database.Suppressions
            .Find(session, new BsonDocument { { "h", new BsonDocument("$in", new BsonArray(hashes)) }, { "t", tenantId } })
            .ToListAsync(cancellationToken);
        var found = new List<(string Hash, TouchedAddress Touched)>(rows.Count);

        foreach (var row in rows)
        {
            var listed = ListedIn(row);
            found.Add((row["h"].AsString, await AddAsync(listed, FactsIn(database, row), true, listed.Address, cancellationToken)));
        }

        return found.ToLookup(pair => pair.Hash, pair => pair.Touched);
    }

    /// <summary>An entry that is not stored yet; stored when something changes it.</summary>
    public Task<TouchedAddress> MakeAsync(string tenantId, string? domain, string address, CancellationToken cancellationToken) =>
        AddAsync(new(tenantId, domain, privacy.Protect(address, form)), new(), false, address, cancellationToken);

    /// <summary>Writes what was changed, and tells of it where that is wanted.</summary>
    public async Task WriteAsync(bool tell, CancellationToken cancellationToken)
    {
        var writes = new List<WriteModel<BsonDocument>>();
        var notices = new List<SuppressionNotice>();

        foreach (var (touched, isStored, address) in _all)
        {
            if (!touched.Changed)
            {
                continue;
            }

            var row = RowOf(touched, SuppressedAddress.Of(address, privacy, form));
            writes.Add(isStored
                ? new ReplaceOneModel<BsonDocument>(new BsonDocument("_id", row["_id"]), row)
                : new InsertOneModel<BsonDocument>(row));

            if (tell && touched.Notice(now) is { } notice)
            {
                notices.Add(notice);
            }
        }

        if (writes.Count > 0)
        {
            await database.Suppressions.BulkWriteAsync(session, writes, new() { IsOrdered = false }, cancellationToken);
        }

        await MongoOutbox.AppendAsync(database, session, notices, now, cancellationToken);
    }

    public async Task<SuppressionSettings> SettingsOfAsync(string tenantId, string? domain, CancellationToken cancellationToken)
    {
        if (!_settings.TryGetValue((tenantId, domain ?? ""), out var settings))
        {
            settings = await MongoSuppressionSettings.ReadAsync(database, session, tenantId, domain, cancellationToken);
            _settings.Add((tenantId, domain ?? ""), settings);
        }

        return settings;
    }

    private static BsonDocument RowOf(TouchedAddress touched, SuppressedAddress address)
    {
        var (cause, since) = touched.Place;
        var hash = HashText(address.Hash);
        var key = KeyOf(touched.Listed.TenantId, hash, touched.Listed.Domain);
        var row = new BsonDocument
        {
            { "_id", key }, { "t", touched.Listed.TenantId }, { "h", hash }, { "d", touched.Listed.Domain ?? "" }, { "a", touched.Listed.Address },
            { "c", (int)cause }, { "s", since }, { "n", address.Number(touched.Listed.Domain) }, { "f", new BsonBinaryData(touched.Facts.Write()) },
        };

        if (!ReferenceEquals(address.Base, address.Hash))
        {
            row.Add("b", HashText(address.Base));
        }

        return cause == SuppressionCause.Unknown ? row : row.Add("l", true);
    }

    private async Task<TouchedAddress> AddAsync(
        ListedAddress listed, SuppressionFacts facts, bool isStored, string address, CancellationToken cancellationToken)
    {
        var settings = await SettingsOfAsync(listed.TenantId, listed.Domain, cancellationToken);
        var touched = new TouchedAddress(listed, facts, settings, UnixTime.ToMicroseconds(now));
        _all.Add((touched, isStored, address));

        return touched;
    }
}
