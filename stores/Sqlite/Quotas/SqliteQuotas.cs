using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Deliveries;
using Microsoft.Extensions.Options;

namespace MailStats.Stores.Sqlite.Quotas;

/// <summary>The rules of quotas over the rows of one transaction.</summary>
internal sealed class SqliteQuotas
{
    public SqliteQuotas(SqliteSession session, DateTimeOffset now, QuotaOptions options)
    {
        Rows = new(session);
        Ledger = new(Rows, now);
        Reservations = new(Ledger, new SqliteReservationRows(session), options);
    }

    public SqliteQuotaRows Rows { get; }

    public QuotaLedger Ledger { get; }

    public QuotaReservations Reservations { get; }

    public ReservationOutcome Reserve(ReservationRequest request)
    {
        var outcome = Reservations.Reserve(request);

        if (!Reservations.MayMakeRoom(outcome, request.TenantId))
        {
            return outcome;
        }

        Reservations.Expire(request.TenantId);

        return Reservations.Reserve(request);
    }

    public void Write() => Rows.Write(Ledger.Close(), Ledger.Now);
}

/// <summary>Moves quotas in the transaction that applies deliveries.</summary>
internal sealed class SqliteQuotaParticipant(IOptions<QuotaOptions> options, TimeProvider time) : ISqliteApplyParticipant
{
    public void Applied(SqliteSession session, AppliedChanges changes)
    {
        var quotas = new SqliteQuotas(session, time.GetUtcNow(), options.Value);
        quotas.Reservations.Applied(changes);
        quotas.Write();
    }
}
