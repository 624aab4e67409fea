using System.Globalization;
using MailStats.Mail.Quotas;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Quotas;

/// <summary>A tenant's quota settings as a row.</summary>
internal static class SqliteQuotaSettings
{
    public static QuotaSettings Read(SqliteSession session, string tenantId)
    {
        var statement = session.Prepare("SELECT anchor_day, time_zone, thresholds FROM quota_settings WHERE tenant = ?1").Bind(1, tenantId);

        if (!statement.Step())
        {
            return new() { TenantId = tenantId };
        }

        var settings = new QuotaSettings
        {
            TenantId = tenantId,
            AnchorDay = statement.Int(0),
            TimeZone = statement.IsNull(1) ? null : statement.Text(1),
            Thresholds = [.. statement.Text(2).Split(' ').Select(text => int.Parse(text, CultureInfo.InvariantCulture))],
        };
        statement.Reset();

        return settings;
    }

    public static void Write(SqliteSession session, QuotaSettings settings) =>
        session.Prepare(
            """
            INSERT INTO quota_settings (tenant, anchor_day, time_zone, thresholds) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO UPDATE SET anchor_day = ?2, time_zone = ?3, thresholds = ?4
            """)
            .Bind(1, settings.TenantId).Bind(2, settings.AnchorDay).Bind(3, settings.TimeZone)
            .Bind(4, string.Join(' ', settings.Thresholds.Select(threshold => threshold.ToString(CultureInfo.InvariantCulture))))
            .Execute();
}
