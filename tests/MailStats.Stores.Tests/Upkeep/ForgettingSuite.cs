using MailStats.Contracts;
using MailStats.Mail.Addresses;
using MailStats.Mail.Statistics;

namespace MailStats.Stores.Tests.Upkeep;

/// <summary>What every store promises about removing and hiding.</summary>
public abstract class ForgettingSuite<TStores>
    where TStores : IStoresOpener
{
    private static readonly TimeRange Day = new(Some.Noon.AddHours(-12), Some.Noon.AddHours(12));
    private static readonly StatisticsScope Acme = new("acme");

    private static Task<OpenedStores> OpenAsync(StorageOptions? options = null) => TStores.OpenAsync(options);

    [SkippableFact]
    public async Task An_erased_person_is_gone_and_the_totals_stay_also_when_the_events_come_again()
    {
        await using var store = await OpenAsync();
        ClassifiedDelivery[] events = [Some.Delivered("m1"), Some.HardBounce("m2", "Ann@example.net"), Some.Delivered("m3", "bob@gmail.test")];
        await store.Deliveries.ApplyAsync(events, default);
        var before = await Numbers(store);

        var receipt = await store.Erasures.EraseAsync("acme", "ANN@example.net", default);
        var again = await store.Deliveries.ApplyAsync([.. events, Some.HardBounce("m1", at: Some.Noon.AddHours(1))], default);

        Assert.Equal(2, receipt.Deliveries);
        Assert.Equal(0, again.Changed);
        Assert.Equal(before, await Numbers(store));
        Assert.Equal("bob@gmail.test", Assert.Single((await store.Log.ActivitiesAsync(new() { Scope = Acme, Limit = 10 }, default)).Items).Recipient);
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
        Assert.Equal(receipt.AddressHash, (await store.Erasures.EraseAsync("acme", "ann@example.net", default)).AddressHash);
        Assert.DoesNotContain(await store.DumpAsync(), line => line.Contains("ann@", StringComparison.OrdinalIgnoreCase));
    }

    [SkippableFact]
    public async Task Another_tenants_rows_are_not_erased()
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync([Some.Delivered(), Some.Event(DeliveryEventKind.Delivered, tenant: "zeta")], default);

        await store.Erasures.EraseAsync("acme", "ann@example.net", default);

        Assert.Single((await store.Log.ActivitiesAsync(new() { Scope = new("zeta"), Limit = 10 }, default)).Items);
        Assert.Equal(0, (await store.Erasures.EraseAsync("nobody", "ann@example.net", default)).Deliveries);
    }

    [SkippableTheory]
    [InlineData(AddressForm.Masked)]
    [InlineData(AddressForm.Hashed)]
    public async Task Hidden_addresses_are_nowhere_in_the_store_and_can_still_be_found_and_erased(AddressForm form)
    {
        await using var store = await OpenAsync(new() { Addresses = form });
        var bounce = Some.Event(
            DeliveryEventKind.Bounced, "m1", "ann.smith@example.net",
            sender: "bounces+1-ann.smith=example.net@news.example.org", classification: Some.UserUnknown,
            with: reported => reported with { ReplyCode = 550, ReplyText = "550 5.1.1 <Ann.Smith@example.net>: user ann.smith unknown" });

        await store.Deliveries.ApplyAsync([bounce, Some.Delivered("m2", "bob@gmail.test")], default);
        var again = await store.Deliveries.ApplyAsync([bounce], default);

        Assert.Equal((0, 1), (again.Changed, again.Repeated));
        Assert.Equal(new Counters(2, 1, 0, 1, 0), await store.Statistics.SumAsync(Acme, Day, default));
        Assert.DoesNotContain(await store.DumpAsync(), line => line.Contains("ann.smith", StringComparison.OrdinalIgnoreCase));
        var found = Assert.Single((await store.Log.ActivitiesAsync(new() { Scope = Acme, Limit = 10, Search = Searched.For("ann.smith@example.net") }, default)).Items);
        Assert.EndsWith("@example.net", found.Recipient, StringComparison.Ordinal);
        Assert.Equal(1, (await store.Erasures.EraseAsync("acme", "Ann.Smith@example.net", default)).Deliveries);
        Assert.Equal(0, (await store.Deliveries.ApplyAsync([bounce], default)).Changed);
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
    }

    [SkippableFact]
    public async Task Deliveries_keep_their_identity_when_the_form_of_addresses_changes()
    {
        await using var store = await OpenAsync();
        ClassifiedDelivery[] events = [Some.Delivered("m1"), Some.Delivered("m2", "bob@gmail.test")];
        await store.Deliveries.ApplyAsync(events, default);

        await using var hashing = store.Another(new() { Addresses = AddressForm.Hashed });
        Assert.Equal(0, (await hashing.Deliveries.ApplyAsync(events, default)).Changed);
        await hashing.Deliveries.ApplyAsync([Some.Delivered("m3")], default);
        Assert.Equal(0, (await store.Deliveries.ApplyAsync([Some.Delivered("m3")], default)).Changed);

        Assert.Equal(3, (await store.Statistics.SumAsync(Acme, Day, default)).Recipients);
    }

    [SkippableFact]
    public async Task Old_deliveries_go_first_their_totals_later_and_late_events_bring_nothing_back()
    {
        await using var store = await OpenAsync();
        var old = Enumerable.Range(0, 1200).Select(number => Some.Delivered($"m{number}", at: Some.Noon.AddDays(-100))).ToList();
        await store.Deliveries.ApplyAsync([.. old, Some.Delivered("young")], default);
        var hundredDaysAgo = new TimeRange(Day.From.AddDays(-100), Day.To.AddDays(-100));

        var trimmed = await store.Retention.TrimAsync(Some.Noon.AddDays(-90), Some.Noon.AddDays(-700), default);
        await store.Deliveries.ApplyAsync(old, default);

        Assert.Equal((1200, 0), (trimmed.Deliveries, trimmed.Rollups));
        Assert.Equal(1200, (await store.Statistics.SumAsync(Acme, hundredDaysAgo, default)).Delivered);
        Assert.Single((await store.Log.ActivitiesAsync(new() { Scope = Acme, Limit = 10 }, default)).Items);
        Assert.Equal((1, 0), await store.Verification.VerifyAsync(repair: false, default) is var report ? (report.Deliveries, report.Differences) : default);

        Assert.True((await store.Retention.TrimAsync(Some.Noon.AddDays(-90), Some.Noon.AddDays(-95), default)).Rollups > 0);
        Assert.Equal(0, (await store.Statistics.SumAsync(Acme, hundredDaysAgo, default)).Delivered);
        Assert.Equal(1, (await store.Statistics.SumAsync(Acme, Day, default)).Delivered);
    }

    [SkippableFact]
    public async Task An_event_for_a_quarter_hour_whose_totals_are_gone_counts_nowhere()
    {
        await using var store = await OpenAsync();
        await store.Retention.TrimAsync(Some.Noon.AddDays(-90), Some.Noon.AddDays(1), default);

        await store.Deliveries.ApplyAsync([Some.Delivered()], default);

        Assert.Equal(default, await store.Statistics.SumAsync(Acme, Day, default));
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
    }

    private static async Task<IReadOnlyList<string>> Numbers(OpenedStores store) =>
        [.. (await store.DumpAsync()).Where(line => !line.StartsWith("delivery", StringComparison.Ordinal))];
}
