using MailStats.Contracts;
using MailStats.Mail.Statistics;
using MailStats.Stores.Replies;

namespace MailStats.Stores.Tests.Replies;

/// <summary>What every store promises about operators' own rules and about the failures they are applied to.</summary>
public abstract class ReplyStoreSuite<TStores>
    where TStores : IStoresOpener
{
    private static Task<OpenedStores> OpenAsync() => TStores.OpenAsync();

    [SkippableFact]
    public async Task Every_change_raises_the_revision_of_its_tenant_alone()
    {
        await using var store = await OpenAsync();
        Assert.Equal(1, await store.ReplyRules.SaveAsync(Rule("one"), default));
        Assert.Equal(2, await store.ReplyRules.SaveAsync(Rule("two"), default));
        Assert.Equal(1, await store.ReplyRules.SaveAsync(Rule("one", tenant: "other"), default));
        Assert.Equal(3, await store.ReplyRules.SaveAsync(Rule("one") with { Reason = "malware", Hard = false }, default));
        Assert.Equal(4, await store.ReplyRules.RemoveAsync("acme", "two", default));
        Assert.Null(await store.ReplyRules.RemoveAsync("acme", "two", default));

        var set = await store.ReplyRules.FindAsync("acme", default);

        Assert.Equal((4, "one", "malware", false), (set.Revision, set.Rules.Single().Id, set.Rules.Single().Reason, set.Rules.Single().Hard));
        Assert.Equal(new Dictionary<string, long> { ["acme"] = 4, ["other"] = 1 }, await store.ReplyRules.RevisionsAsync(default));
    }

    [SkippableFact]
    public async Task Changes_at_the_same_time_get_a_revision_each()
    {
        await using var store = await OpenAsync();
        await using var other = store.Another();

        var revisions = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(index => (index % 2 == 0 ? store : other).ReplyRules.SaveAsync(Rule($"rule-{index}"), default)));

        Assert.Equal(Enumerable.Range(1, 20).Select(revision => (long)revision), revisions.Order());
        var set = await store.ReplyRules.FindAsync("acme", default);
        Assert.Equal((20, 20), (set.Revision, set.Rules.Count));
    }

    [SkippableFact]
    public async Task The_latest_rule_comes_first()
    {
        await using var store = await OpenAsync();
        foreach (var id in new[] { "b", "a", "c", "b" })
        {
            await store.ReplyRules.SaveAsync(Rule(id), default);
        }

        Assert.Equal(["b", "c", "a"], (await store.ReplyRules.FindAsync("acme", default)).Rules.Select(rule => rule.Id));
    }

    [SkippableFact]
    public async Task A_revision_is_pending_until_it_is_completed_and_no_older_one_completes_it()
    {
        await using var store = await OpenAsync();
        await store.ReplyRules.SaveAsync(Rule("one"), default);
        await store.ReplyRules.SaveAsync(Rule("two"), default);
        await store.ReplyRules.CompleteAsync("acme", 1, default);
        Assert.Equal(2, (await store.ReplyRules.PendingAsync(default))["acme"]);

        await store.ReplyRules.CompleteAsync("acme", 2, default);
        await store.ReplyRules.CompleteAsync("acme", 1, default);

        Assert.Empty(await store.ReplyRules.PendingAsync(default));
    }

    [SkippableFact]
    public async Task History_applied_again_changes_nothing_but_the_classification()
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync(
            [
                Some.Accepted("m1"), Some.Deferral("m1"), Some.HardBounce("m1", at: Some.Noon.AddHours(1)),
                Some.Accepted("m2"), Some.Deferral("m2"),
                Some.Accepted("m3"), Some.Delivered("m3"),
            ],
            default);
        var before = await store.DumpAsync();

        var failures = await AllAsync(store);
        await store.Deliveries.ApplyAsync(failures, default);

        Assert.Equal(before, await store.DumpAsync());
        Assert.Equal(
            [("m1", DeliveryEventKind.Deferred), ("m1", DeliveryEventKind.Bounced), ("m2", DeliveryEventKind.Deferred)],
            failures.Select(failure => (failure.Event.MessageKey, failure.Event.Kind)).Order());

        var softened = failures.Select(
            failure => failure with
            {
                Classification = failure.Classification! with { Hard = false, Reason = "policy_rejected", Revision = 1 },
            }).ToArray();
        await store.Deliveries.ApplyAsync(softened, default);
        await store.Deliveries.ApplyAsync(failures, default);

        var day = new TimeRange(Some.Noon.AddHours(-12), Some.Noon.AddHours(12));
        Assert.Equal(new Counters(3, 1, 1, 0, 1), await store.Statistics.SumAsync(new StatisticsScope("acme"), day, default));
        Assert.Equal("policy_rejected", (await store.Statistics.ReasonsAsync(new StatisticsScope("acme"), day, 10, default)).Single().Reason);
    }

    /// <summary>Also those that a later one has put into the shade.</summary>
    [SkippableFact]
    public async Task History_has_every_failed_attempt_and_classifies_it_again()
    {
        await using var store = await OpenAsync();
        var deferrals = Enumerable.Range(0, 70).Select(minute => Some.Event(
            DeliveryEventKind.Deferred, "m1", at: Some.Noon.AddMinutes(minute), classification: Some.MailboxFull,
            with: reported => reported with
            {
                ReplyCode = 452, ReplyText = $"452 full, {minute} messages", ReportingHost = "mx1.example", OutgoingIp = "192.0.2.1",
            })).ToList();
        await store.Deliveries.ApplyAsync([.. deferrals, Some.Delivered("m1", at: Some.Noon.AddHours(2))], default);
        await store.Deliveries.ApplyAsync([.. deferrals.Take(3), Some.HardBounce("m1", at: Some.Noon.AddHours(3))], default);

        var failures = await AllAsync(store);
        await store.Deliveries.ApplyAsync(
            [.. failures.Select(failure => failure with { Classification = failure.Classification! with { Revision = 1 } })], default);
        var again = await AllAsync(store);

        // Of 72 attempts the first 16 and the last 48 are kept: the delivery, which is no failure, and the bounce among them.
        Assert.Equal(
            deferrals.Take(16).Concat(deferrals.TakeLast(46)).Select(delivery => delivery.Event.ReplyText).Append("550 5.1.1 No such user").Order(),
            failures.Select(failure => failure.Event.ReplyText).Order());
        Assert.All(again, failure => Assert.Equal(1, failure.Classification!.Revision));
        Assert.Equal(
            failures.Select(failure => failure.Event).OrderBy(told => told.EventId),
            again.Select(failure => failure.Event).OrderBy(told => told.EventId));
        Assert.All(failures.Where(failure => failure.Event.Kind == DeliveryEventKind.Deferred), failure => Assert.Equal("192.0.2.1", failure.Event.OutgoingIp));
        Assert.Equal(72, Assert.Single((await store.Log.ErrorEventsAsync(new() { Scope = new("acme"), Limit = 10 }, default)).Items).Attempts);
    }

    [SkippableFact]
    public async Task Unknown_failures_alone_are_given_where_they_alone_are_asked_for()
    {
        await using var store = await OpenAsync();
        var unknown = Some.UserUnknown with { Reason = "unknown", Unknown = true, Hard = false };
        await store.Deliveries.ApplyAsync(
            [
                Some.HardBounce("m1"),
                Some.Event(
                    DeliveryEventKind.Bounced, "m2", classification: unknown, with: reported => reported with { ReplyText = "550 Zorp" }),
            ],
            default);

        var page = await store.ReplyHistory.FailuresAsync(new ReplyHistoryQuery { TenantId = "acme", UnknownOnly = true, Limit = 10 }, default);

        Assert.Equal("m2", page.Items.Single().Event.MessageKey);
        Assert.Null(page.Next);
    }

    private static async Task<List<ClassifiedDelivery>> AllAsync(OpenedStores store)
    {
        var failures = new List<ClassifiedDelivery>();
        string? cursor = null;

        do
        {
            var page = await store.ReplyHistory.FailuresAsync(new ReplyHistoryQuery { TenantId = "acme", Cursor = cursor, Limit = 1 }, default);
            failures.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);

        return failures;
    }

    private static ReplyRule Rule(string id, string tenant = "acme") => new()
    {
        TenantId = tenant, Id = id, Reason = "mailbox_full", Phrases = ["over the top"], CreatedAt = Some.Noon,
    };
}
