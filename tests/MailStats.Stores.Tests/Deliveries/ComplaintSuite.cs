using MailStats.Contracts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;

namespace MailStats.Stores.Tests.Deliveries;

/// <summary>What every store promises about complaints, and about mail that was not sent at all.</summary>
public abstract class ComplaintSuite<TStores>
    where TStores : IStoresOpener
{
    private static readonly TimeRange Day = new(Some.Noon.AddHours(-12), Some.Noon.AddHours(12));
    private static readonly StatisticsScope Acme = new("acme");

    private static Task<OpenedStores> OpenAsync() => TStores.OpenAsync(null);

    [SkippableFact]
    public async Task A_complaint_counts_once_beside_the_delivery_in_every_view()
    {
        await using var store = await OpenAsync();
        var complaint = Complaint("m1", Some.Noon.AddHours(20));

        await store.Deliveries.ApplyAsync([Some.Delivered("m1"), Some.Delivered("m2"), Some.HardBounce("m3")], default);
        await store.Deliveries.ApplyAsync([complaint], default);
        await store.Deliveries.ApplyAsync([complaint, Complaint("m1", Some.Noon.AddHours(21))], default);

        var expected = new Counters(3, 2, 0, 1, 0, 1);
        Assert.Equal(expected, await store.Statistics.SumAsync(Acme, Day, default));
        Assert.Equal([new("example.org", expected)], await store.Statistics.DomainsAsync("acme", Day, default));
        Assert.Equal([new("shop@example.org", expected)], await store.Statistics.MailboxesAsync("acme", "example.org", Day, default));
        Assert.Equal([new("Gmail", expected)], await store.Statistics.ProvidersAsync(Acme, Day, default));
        Assert.Equal([new Bucket(Some.Noon, expected)], await store.Statistics.BucketsAsync(Acme, Day, default));
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
    }

    [SkippableFact]
    public async Task Of_mail_that_nothing_else_is_known_of_the_complaint_alone_counts_until_more_is_known()
    {
        await using var store = await OpenAsync();

        await store.Deliveries.ApplyAsync([Complaint("m1", Some.Noon.AddHours(1))], default);
        var alone = await store.Statistics.SumAsync(Acme, Day, default);
        var clean = await store.Verification.VerifyAsync(repair: false, default);
        await store.Deliveries.ApplyAsync([Some.Delivered("m1", at: Some.Noon)], default);

        Assert.Equal(new Counters(0, 0, 0, 0, 0, 1), alone);
        Assert.Equal(0, clean.Differences);
        // Both are in the quarter hour of the acceptance now, and no row of zeros stays in the other.
        Assert.Equal([new Bucket(Some.Noon, new(1, 1, 0, 0, 0, 1))], await store.Statistics.BucketsAsync(Acme, Day, default));
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
    }

    [SkippableFact]
    public async Task An_erased_persons_complaint_stays_in_the_totals()
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync([Some.Delivered("m1"), Complaint("m1", Some.Noon.AddHours(1))], default);

        await store.Erasures.EraseAsync("acme", "ann@example.net", default);

        Assert.Equal(new Counters(1, 1, 0, 0, 0, 1), await store.Statistics.SumAsync(Acme, Day, default));
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
    }

    [SkippableTheory]
    [InlineData("suppressed"), InlineData("cancelled"), InlineData("sender_limit")]
    public async Task What_was_not_sent_is_no_receivers_refusal(string reason)
    {
        await using var store = await OpenAsync();
        var kept = Some.HardBounce("m1") with { Classification = Some.UserUnknown with { Reason = reason, Hard = false } };

        await store.Deliveries.ApplyAsync([Some.Accepted("m1"), kept, Some.Delivered("m2")], default);

        Assert.Equal(new Counters(2, 1, 1, 0, 0), await store.Statistics.SumAsync(Acme, Day, default));
        Assert.Equal(
            [new("Gmail", new(1, 1, 0, 0, 0)), new NamedCounters(Contribution.NotSent, new(1, 0, 1, 0, 0))],
            await store.Statistics.ProvidersAsync(Acme, Day, default));

        await store.Deliveries.ApplyAsync([Some.Delivered("m1", at: Some.Noon.AddHours(3))], default);

        Assert.Equal([new("Gmail", new(2, 2, 0, 0, 0))], await store.Statistics.ProvidersAsync(Acme, Day, default));
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
    }

    private static ClassifiedDelivery Complaint(string message, DateTimeOffset at) => Some.Event(DeliveryEventKind.Complained, message, at: at);
}
