using MailStats.Contracts;

namespace MailStats.Storage.Tests;

public sealed class SmokeTests
{
    private static readonly TimeRange Day = new(Some.Noon.AddHours(-12), Some.Noon.AddHours(12));

    [Fact]
    public async Task A_bounce_after_a_delivery_moves_the_recipient_and_the_log_keeps_both()
    {
        await using var store = new TemporaryStore();

        await store.Deliveries.ApplyAsync([Some.Accepted(), Some.Delivered(at: Some.Noon.AddSeconds(2))], default);
        await store.Deliveries.ApplyAsync([Some.HardBounce(at: Some.Noon.AddMinutes(5))], default);
        var again = await store.Deliveries.ApplyAsync([Some.Delivered(at: Some.Noon.AddSeconds(2))], default);

        Assert.Equal(new Counters(1, 0, 0, 1, 0), await store.Statistics.SumAsync(new("acme"), Day, default));
        Assert.Equal(new Counters(1, 0, 0, 1, 0), await store.Statistics.SumAsync(new("acme", "example.org", "shop@example.org"), Day, default));
        Assert.Equal((0, 1), (again.Changed, again.Repeated));
        var activities = await store.Log.ActivitiesAsync(new() { Scope = new("acme"), Limit = 10 }, default);
        Assert.Equal([DeliveryStatus.HardBounced, DeliveryStatus.Delivered], activities.Items.Select(item => item.Status));
        var reasons = await store.Statistics.ReasonsAsync(new("acme"), Day, 10, default);
        Assert.Equal(new ReasonCount("user_unknown", 550, "5.1.1", true, 1), Assert.Single(reasons));
        Assert.Equal("550 5.1.1 No such user", (await store.Log.ExampleAsync(new("acme"), reasons[0], default))!.Detail);
        Assert.Equal("Gmail", Assert.Single(await store.Statistics.ProvidersAsync(new("acme"), Day, default)).Name);
        Assert.Equal("example.org", Assert.Single(await store.Statistics.DomainsAsync("acme", Day, default)).Name);
        Assert.Equal("shop@example.org", Assert.Single(await store.Statistics.MailboxesAsync("acme", "example.org", Day, default)).Name);
        Assert.Equal(Some.Noon, Assert.Single(await store.Statistics.BucketsAsync(new("acme"), Day, default)).Start);
    }

    [Fact]
    public async Task The_journal_gives_back_what_was_not_removed()
    {
        await using var store = new TemporaryStore();
        var batch = new DeliveriesReported { BatchId = Guid.NewGuid(), ReceivedAt = Some.Noon, Deliveries = [Some.Delivered().Event] };
        var applied = batch with { BatchId = Guid.NewGuid() };

        await store.Journal.AppendAsync([batch, applied], default);
        await store.Journal.RemoveAsync([applied.BatchId], default);

        var left = await store.Journal.ReadAllAsync(default).ToListAsync();
        Assert.Equal(batch.BatchId, Assert.Single(left).BatchId);
        Assert.Equal(batch.Deliveries[0], left[0].Deliveries[0]);
    }

    [Fact]
    public async Task A_key_is_known_until_it_is_revoked()
    {
        await using var store = new TemporaryStore();
        var made = await store.Keys.CreateAsync("acme", "ci", ["ingest", "read"], null, default);

        var caller = await store.Keys.FindCallerAsync(made.Key, default);

        Assert.Equal("acme", caller!.FindFirst("tenant")!.Value);
        Assert.Equal(["ingest", "read"], caller.FindAll("scope").Select(claim => claim.Value));
        Assert.True(await store.Keys.RevokeAsync("acme", made.Stored.Id, default));
        Assert.Null(await store.Keys.FindCallerAsync(made.Key, default));
    }
}
