using MailStats.Contracts;
using MailStats.Storage.Replies;
using MailStats.Storage.Sqlite;

namespace MailStats.Storage.Tests.Sqlite;

public sealed class SqliteReplyRuleStoreTests : IAsyncDisposable
{
    private readonly TemporaryStore _store = new();
    private readonly SqliteReplyRuleStore _rules;
    private readonly SqliteReplyHistory _history;

    public SqliteReplyRuleStoreTests()
    {
        _rules = new(_store.Files.Statistics);
        _history = new(_store.Files.Statistics);
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Every_change_raises_the_revision_of_its_tenant_alone()
    {
        Assert.Equal(1, await _rules.SaveAsync(Rule("one"), default));
        Assert.Equal(2, await _rules.SaveAsync(Rule("two"), default));
        Assert.Equal(1, await _rules.SaveAsync(Rule("one", tenant: "other"), default));
        Assert.Equal(3, await _rules.SaveAsync(Rule("one") with { Reason = "malware", Hard = false }, default));
        Assert.Equal(4, await _rules.RemoveAsync("acme", "two", default));
        Assert.Null(await _rules.RemoveAsync("acme", "two", default));

        var set = await _rules.FindAsync("acme", default);

        Assert.Equal((4, "one", "malware", false), (set.Revision, set.Rules.Single().Id, set.Rules.Single().Reason, set.Rules.Single().Hard));
        Assert.Equal(new Dictionary<string, long> { ["acme"] = 4, ["other"] = 1 }, await _rules.RevisionsAsync(default));
    }

    [Fact]
    public async Task The_latest_rule_comes_first()
    {
        foreach (var id in new[] { "b", "a", "c", "b" })
        {
            await _rules.SaveAsync(Rule(id), default);
        }

        Assert.Equal(["b", "c", "a"], (await _rules.FindAsync("acme", default)).Rules.Select(rule => rule.Id));
    }

    [Fact]
    public async Task A_revision_is_pending_until_it_is_completed_and_no_older_one_completes_it()
    {
        await _rules.SaveAsync(Rule("one"), default);
        await _rules.SaveAsync(Rule("two"), default);
        await _rules.CompleteAsync("acme", 1, default);
        Assert.Equal(2, (await _rules.PendingAsync(default))["acme"]);

        await _rules.CompleteAsync("acme", 2, default);
        await _rules.CompleteAsync("acme", 1, default);

        Assert.Empty(await _rules.PendingAsync(default));
    }

    [Fact]
    public async Task History_applied_again_changes_nothing_but_the_classification()
    {
        await _store.Deliveries.ApplyAsync(
            [
                Some.Accepted("m1"), Some.Deferral("m1"), Some.HardBounce("m1", at: Some.Noon.AddHours(1)),
                Some.Accepted("m2"), Some.Deferral("m2"),
                Some.Accepted("m3"), Some.Delivered("m3"),
            ],
            default);
        var before = await _store.DumpAsync();

        var failures = await AllAsync();
        await _store.Deliveries.ApplyAsync(failures, default);

        Assert.Equal(before, await _store.DumpAsync());
        Assert.Equal(
            [("m1", DeliveryEventKind.Deferred), ("m1", DeliveryEventKind.Bounced), ("m2", DeliveryEventKind.Deferred)],
            failures.Select(failure => (failure.Event.MessageKey, failure.Event.Kind)).Order());

        var softened = failures.Select(failure => failure with { Classification = failure.Classification! with { Hard = false, Reason = "policy_rejected", Revision = 1 } }).ToArray();
        await _store.Deliveries.ApplyAsync(softened, default);
        await _store.Deliveries.ApplyAsync(failures, default);

        var day = new TimeRange(Some.Noon.AddHours(-12), Some.Noon.AddHours(12));
        Assert.Equal(new Counters(3, 1, 1, 0, 1), await _store.Statistics.SumAsync(new StatisticsScope("acme"), day, default));
        Assert.Equal("policy_rejected", (await _store.Statistics.ReasonsAsync(new StatisticsScope("acme"), day, 10, default)).Single().Reason);
    }

    [Fact]
    public async Task Unknown_failures_alone_are_given_where_they_alone_are_asked_for()
    {
        var unknown = Some.UserUnknown with { Reason = "unknown", Unknown = true, Hard = false };
        await _store.Deliveries.ApplyAsync(
            [Some.HardBounce("m1"), Some.Event(DeliveryEventKind.Bounced, "m2", classification: unknown, with: reported => reported with { ReplyText = "550 Zorp" })],
            default);

        var page = await _history.FailuresAsync(new ReplyHistoryQuery { TenantId = "acme", UnknownOnly = true, Limit = 10 }, default);

        Assert.Equal("m2", page.Items.Single().Event.MessageKey);
        Assert.Null(page.Next);
    }

    private async Task<List<ClassifiedDelivery>> AllAsync()
    {
        var failures = new List<ClassifiedDelivery>();
        string? cursor = null;

        do
        {
            var page = await _history.FailuresAsync(new ReplyHistoryQuery { TenantId = "acme", Cursor = cursor, Limit = 1 }, default);
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
