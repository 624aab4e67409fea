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

        var found = await store.Reported.FindAsync("acme", "ann@example.net", Day, default);

        Assert.Equal(["m1", "m2"], found.Select(delivery => delivery.MessageKey));
        Assert.Empty(await store.Reported.FindAsync("acme", "nobody@example.net", Day, default));
        Assert.Empty(await store.Reported.FindAsync("nobody", "ann@example.net", Day, default));
    }

    [SkippableFact]
    public async Task No_more_are_given_back_than_are_allowed()
    {
        await using var store = await TStores.OpenAsync(null);
        await store.Deliveries.ApplyAsync(
            [.. Enumerable.Range(0, Stores.Deliveries.IReportedDeliveryStore.MaxFound + 1).Select(number => Some.Delivered($"m{number}"))], default);

        var found = await store.Reported.FindAsync("acme", "ann@example.net", Day, default);

        Assert.Equal(Stores.Deliveries.IReportedDeliveryStore.MaxFound, found.Count);
    }
}
