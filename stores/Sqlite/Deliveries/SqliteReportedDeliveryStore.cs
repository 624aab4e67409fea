using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Statistics;

namespace MailStats.Stores.Sqlite.Deliveries;

/// <summary>Walks the tenant's deliveries hour by hour: an index by recipient would cost every delivery what a few reports need.</summary>
internal sealed class SqliteReportedDeliveryStore(SqliteDatabase database, SqlitePrivacy privacy) : IReportedDeliveryStore
{
    private const long MicrosecondsPerHour = 3_600_000_000;

    public Task<IReadOnlyList<ReportedDelivery>> FindAsync(
        string tenantId, string recipient, TimeRange within, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => Find(session, tenantId, recipient, within, cancellationToken)));

    private IReadOnlyList<ReportedDelivery> Find(
        SqliteSession session, string tenantId, string recipient, TimeRange within, CancellationToken cancellationToken)
    {
        if (SqliteStatisticsStore.Find(session, new(tenantId)) is not { } tenant)
        {
            return [];
        }

        string[] forms = privacy.AddressesIfAny(session) is { } addresses
            ? [recipient, addresses.Protect(recipient, AddressForm.Masked), addresses.Protect(recipient, AddressForm.Hashed)]
            : [recipient];
        var (from, to) = (UnixTime.ToMicroseconds(within.From), UnixTime.ToMicroseconds(within.To));
        var found = new List<(long At, ReportedDelivery Delivery)>();
        var examined = 0;

        for (var hour = from / MicrosecondsPerHour; hour * MicrosecondsPerHour < to && examined < IReportedDeliveryStore.MaxExamined; hour++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // As the index has it: whose it is and whether it failed are one number.
            var rows = session.Prepare(
                """
                SELECT at, state FROM deliveries
                WHERE at / 3600000000 = ?1 AND 2 * tenant + ((106 >> status) & 1) IN (2 * ?2, 2 * ?2 + 1) LIMIT ?3
                """).Bind(1, hour).Bind(2, tenant.Id).Bind(3, IReportedDeliveryStore.MaxExamined - examined);

            while (rows.Step())
            {
                examined++;
                var at = rows.Long(0);

                if (at >= from && at < to && Array.IndexOf(forms, DeliveryCodec.RecipientOf(rows.Blob(1), session.Texts)) >= 0)
                {
                    found.Add((at, Of(DeliveryCodec.Decode(rows.Blob(1), session.Texts))));
                }
            }
        }

        return [.. found.OrderBy(one => one.At).ThenBy(one => one.Delivery.MessageKey, StringComparer.Ordinal).Select(one => one.Delivery)
            .Take(IReportedDeliveryStore.MaxFound)];
    }

    private static ReportedDelivery Of(in StoredDelivery delivery) => new(
        delivery.MessageKey, delivery.Recipient, delivery.State.MessageId, delivery.State.QueueId, delivery.State.Sender, delivery.State.HeaderFrom,
        UnixTime.FromMicroseconds(delivery.State.AcceptedAt));
}
