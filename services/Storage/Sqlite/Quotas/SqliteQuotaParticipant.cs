using MailStats.Storage.Deliveries;
using MailStats.Storage.Quotas;
using Microsoft.Extensions.Options;

namespace MailStats.Storage.Sqlite.Quotas;

/// <summary>Moves quotas in the transaction that applies deliveries: used by the rollups' changes, reserved down by the deliveries that have come to be known.</summary>
internal sealed class SqliteQuotaParticipant(IOptions<QuotaOptions> options, TimeProvider time) : ISqliteApplyParticipant
{
    public void Applied(SqliteSession session, AppliedChanges changes)
    {
        var ledger = new SqliteQuotaLedger(session, time.GetUtcNow());

        foreach (var delta in changes.Recipients)
        {
            foreach (var counter in ledger.Counters(new(delta.TenantId, delta.Domain, delta.Mailbox), delta.QuarterStart))
            {
                if (!counter.Summed)
                {
                    counter.Used += delta.Recipients;
                }

                counter.Changed = true;
            }
        }

        var reservations = new SqliteReservations(ledger, options.Value);

        var asking = changes.New.Select(delivery => delivery.TenantId).Distinct().Where(reservations.HasOpen).ToHashSet(StringComparer.Ordinal);

        foreach (var message in changes.New.Where(delivery => asking.Contains(delivery.TenantId)).GroupBy(delivery => (delivery.TenantId, delivery.QueueId, delivery.Host)))
        {
            reservations.Commit(message.Key.TenantId, message.Key.QueueId, message.Key.Host, message.Min(delivery => delivery.AcceptedAt), message.Count());
        }

        foreach (var (host, reportedTo) in changes.Reported)
        {
            reservations.Reported(host.TenantId, host.Host, reportedTo);
        }

        ledger.Flush();
    }
}
