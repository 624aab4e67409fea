using MailStats.Mail.Addresses;
using MailStats.Mail.Statistics;

namespace MailStats.Stores.Tests.Deliveries;

/// <summary>What every store promises about finding the delivery that a report is about.</summary>
public abstract class ReportedDeliverySuite<TStores>
    where TStores : IStoresOpener
{
    private static readonly TimeRange Day = new(Some.Noon.AddHours(-1), Some.Noon.AddHours(23));

    [SkippableTheory]
    [InlineData(AddressForm.Plain), InlineData(AddressForm.Masked), InlineData(AddressForm.Hashed)]
    public async Task Deliveries_to_a_recipient_are_found_the_earliest_first_in_whatever_form_addresses_are_kept(AddressForm form)
    {
        await using var store = await TStores.OpenAsync(new() { Addresses = form });
        await store.Deliveries.ApplyAsync(
            [
                Some.Delivered("m2", at: Some.Noon.AddHours(2)), Some.HardBounce("m1", at: Some.Noon.AddHours(1)), Some.Delivered("m3", "bob@gmail.test"),
                Some.Delivered("m4", at: Some.Noon.AddHours(23)), Some.Event(Contracts.DeliveryEventKind.Delivered, "m5", tenant: "zeta"),
            ],
            default);

        var found = await store.Reported.FindAsync("acme", "ann@example.net", null, Day, default);

        Assert.Equal(["m1", "m2"], found.Select(delivery => delivery.MessageKey));
        Assert.Empty(await store.Reported.FindAsync("acme", "nobody@example.net", null, Day, default));
        Assert.Empty(await store.Reported.FindAsync("nobody", "ann@example.net", null, Day, default));
    }

    [SkippableTheory]
    [InlineData(null), InlineData(false), InlineData(true)]
    public async Task Of_more_than_are_given_back_the_latest_are_found_however_much_is_indexed(bool? indexed)
    {
        await using var store = await TStores.OpenAsync(null);
        const int Most = Stores.Deliveries.IReportedDeliveryStore.MaxFound;
        await store.Deliveries.ApplyAsync(
            [.. Enumerable.Range(0, Most + 1).Select(number => Some.Delivered($"m{number}", at: Some.Noon.AddMinutes(number)))], default);
        await IndexAsync(store, indexed);

        var found = await store.Reported.FindAsync("acme", "ann@example.net", null, Day, default);

        Assert.Equal(Enumerable.Range(1, Most).Select(number => $"m{number}"), found.Select(delivery => delivery.MessageKey));
    }

    [SkippableTheory]
    [InlineData(false), InlineData(true)]
    public async Task A_mail_is_found_by_its_id_among_any_number_of_the_same_recipient_and_at_any_time(bool indexed)
    {
        await using var store = await TStores.OpenAsync(null);
        await store.Deliveries.ApplyAsync(
            [
                .. Enumerable.Range(0, 200).Select(number => WithId($"m{number}", "a1@shop.example.net", Some.Noon.AddMinutes(number), "bob@example.net")),
                .. Enumerable.Range(0, 300).Select(number => WithId($"n{number}", $"a{number}@shop.example", Some.Noon.AddMinutes(number))),
                WithId("old", "old@shop.example", Some.Noon.AddDays(-40)),
            ],
            default);
        await IndexAsync(store, indexed);

        Assert.Equal("n7", Assert.Single(await store.Reported.FindAsync("acme", "ann@example.net", "a7@shop.example", Day, default)).MessageKey);
        Assert.Equal("old", Assert.Single(await store.Reported.FindAsync("acme", "ann@example.net", "old@shop.example", Day, default)).MessageKey);
        // An id that no mail of the recipient has: by the time, as without one.
        Assert.Equal(100, (await store.Reported.FindAsync("acme", "ann@example.net", "unheard-of@shop.example", Day, default)).Count);
    }

    [SkippableFact]
    public async Task Without_an_index_deliveries_are_found_too()
    {
        await using var store = await TStores.OpenAsync(null);
        await store.Deliveries.ApplyAsync([WithId("m1", "a1@shop.example", Some.Noon), Some.Delivered("m2", "bob@example.net")], default);
        await store.IndexAsync(all: true);
        await store.SpoilIndexAsync();

        Assert.Equal("m1", Assert.Single(await store.Reported.FindAsync("acme", "ann@example.net", "a1@shop.example", Day, default)).MessageKey);
    }

    private static Contracts.ClassifiedDelivery WithId(string message, string id, DateTimeOffset at, string recipient = "ann@example.net") =>
        Some.Event(Contracts.DeliveryEventKind.Delivered, message, recipient, at, with: reported => reported with { MessageId = id });

    private static Task IndexAsync(OpenedStores store, bool? all) => all is { } indexed ? store.IndexAsync(indexed) : Task.CompletedTask;
}
