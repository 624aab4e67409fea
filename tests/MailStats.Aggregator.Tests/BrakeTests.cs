using MailStats.Contracts;
using MailStats.Stores.Brake;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.Aggregator.Tests;

public sealed class BrakeTests
{
    private static readonly DateTimeOffset Burst = new(TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(-3).AddHours(10), TimeSpan.Zero);

    [Fact]
    public async Task History_is_judged_by_whom_the_mail_went_to()
    {
        await using var app = await AggregatorApp.StartAsync();
        var brakes = app.Services.GetRequiredService<IBrakeStore>();
        var greetings = Enumerable.Range(0, 90).Select(one => Delivered("ann@shop.example", $"contact{one}@example.net", Burst));
        var strangers = Enumerable.Range(0, 60).Select(one => Delivered("bob@shop.example", $"stranger{one}@example.org", Burst));

        await app.PublishAsync(new()
        {
            BatchId = Guid.NewGuid(),
            ReceivedAt = Burst,
            Deliveries = [.. Habit("ann@shop.example"), .. greetings, .. Habit("bob@shop.example"), .. strangers],
        });
        await Eventually.HoldsAsync(
            async () => (await brakes.ListAsync("acme", null, 10, app.Limit)).Items is [{ Mailbox: "bob@shop.example", LetThrough: 48 }], "one stop");
    }

    /// <summary>Five weeks of ten recipients a day, out of a hundred.</summary>
    private static IEnumerable<ClassifiedDelivery> Habit(string mailbox) => Enumerable.Range(0, 350)
        .Select(one => Delivered(mailbox, $"contact{one % 100}@example.net", Burst.AddDays(-1 - (one / 10)).AddMinutes(20 * (one % 10))));

    private static ClassifiedDelivery Delivered(string mailbox, string recipient, DateTimeOffset at) => new()
    {
        Provider = "example.net",
        Event = new()
        {
            EventId = Guid.NewGuid(), TenantId = "acme", MessageKey = Guid.NewGuid().ToString(), Recipient = recipient,
            Kind = DeliveryEventKind.Delivered, OccurredAt = at, Sender = mailbox,
        },
    };
}
