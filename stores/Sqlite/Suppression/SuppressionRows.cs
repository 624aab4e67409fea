using MailStats.Mail.Addresses;
using MailStats.Mail.Suppression;
using MailStats.Mail.Time;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Notifications;

namespace MailStats.Stores.Sqlite.Suppression;

/// <summary>The entries that one transaction touches.</summary>
internal sealed class SuppressionRows(SqliteSession session, AddressPrivacy privacy, AddressForm form, DateTimeOffset now)
{
    private static readonly SqliteRows Find = new(
        "WITH sought (place, hash, tenant) AS (VALUES",
        columns: 3,
        ") SELECT place, s.id, s.domain, s.address, s.facts FROM sought CROSS JOIN suppressions s ON s.hash = sought.hash AND s.tenant = sought.tenant");

    private readonly Dictionary<(string Tenant, string Domain), SuppressionSettings> _settings = [];
    private readonly List<(TouchedAddress Touched, long? Id, string Address)> _all = [];
    private readonly long _now = UnixTime.ToMicroseconds(now);

    /// <summary>The entries of addresses, of the whole tenant and of its domains alike.</summary>
    /// <param name="addresses">Each once.</param>
    public List<TouchedAddress>[] Load(ReadOnlySpan<(string TenantId, byte[] Hash)> addresses)
    {
        var found = new List<TouchedAddress>[addresses.Length];
        var sought = new (int Place, string TenantId, byte[] Hash)[addresses.Length];
        var stored = new List<(int Place, long Id, ListedAddress Listed, SuppressionFacts Facts)>();

        for (var place = 0; place < addresses.Length; place++)
        {
            found[place] = [];
            sought[place] = (place, addresses[place].TenantId, addresses[place].Hash);
        }

        Find.Run<(int Place, string TenantId, byte[] Hash)>(
            session,
            sought,
            static (ref row, in address) =>
            {
                row.Add(address.Place);
                row.Add(address.Hash);
                row.Add(address.TenantId);
            },
            row => stored.Add((row.Int(0), row.Long(1), Listed(sought[row.Int(0)].TenantId, row.Text(2), row.Text(3)), SuppressionFacts.Read(row.Blob(4)))));

        foreach (var (place, id, listed, facts) in stored)
        {
            found[place].Add(Add(listed, facts, id, listed.Address));
        }

        return found;
    }

    /// <summary>An entry that is not stored yet; stored when something changes it.</summary>
    public TouchedAddress Make(string tenantId, string? domain, string address) =>
        Add(new(tenantId, domain, privacy.Protect(address, form)), new(), null, address);

    /// <summary>Writes what was changed, and tells of it where that is wanted.</summary>
    public void Write(bool tell = true)
    {
        foreach (var (touched, id, address) in _all)
        {
            if (!touched.Changed)
            {
                continue;
            }

            var (cause, since) = touched.Place;
            var facts = touched.Facts.Write();

            if (id is { } row)
            {
                session.Prepare("UPDATE suppressions SET cause = ?2, since = ?3, facts = ?4 WHERE id = ?1")
                    .Bind(1, row).Bind(2, (int)cause).Bind(3, since).Bind(4, facts).Execute();
            }
            else
            {
                Insert(touched.Listed, SuppressedAddress.Of(address, privacy, form), cause, since, facts);
            }

            if (tell && touched.Notice(now) is { } notice)
            {
                SqliteOutbox.Append(session, notice.NoticeId, notice.Type, notice.Content, now);
            }
        }
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

    private static ListedAddress Listed(string tenantId, string domain, string address) => new(tenantId, domain.Length > 0 ? domain : null, address);

    private TouchedAddress Add(in ListedAddress listed, SuppressionFacts facts, long? id, string address)
    {
        var touched = new TouchedAddress(listed, facts, SettingsOf(listed.TenantId, listed.Domain), _now);
        _all.Add((touched, id, address));

        return touched;
    }

    private void Insert(in ListedAddress listed, SuppressedAddress address, SuppressionCause cause, long since, byte[] facts)
    {
        var statement = session.Prepare(
            "INSERT INTO suppressions (tenant, hash, domain, base, address, cause, since, facts, number) "
            + "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
            .Bind(1, listed.TenantId).Bind(2, address.Hash).Bind(3, listed.Domain ?? "").Bind(5, listed.Address)
            .Bind(6, (int)cause).Bind(7, since).Bind(8, facts).Bind(9, address.Number(listed.Domain));

        if (ReferenceEquals(address.Base, address.Hash))
        {
            statement.BindNull(4).Execute();
        }
        else
        {
            statement.Bind(4, address.Base).Execute();
        }
    }
}
