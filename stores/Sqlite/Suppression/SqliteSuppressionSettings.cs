using MailStats.Mail.Suppression;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Suppression;

/// <summary>Settings as rows: a domain's own, else its tenant's, else the defaults.</summary>
internal static class SqliteSuppressionSettings
{
    public static SuppressionSettings Read(SqliteSession session, string tenantId, string? domain) =>
        (domain is not null ? ReadOwn(session, tenantId, domain) : null) ?? ReadOwn(session, tenantId, null) ?? new();

    public static SuppressionSettings? ReadOwn(SqliteSession session, string tenantId, string? domain)
    {
        var row = session.Prepare(
            "SELECT mode, hard_bounce_days, complaint_days, plus_addresses FROM suppression_settings WHERE tenant = ?1 AND domain = ?2")
            .Bind(1, tenantId).Bind(2, domain ?? "");

        if (!row.Step())
        {
            return null;
        }

        var settings = new SuppressionSettings
        {
            Mode = (SuppressionMode)row.Int(0),
            HardBounceDays = row.Int(1),
            ComplaintDays = (int?)row.LongOrNull(2),
            PlusAddresses = (PlusAddresses)row.Int(3),
        };
        row.Reset();

        return settings;
    }

    public static void Save(SqliteSession session, string tenantId, string? domain, SuppressionSettings? settings)
    {
        if (settings is null)
        {
            session.Prepare("DELETE FROM suppression_settings WHERE tenant = ?1 AND domain = ?2").Bind(1, tenantId).Bind(2, domain ?? "").Execute();

            return;
        }

        session.Prepare(
            """
            INSERT INTO suppression_settings (tenant, domain, mode, hard_bounce_days, complaint_days, plus_addresses) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT DO UPDATE SET mode = ?3, hard_bounce_days = ?4, complaint_days = ?5, plus_addresses = ?6
            """)
            .Bind(1, tenantId).Bind(2, domain ?? "").Bind(3, (int)settings.Mode).Bind(4, settings.HardBounceDays).Bind(5, settings.ComplaintDays)
            .Bind(6, (int)settings.PlusAddresses)
            .Execute();
    }
}
