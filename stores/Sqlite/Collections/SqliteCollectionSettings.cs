using MailStats.Contracts;
using MailStats.Stores.Collections;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Collections;

/// <summary>The rows of a tenant's collection settings and its hosts' own, within a session.</summary>
internal static class SqliteCollectionSettings
{
    public static TenantCollectionSettings Read(SqliteSession session, string tenantId)
    {
        var hosts = new Dictionary<string, CollectionSettings>(StringComparer.Ordinal);
        var row = session.Prepare("SELECT enabled, interval_hours, continuous, host FROM host_collection_settings WHERE tenant = ?1").Bind(1, tenantId);
        while (row.Step())
        {
            hosts.Add(row.Text(3), SettingsOf(row));
        }

        return new(First(OfTenant(session, tenantId)) ?? new CollectionSettings(), hosts);
    }

    /// <summary>The host's own setting where it has one, else its tenant's.</summary>
    public static CollectionSettings Read(SqliteSession session, string tenantId, string host) =>
        First(session.Prepare("SELECT enabled, interval_hours, continuous FROM host_collection_settings WHERE tenant = ?1 AND host = ?2")
            .Bind(1, tenantId).Bind(2, host))
        ?? First(OfTenant(session, tenantId))
        ?? new CollectionSettings();

    /// <summary>Puts these in place of all that the tenant had.</summary>
    public static void Save(SqliteSession session, string tenantId, TenantCollectionSettings settings)
    {
        session.Prepare(
            """
            INSERT INTO collection_settings (enabled, interval_hours, continuous, tenant) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO UPDATE SET enabled = ?1, interval_hours = ?2, continuous = ?3
            """)
            .BindSettings(settings.Settings).Bind(4, tenantId)
            .Execute();

        session.Prepare("DELETE FROM host_collection_settings WHERE tenant = ?1").Bind(1, tenantId).Execute();
        foreach (var (host, own) in settings.Hosts)
        {
            session.Prepare("INSERT INTO host_collection_settings (enabled, interval_hours, continuous, tenant, host) VALUES (?1, ?2, ?3, ?4, ?5)")
                .BindSettings(own).Bind(4, tenantId).Bind(5, host)
                .Execute();
        }
    }

    private static SqliteStatement OfTenant(SqliteSession session, string tenantId) =>
        session.Prepare("SELECT enabled, interval_hours, continuous FROM collection_settings WHERE tenant = ?1").Bind(1, tenantId);

    private static CollectionSettings? First(SqliteStatement row)
    {
        if (!row.Step())
        {
            return null;
        }

        var settings = SettingsOf(row);
        row.Reset();

        return settings;
    }

    private static SqliteStatement BindSettings(this SqliteStatement statement, CollectionSettings settings) =>
        statement.Bind(1, settings.Enabled ? 1 : 0).Bind(2, settings.IntervalHours).Bind(3, settings.Continuous ? 1 : 0);

    private static CollectionSettings SettingsOf(SqliteStatement row) =>
        new() { Enabled = row.Int(0) != 0, IntervalHours = row.Int(1), Continuous = row.Int(2) != 0 };
}
