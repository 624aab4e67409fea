using MailStats.Contracts;
using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Quotas;
using MailStats.Mail.Time;
using Microsoft.Extensions.Time.Testing;

namespace MailStats.Stores.Tests.Deliveries;

/// <summary>What every store promises about one delivery that is asked for by its id.</summary>
public abstract class TrailStoreSuite<TStores>
    where TStores : IStoresOpener
{
    private static readonly DeliveryId Id = DeliveryId.Of(new("acme", "m1", "ann@example.net"));

    private static Task<OpenedStores> OpenAsync(StorageOptions? options = null, TimeProvider? time = null) => TStores.OpenAsync(options, time);

    [SkippableFact]
    public async Task A_delivery_is_found_by_its_id_with_every_attempt()
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync(
            [
                Some.Accepted(), Some.Deferral(at: Some.Noon.AddMinutes(1)), Some.Deferral(at: Some.Noon.AddMinutes(9)), Some.Delivered("m2"),
                Some.Delivered(recipient: "bob@gmail.test"),
            ],
            default);
        await store.Deliveries.ApplyAsync([Some.HardBounce(at: Some.Noon.AddHours(1))], default);

        var (delivery, reservation) = (await store.Trails.FindAsync("acme", Id, default))!;

        Assert.Equal(("m1", "ann@example.net"), (delivery.MessageKey, delivery.Recipient));
        Assert.Equal(
            [
                (DeliveryEventKind.Deferred, Some.Noon.AddMinutes(1), "452 4.2.2 Mailbox full"),
                (DeliveryEventKind.Deferred, Some.Noon.AddMinutes(9), "452 4.2.2 Mailbox full"),
                (DeliveryEventKind.Bounced, Some.Noon.AddHours(1), "550 5.1.1 No such user"),
            ],
            delivery.State.Trail.Select(outcome => (outcome.Kind, UnixTime.FromMicroseconds(outcome.At), outcome.ReplyText)));
        Assert.Equal((DeliveryStatus.HardBounced, 3, "Your order"), (delivery.State.Status(), delivery.State.Attempts(), delivery.State.Subject));
        Assert.Null(reservation);
    }

    [SkippableFact]
    public async Task The_lists_name_the_delivery_that_is_found()
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync(
            [Some.Delivered(), Some.HardBounce(at: Some.Noon.AddHours(1)), Some.Deferral("m2"), Some.Delivered("m3", sender: "")], default);

        var activities = (await store.Log.ActivitiesAsync(new() { Scope = new("acme"), Limit = 10 }, default)).Items;
        var errors = (await store.Log.ErrorEventsAsync(new() { Scope = new("acme"), Limit = 10 }, default)).Items;

        Assert.Equal(4, activities.Count);
        Assert.Equal(2, errors.Count);

        foreach (var (id, recipient) in activities.Select(activity => (activity.Id, activity.Recipient)).Concat(errors.Select(error => (error.Id, error.To))))
        {
            Assert.Equal(recipient, (await store.Trails.FindAsync("acme", id, default))!.Delivery.Recipient);
        }

        Assert.Equal(3, activities.Select(activity => activity.Id).Distinct().Count());
    }

    [SkippableFact]
    public async Task What_another_tenant_has_is_as_unknown_as_what_nobody_has()
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync([Some.Delivered(), Some.Event(DeliveryEventKind.Delivered, tenant: "zeta")], default);

        Assert.Null(await store.Trails.FindAsync("zeta", Id, default));
        Assert.Null(await store.Trails.FindAsync("nobody", Id, default));
        Assert.Null(await store.Trails.FindAsync("acme", DeliveryId.Of(new("acme", "m2", "ann@example.net")), default));
        Assert.Null(await store.Trails.FindAsync("acme", new DeliveryId(UInt128.MaxValue), default));
        Assert.NotNull(await store.Trails.FindAsync("zeta", DeliveryId.Of(new("zeta", "m1", "ann@example.net")), default));
    }

    [SkippableTheory]
    [InlineData(AddressForm.Masked)]
    [InlineData(AddressForm.Hashed)]
    public async Task A_hidden_address_stays_hidden_and_an_erased_one_is_gone(AddressForm form)
    {
        await using var store = await OpenAsync(new() { Addresses = form });
        await store.Deliveries.ApplyAsync([Some.HardBounce(), Some.Delivered("m2", "bob@gmail.test")], default);
        var shown = Assert.Single((await store.Log.ErrorEventsAsync(new() { Scope = new("acme"), Limit = 10 }, default)).Items);
        var id = shown.Id;

        Assert.Null(await store.Trails.FindAsync("acme", Id, default));
        Assert.Equal(shown.To, (await store.Trails.FindAsync("acme", id, default))!.Delivery.Recipient);
        await store.Deliveries.ApplyAsync([Some.HardBounce(at: Some.Noon.AddHours(1))], default);
        Assert.Equal(2, (await store.Trails.FindAsync("acme", id, default))!.Delivery.State.Trail.Count);
        await store.Erasures.EraseAsync("acme", "Ann@example.net", default);
        Assert.Null(await store.Trails.FindAsync("acme", id, default));
    }

    [SkippableFact]
    public async Task The_reservation_of_a_message_is_found_though_it_is_used_up()
    {
        var time = new FakeTimeProvider(Some.Noon);
        await using var store = await OpenAsync(time: time);
        await store.Quotas.SaveLimitAsync(new(new("acme"), QuotaWindow.Month, 1000), default);
        await ReserveAsync("an earlier message", queueId: "4F9D");
        time.Advance(TimeSpan.FromDays(2));
        await ReserveAsync("the message", queueId: "4F9D");
        await ReserveAsync("another host", queueId: "4F9D", host: "mx2");
        await ReserveAsync("another message", queueId: "4F9E");
        await store.Deliveries.ApplyAsync(
            [OfQueue("m1", "4F9D", time.GetUtcNow().AddSeconds(3)), OfQueue("m2", "4F9E", time.GetUtcNow().AddDays(1.5))], default);

        var taken = (await store.Trails.FindAsync("acme", Id, default))!.Reservation!;

        Assert.Equal(("the message", 1, 0), (taken.Key, taken.Recipients, taken.Remaining));
        Assert.Null((await store.Trails.FindAsync("acme", DeliveryId.Of(new("acme", "m2", "ann@example.net")), default))!.Reservation);

        Task ReserveAsync(string key, string queueId, string host = "mx1") =>
            store.Quotas.ReserveAsync(new() { TenantId = "acme", Key = key, Recipients = 1, QueueId = queueId, Host = host }, default);

        static ClassifiedDelivery OfQueue(string message, string queueId, DateTimeOffset at) =>
            Some.Event(DeliveryEventKind.Delivered, message, at: at, with: reported => reported with { QueueId = queueId, ReportingHost = "MX1" });
    }
}
