using System.Runtime.InteropServices;
using MailStats.Mail.Addresses;
using MailStats.Mail.Suppression;
using MailStats.Mail.Time;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Notifications;
using MailStats.Stores.Upkeep;

namespace MailStats.Stores.Sqlite.Suppression;

/// <summary>The entries that one transaction touches.</summary>
internal sealed class SuppressionRows(
    SqliteSession session, UnreadableRows unreadable, AddressPrivacy privacy, AddressForm form, DateTimeOffset now)
{
    private static readonly SqliteRows Find = new(
        "WITH sought (place, hash, tenant) AS (VALUES",
        columns: 3,
        """
        ) SELECT place, s.id, s.domain, s.address, s.facts, s.cause, s.since
        FROM sought CROSS JOIN suppressions s ON s.hash = sought.hash AND s.tenant = sought.tenant
        """);

    private static readonly SqliteRows Inserting = new(
        "INSERT INTO suppressions (tenant, hash, domain, base, address, cause, since, facts, number) VALUES", columns: 9, "");

    private readonly Dictionary<(string Tenant, string Domain), SuppressionSettings> _settings = [];
    private readonly List<Entry> _all = [];
    private readonly long _now = UnixTime.ToMicroseconds(now);

    /// <summary>The entries of addresses, of the whole tenant and of its domains alike.</summary>
    /// <param name="items">What names an address each.</param>
    /// <param name="addressOf">Whose, and which.</param>
    /// <param name="known">Tells which of them need not be looked for; all are where null.</param>
    /// <returns>In their order; those of one address have one list.</returns>
    public List<TouchedAddress>[] Load<T>(
        IReadOnlyList<T> items, Func<T, (string TenantId, byte[] Hash)> addressOf, SqliteListed? known = null)
    {
        var found = new List<TouchedAddress>[items.Count];
        var places = new Dictionary<(string TenantId, UInt128 Hash), int>(items.Count);
        var sought = new List<(int Place, string TenantId, byte[] Hash)>(items.Count);

        for (var place = 0; place < found.Length; place++)
        {
            var (tenantId, hash) = addressOf(items[place]);

            if (places.TryAdd((tenantId, AddressPrivacy.NumberOf(hash)), place))
            {
                found[place] = [];

                if (known?.MayHave(hash) != false)
                {
                    sought.Add((place, tenantId, hash));
                }
            }
            else
            {
                found[place] = found[places[(tenantId, AddressPrivacy.NumberOf(hash))]];
            }
        }

        // First all are read: an entry's settings are asked for with the same session.
        var stored = new List<(int Place, long Id, string Domain, string Address, SuppressionFacts Facts)>();
        Find.Run<(int Place, string TenantId, byte[] Hash)>(
            session,
            CollectionsMarshal.AsSpan(sought),
            static (ref row, in address) =>
            {
                row.Add(address.Place);
                row.Add(address.Hash);
                row.Add(address.TenantId);
            },
            row => stored.Add((row.Int(0), row.Long(1), row.Text(2), row.Text(3), FactsIn(row, 4, unreadable))));

        foreach (var (place, id, domain, address, facts) in stored)
        {
            var (tenantId, hash) = addressOf(items[place]);
            var listed = new ListedAddress(tenantId, domain.Length > 0 ? domain : null, address);
            found[place].Add(Add(listed, facts, id, address, hash));
        }

        return found;
    }

    /// <summary>An entry's facts, with its cause and its time in the two columns after them.</summary>
    public static SuppressionFacts FactsIn(SqliteStatement row, int column, UnreadableRows unreadable)
    {
        var facts = SuppressionFacts.Read(row.Blob(column), (SuppressionCause)row.Int(column + 1), row.Long(column + 2), out var isDamaged);

        if (isDamaged)
        {
            unreadable.Met("suppressions", new InvalidDataException());
        }

        return facts;
    }

    /// <summary>An entry that is not stored yet; stored when something changes it.</summary>
    public TouchedAddress Make(string tenantId, string? domain, string address, byte[] hash) =>
        Add(new(tenantId, domain, privacy.Protect(address, form)), new(), null, address, hash);

    /// <summary>Writes what was changed, and tells of it where that is wanted.</summary>
    public void Write(bool tell = true)
    {
        var added = new List<Entry>();
        var notices = new List<SuppressionNotice>();

        foreach (var entry in _all)
        {
            var touched = entry.Touched;

            if (!touched.Changed)
            {
                continue;
            }

            if (entry.Id is { } row)
            {
                var (cause, since) = touched.Place;
                session.Prepare("UPDATE suppressions SET cause = ?2, since = ?3, facts = ?4 WHERE id = ?1")
                    .Bind(1, row).Bind(2, (int)cause).Bind(3, since).Bind(4, touched.Facts.Write()).Execute();
            }
            else
            {
                added.Add(entry);
            }

            if (tell && touched.Notice(now) is { } notice)
            {
                notices.Add(notice);
            }
        }

        Inserting.Run(session, CollectionsMarshal.AsSpan(added), Bind);
        SqliteOutbox.AppendAll(session, notices, now);
    }

    public SuppressionSettings SettingsOf(string tenantId, string? domain)
    {
        if (!_settings.TryGetValue((tenantId, domain ?? ""), out var settings))
        {
            settings = SqliteSuppressionSettings.Read(session, tenantId, domain);
            _settings.Add((tenantId, domain ?? ""), settings);
        }

        return settings;
    }

    private TouchedAddress Add(in ListedAddress listed, SuppressionFacts facts, long? id, string address, byte[] hash)
    {
        var touched = new TouchedAddress(listed, facts, SettingsOf(listed.TenantId, listed.Domain), _now);
        _all.Add(new(touched, id, address, hash));

        return touched;
    }

    private void Bind(ref SqliteRow row, in Entry entry)
    {
        var listed = entry.Touched.Listed;
        var address = SuppressedAddress.Of(entry.Address, entry.Hash, privacy, form);
        var (cause, since) = entry.Touched.Place;
        row.Add(listed.TenantId);
        row.Add(address.Hash);
        row.Add(listed.Domain ?? "");

        if (ReferenceEquals(address.Base, address.Hash))
        {
            row.Add((long?)null);
        }
        else
        {
            row.Add(address.Base);
        }

        row.Add(listed.Address);
        row.Add((int)cause);
        row.Add(since);
        row.Add(entry.Touched.Facts.Write());
        row.Add(address.Number(listed.Domain));
    }

    /// <param name="Touched">What is known of it.</param>
    /// <param name="Id">Its row; null while it has none.</param>
    /// <param name="Address">As it was given.</param>
    /// <param name="Hash">The address's.</param>
    private readonly record struct Entry(TouchedAddress Touched, long? Id, string Address, byte[] Hash);
}
