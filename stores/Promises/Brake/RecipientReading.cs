using MailStats.Mail.Addresses;
using MailStats.Mail.Brake;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.Lists;

namespace MailStats.Stores.Brake;

/// <summary>Reads whom a mailbox wrote to, from its deliveries: some 50 ms for five thousand, asked for where it is about to be stopped.</summary>
public static class RecipientReading
{
    private const int RowsAtOnce = 1_000;

    /// <param name="log">The deliveries.</param>
    /// <param name="mailbox">Whose.</param>
    /// <param name="range">By the time of their status.</param>
    /// <param name="isHeldAsTyped">True where names that an MTA gives are to be compared with them: null then for addresses kept masked or hashed.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Null where there are more than <see cref="MetRecipients.Most"/>.</returns>
    public static async Task<MetRecipients?> RecipientsAsync(
        this IDeliveryLog log, StatisticsScope mailbox, TimeRange range, bool isHeldAsTyped, CancellationToken cancellationToken)
    {
        var met = new MetRecipients(mailbox.Domain!);
        var (rows, cursor) = (0, (string?)null);

        do
        {
            var page = await log.DeliveriesAsync(
                new() { Scope = mailbox, Range = range, Cursor = cursor, Limit = RowsAtOnce }, cancellationToken);

            foreach (var delivery in page.Items.Where(one => one.Status != DeliveryStatus.Rejected))
            {
                if (++rows > MetRecipients.Most || (isHeldAsTyped && AddressPrivacy.IsHidden(delivery.Recipient)))
                {
                    return null;
                }

                met.Add(UnixTime.QuarterOf(delivery.AcceptedAt), delivery.Recipient, delivery.QueueId ?? delivery.Id.ToString());
            }

            cursor = page.Next;
        }
        while (cursor is not null);

        return met;
    }
}
