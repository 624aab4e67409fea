using MailStats.Mail.Brake;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Mail.Statistics;
using MailStats.Stores.Brake;
using MailStats.Stores.Lists;

namespace MailStats.Stores.Tests.Brake;

public sealed class RecipientReadingTests
{
    private static readonly StatisticsScope Ann = new("acme", "shop.example", "ann@shop.example");
    private static readonly TimeRange Range = new(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(78));

    [Fact]
    public async Task All_pages_are_read_and_no_more_than_are_looked_at()
    {
        var log = new Log(MetRecipients.Most, "@example.net");
        Assert.True((await log.RecipientsAsync(Ann, Range, isHeldAsTyped: true, default))!.Knew(MetRecipients.NumberOf("r4999@example.net"), long.MaxValue));
        Assert.Null(await new Log(MetRecipients.Most + 1, "@example.net").RecipientsAsync(Ann, Range, isHeldAsTyped: true, default));
    }

    [Fact]
    public async Task Hidden_addresses_tell_of_each_other_and_not_of_what_an_MTA_names()
    {
        var hidden = new Mail.Addresses.AddressPrivacy(new byte[32]).Protect("ann@example.net", Mail.Addresses.AddressForm.Hashed);
        Assert.NotNull(await new Log(1, hidden).RecipientsAsync(Ann, Range, isHeldAsTyped: false, default));
        Assert.Null(await new Log(1, hidden).RecipientsAsync(Ann, Range, isHeldAsTyped: true, default));
    }

    /// <summary>Recipients of one day, named by a number before what they all end with; an address alone where it is one.</summary>
    private sealed class Log(int recipients, string ends) : IDeliveryLog
    {
        public Task<Page<DeliverySummary>> DeliveriesAsync(DeliveryQuery query, CancellationToken cancellationToken)
        {
            var from = query.Cursor is { } cursor ? int.Parse(cursor, System.Globalization.CultureInfo.InvariantCulture) : 0;
            var until = Math.Min(recipients, from + query.Limit);
            var items = Enumerable.Range(from, until - from).Select(one => new DeliverySummary
            {
                Id = DeliveryId.Of(new("acme", $"m{one}", "r")), OccurredAt = Range.From, AcceptedAt = Range.From, Status = DeliveryStatus.Delivered,
                Recipient = ends[0] == '@' ? $"r{one}{ends}" : ends, Sender = "ann@shop.example", Attempts = 1,
            });

            return Task.FromResult(new Page<DeliverySummary>([.. items], until < recipients ? $"{until}" : null));
        }

        public Task<Page<Activity>> ActivitiesAsync(ActivityQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Page<ErrorEvent>> ErrorEventsAsync(ErrorEventQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ErrorEvent?> ExampleAsync(StatisticsScope scope, ReasonCount reason, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
