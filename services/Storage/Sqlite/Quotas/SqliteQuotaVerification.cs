using MailStats.Storage.Deliveries;
using MailStats.Storage.Quotas;

namespace MailStats.Storage.Sqlite.Quotas;

/// <summary>Compares the counters that count now or later with what their rows add up to.</summary>
internal static class SqliteQuotaVerification
{
    public static IReadOnlyList<QuotaDifference> Compare(SqliteSession session, DateTimeOffset now)
    {
        var ledger = new SqliteQuotaLedger(session, now);
        var differences = new List<QuotaDifference>();

        foreach (var (key, period, calendar, used, reserved) in ReadAll(session))
        {
            // A counter that another calendar cut is not read any more.
            if (ledger.Terms(key.Scope.TenantId).CalendarName != calendar)
            {
                continue;
            }

            var (trueUsed, trueReserved) = (ledger.SumUsed(key, period), ledger.SumReserved(key, period));

            if ((used, reserved) != (trueUsed, trueReserved))
            {
                differences.Add(new(key.Scope, key.Window, period, used, reserved, trueUsed, trueReserved));
            }
        }

        return differences;
    }

    public static void Repair(SqliteSession session, IReadOnlyList<QuotaDifference> differences)
    {
        foreach (var difference in differences)
        {
            var key = new QuotaKey(difference.Scope, difference.Window);
            session.Prepare("UPDATE quota_counters SET used = ?6, reserved = ?7 WHERE tenant = ?1 AND domain = ?2 AND mailbox = ?3 AND span = ?4 AND start = ?5")
                .Bind(1, key.Scope.TenantId).Bind(2, key.Domain).Bind(3, key.Mailbox).Bind(4, (int)key.Window)
                .Bind(5, Time.ToMicroseconds(difference.Period.Start)).Bind(6, difference.TrueUsed).Bind(7, difference.TrueReserved)
                .Execute();
        }
    }

    private static List<(QuotaKey Key, QuotaPeriod Period, string Calendar, long Used, long Reserved)> ReadAll(SqliteSession session)
    {
        var statement = session.Prepare("SELECT tenant, domain, mailbox, span, start, ends, calendar, used, reserved FROM quota_counters");
        var counters = new List<(QuotaKey Key, QuotaPeriod Period, string Calendar, long Used, long Reserved)>();

        while (statement.Step())
        {
            var domain = statement.Text(1) is { Length: > 0 } named ? named : null;
            var mailbox = statement.Text(2) is { Length: > 0 } address ? address : null;
            counters.Add((
                new(new(statement.Text(0), domain, mailbox), (QuotaWindow)statement.Int(3)),
                new(Time.FromMicroseconds(statement.Long(4)), Time.FromMicroseconds(statement.Long(5))),
                statement.Text(6),
                statement.Long(7),
                statement.Long(8)));
        }

        return counters;
    }
}
