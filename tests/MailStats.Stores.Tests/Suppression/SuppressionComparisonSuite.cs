using MailStats.Contracts;
using MailStats.Mail.Lists;
using MailStats.Mail.Suppression;
using MailStats.Mail.Tests;
using MailStats.Stores.Suppression;
using Microsoft.Extensions.Time.Testing;

namespace MailStats.Stores.Tests.Suppression;

/// <summary>What every store promises about providers' lists beside ours.</summary>
public abstract class SuppressionComparisonSuite<TStores>
    where TStores : IStoresOpener
{
    private static readonly DateTimeOffset Noon = Some.Noon;

    private static readonly Classification ProvidersList = Some.UserUnknown with { Reason = "suppressed", Hard = false };

    private readonly FakeTimeProvider _time = new(Noon.AddHours(1));

    [SkippableFact]
    public async Task What_a_provider_refuses_is_on_our_list_until_it_is_taken_off_ends_or_is_delivered_to()
    {
        await using var store = await TStores.OpenAsync(time: _time);
        await store.Deliveries.ApplyAsync(
            [
                Refused("kept@x.example", "sendgrid/news"), Refused("removed@x.example", "sendgrid/news"),
                Refused("delivered@x.example", "ses/receipts"), Event(DeliveryEventKind.Delivered, "m2", "delivered@x.example", Noon.AddMinutes(2)),
                Event(DeliveryEventKind.Delivered, "m1", "fine@x.example", Noon),
            ],
            Noon.AddMinutes(3),
            default);
        await store.Suppressions.RemoveAsync("acme", null, "removed@x.example", default);
        await store.Suppressions.RemoveAsync("acme", null, "never@x.example", default);

        var compared = await CompareAsync(store, ComparisonSide.Provider);

        Assert.Equal(
            [("removed@x.example", MissingBecause.Removed, "sendgrid/news"), ("delivered@x.example", MissingBecause.Delivered, "ses/receipts")],
            compared.Page.Items.Select(one => (one.Address, one.Because!.Value, one.Source)).OrderBy(one => one.Item2));
        Assert.Equal(2, compared.Total);
        var first = compared.Page.Items.Single(one => one.Because == MissingBecause.Removed);
        Assert.Equal((Noon, "suppressed", "250 on our list", null, 32), (first.At, first.Reason, first.Reply, first.Cause, first.Delivery!.Length));

        _time.SetUtcNow(Noon.AddDays(181));
        Assert.Equal(
            MissingBecause.Expired,
            (await CompareAsync(store, ComparisonSide.Provider)).Page.Items.Single(one => one.Address == "kept@x.example").Because);
        Assert.Empty((await store.Suppressions.CompareAsync("zeta", new(ComparisonSide.Provider, null, []), null, 10, default)).Page.Items);
    }

    [SkippableFact]
    public async Task It_is_asked_of_one_source_or_one_provider_and_for_one_reason()
    {
        await using var store = await TStores.OpenAsync(time: _time);
        string[] sources = ["sendgrid/news", "sendgrid/shop", "sendgridlike/news", "ses/receipts"];
        await store.Deliveries.ApplyAsync([.. sources.Select((source, index) => Refused($"u{index}@x.example", source))], Noon.AddMinutes(1), default);
        await RemoveAsync(store, sources.Length);

        Assert.Equal(["u0@x.example", "u1@x.example"], await AddressesAsync(new(ComparisonSide.Provider, "sendgrid", [])));
        Assert.Equal(["u1@x.example"], await AddressesAsync(new(ComparisonSide.Provider, "sendgrid/shop", [])));
        Assert.Equal(sources.Length, (await AddressesAsync(new(ComparisonSide.Provider, null, [MissingBecause.Removed, MissingBecause.Expired]))).Count());
        Assert.Empty(await AddressesAsync(new(ComparisonSide.Provider, null, [MissingBecause.Delivered])));

        async Task<IEnumerable<string>> AddressesAsync(Comparison comparison) =>
            (await store.Suppressions.CompareAsync("acme", comparison, null, 10, default)).Page.Items.Select(one => one.Address).Order();
    }

    [SkippableFact]
    public async Task Our_own_entries_are_listed_where_mail_was_delivered_to_them_lately()
    {
        await using var store = await TStores.OpenAsync(time: _time);
        await store.Suppressions.AddAsync(
            "acme", [Given("ann@x.example"), Given("quiet@x.example"), Given("shop@x.example", "shop.example")], tell: false, default);
        _time.SetUtcNow(Noon.AddDays(3));
        string[] delivered = ["ann@x.example", "shop@x.example", "nobody@x.example"];
        await store.Deliveries.ApplyAsync(
            [.. delivered.Select(address => Event(DeliveryEventKind.Delivered, "m1", address, Noon.AddDays(2)))], Noon.AddDays(2), default);

        var compared = await CompareAsync(store, ComparisonSide.Ours);

        Assert.Equal(
            [("ann@x.example", null, SuppressionCause.Manual, Noon.AddDays(2)), ("shop@x.example", "shop.example", SuppressionCause.Manual, Noon.AddDays(2))],
            compared.Page.Items.Select(one => (one.Address, one.Domain, one.Cause!.Value, one.At)).OrderBy(one => one.Address));
        _time.SetUtcNow(Noon.AddDays(2 + Comparison.DeliveredWithinDays));
        Assert.Equal(0, (await CompareAsync(store, ComparisonSide.Ours)).Total);
    }

    [SkippableFact]
    public async Task Pages_are_full_latest_first_and_end_with_the_last_address()
    {
        await using var store = await TStores.OpenAsync(time: _time);
        await store.Deliveries.ApplyAsync(
            [.. Enumerable.Range(0, 23).Select(index => Refused($"u{index}@x.example", "ses/receipts", Noon.AddMinutes(index / 2)))],
            Noon.AddMinutes(30),
            default);
        await RemoveAsync(store, 23);
        var (seen, cursor) = (new List<ComparedAddress>(), (string?)null);

        do
        {
            var (page, total) = await store.Suppressions.CompareAsync("acme", new(ComparisonSide.Provider, null, []), cursor, 5, default);
            Assert.Equal((23, page.Next is null ? 3 : 5), (total, page.Items.Count));
            seen.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);

        Assert.Equal(23, seen.Select(one => one.Address).Distinct().Count());
        Assert.Equal(seen.Select(one => one.At).OrderDescending(), seen.Select(one => one.At));
        await Assert.ThrowsAsync<InvalidCursorException>(
            () => store.Suppressions.CompareAsync("acme", new(ComparisonSide.Provider, null, []), "no cursor", 5, default));
    }

    private static Task<SuppressionsCompared> CompareAsync(OpenedStores store, ComparisonSide side) =>
        store.Suppressions.CompareAsync("acme", new(side, null, []), null, 10, default);

    private static async Task RemoveAsync(OpenedStores store, int count)
    {
        for (var index = 0; index < count; index++)
        {
            await store.Suppressions.RemoveAsync("acme", null, $"u{index}@x.example", default);
        }
    }

    private static SuppressionAddition Given(string address, string? domain = null) => new(address, domain, SuppressionCause.Manual, null, null);

    private static ClassifiedDelivery Refused(string address, string source, DateTimeOffset? at = null) => Some.Event(
        DeliveryEventKind.Bounced, "m1", address, at, classification: ProvidersList,
        with: reported => reported with { Source = source, ReplyText = "250 on our list" });

    private static ClassifiedDelivery Event(DeliveryEventKind kind, string message, string address, DateTimeOffset at) =>
        Some.Event(kind, message, address, at);
}
