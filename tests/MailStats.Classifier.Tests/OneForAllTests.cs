using MailStats.Aggregator;
using MailStats.Classifier.OwnRules;
using MailStats.Classifier.Replies;
using MailStats.Contracts;
using MailStats.Mail.Lists;
using MailStats.Mail.Statistics;
using MailStats.ServiceDefaults;
using MailStats.Stores.Replies;
using MailStats.Stores.Statistics;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MailStats.Classifier.Tests;

/// <summary>What one tenant's rules do must never stop anybody's mail.</summary>
public sealed class OneForAllTests
{
    private static readonly DateTimeOffset Noon = new(2026, 10, 5, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_saved_rule_that_this_release_does_not_know_is_set_aside_and_told_and_the_rest_goes_on()
    {
        await using var app = await ClassifierApp.StartAsync();
        var rules = app.Services.GetRequiredService<IReplyRuleStore>();
        await rules.SaveAsync(Rule("good") with { Reason = "recipient_disabled", Phrases = ["flarn"] }, default);
        await rules.SaveAsync(Rule("gone") with { Reason = "reason_of_another_release", Phrases = ["zorp"] }, default);
        await rules.SaveAsync(Rule("odd") with { Reason = "mailbox_full", Phrases = ["zorp"], Receivers = ["No Such Receiver"], Codes = ["9"] }, default);

        await app.ReportAsync(Bounce(1, "550 5.0.0 zorp refuses flarn"));
        await ClassifierApp.UntilAsync(async () => await CountedAsync(app) == 1);

        var (_, verdict) = await app.PostAsync("/v1/classify", new { text = "550 5.0.0 zorp refuses flarn" });
        Assert.Equal("own/good", verdict.GetProperty("rule").GetString());
        var items = (await app.GetAsync("/v1/reply-rules")).GetProperty("items").EnumerateArray()
            .ToDictionary(
                item => item.GetProperty("id").GetString()!,
                item => item.GetProperty("mistakes").EnumerateArray().Select(text => text.GetString()!).ToList());
        Assert.Empty(items["good"]);
        Assert.StartsWith("reason: must be one of ", Assert.Single(items["gone"]), StringComparison.Ordinal);
        Assert.Equal(["codes", "receivers"], items["odd"].Select(text => text[..text.IndexOf(':', StringComparison.Ordinal)]).Order());
    }

    [Fact]
    public void Rules_that_name_more_receivers_than_a_book_holds_are_set_aside_as_well()
    {
        var known = Receivers.ReceivingProvider.Blocks.Select(block => block.Name).ToList();
        var setAside = new List<string>();

        using var book = OwnRuleBook.Compile(
            [.. known.Select((name, place) => Rule($"r{place}") with { Reason = "mailbox_full", Phrases = ["zorp"], Receivers = [name] })],
            rule => setAside.Add(rule.Id));

        Assert.Equal(Math.Max(0, known.Count - 64), setAside.Count);
        Assert.Equal(known.Count - setAside.Count, book.Rules.Count);
    }

    [Fact]
    public async Task A_trial_says_how_far_it_came_when_its_time_is_over()
    {
        using var trials = Trials(new Failures(pages: 5, Bounce(1, "550 5.0.0 zorp")), new CountingTime(TimeSpan.FromMilliseconds(1)));

        var trial = await trials.TryRunAsync(Rule("new") with { Reason = "mailbox_full", Phrases = ["zorp"] }, default);

        Assert.Equal((false, TrialStop.Time), (trial!.Complete, trial.StoppedBy));
        Assert.InRange(trial.Examined, 1000, 2000);
        Assert.Equal(trial.Examined, trial.Matched);
    }

    [Fact]
    public async Task A_trial_looks_at_twenty_thousand_failures_and_no_more()
    {
        using var trials = Trials(new Failures(pages: 25, Bounce(1, "550 5.0.0 zorp")), new CountingTime(TimeSpan.Zero));

        var trial = await trials.TryRunAsync(Rule("new") with { Reason = "mailbox_full", Phrases = ["flarn"] }, default);

        Assert.Equal((20_000, false, TrialStop.Failures, 0), (trial!.Examined, trial.Complete, trial.StoppedBy, trial.Matched));
    }

    [Fact]
    public async Task A_tenant_has_one_trial_at_a_time_and_another_one_when_it_has_ended()
    {
        var failures = new Failures(pages: 1, Bounce(1, "550 5.0.0 zorp")) { Held = new(TaskCreationOptions.RunContinuationsAsynchronously) };
        using var trials = Trials(failures, new CountingTime(TimeSpan.Zero));
        var rule = Rule("new") with { Reason = "mailbox_full", Phrases = ["zorp"] };

        var first = trials.TryRunAsync(rule, default);
        Assert.Null(await trials.TryRunAsync(rule, default));

        failures.Held.SetResult();
        Assert.Equal(1000, (await first)!.Matched);
        Assert.True((await trials.TryRunAsync(rule, default))!.Complete);
    }

    [Fact]
    public async Task A_rule_that_overwrites_another_shows_what_changes_by_that()
    {
        var saved = Rule("zorp") with { Reason = "recipient_disabled", Phrases = ["zorp"] };
        using var trials = Trials(new Failures(pages: 1, Bounce(1, "550 5.0.0 zorp")), new CountingTime(TimeSpan.Zero), saved);

        var narrower = await trials.TryRunAsync(saved with { Phrases = ["zorp flarn"] }, default);
        var other = await trials.TryRunAsync(saved with { Reason = "mailbox_full" }, default);

        Assert.Equal(("recipient_disabled", "unknown"), (Assert.Single(narrower!.Groups).ReasonNow, narrower.Groups[0].ReasonThen));
        Assert.Equal(("recipient_disabled", "mailbox_full"), (Assert.Single(other!.Groups).ReasonNow, other.Groups[0].ReasonThen));
    }

    [Fact]
    public async Task A_history_that_is_classified_anew_never_stands_on_the_bus_as_a_whole()
    {
        const int mostUnderWay = 8;
        var folder = Directory.CreateTempSubdirectory("mailstats-classifier-");
        var failures = new Failures(pages: 100, Bounce(1, "550 5.0.0 zorp"));
        var host = ServiceHost.Create(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning", $"--Storage:Path={folder.FullName}"])
            .WithDefault("Messaging:Transport", "InMemory")
            .WithDefault("Storage:Provider", "Sqlite")
            .With<ClassifierModule>();
        host.Builder.Services.Replace(ServiceDescriptor.Singleton<IReplyHistory>(failures));

        // Nobody applies what is published: no page ever looks as it should.
        await using (var app = host.Build())
        {
            await app.Services.GetRequiredService<IReplyRuleStore>()
                .SaveAsync(Rule("new") with { Reason = "mailbox_full", Phrases = ["zorp"] }, default);
            var published = new Published();
            using var observed = app.Services.GetRequiredService<IBus>().ConnectPublishObserver(published);
            await app.StartAsync();

            await Eventually.IsAsync(() => Task.FromResult(published.Batches), batches => batches >= 1, "a first batch");
            await app.StopAsync();

            // A page of the fake holds 1,000, two batches.
            Assert.InRange(published.Batches, 1, 2 * mostUnderWay);
        }

        folder.Delete(recursive: true);
    }

    private static ReplyRuleTrials Trials(IReplyHistory history, TimeProvider time, params ReplyRule[] saved) => new(
        history,
        new TenantClassifiers(new SavedRules(saved), Options.Create(new ClassifierOptions()), TimeProvider.System, NullLogger<TenantClassifiers>.Instance),
        time);

    private static async Task<long> CountedAsync(ClassifierApp app) => (await app.Services.GetRequiredService<IStatisticsStore>().SumAsync(
        new StatisticsScope(ClassifierApp.Tenant), new(Noon.AddHours(-12), Noon.AddHours(12)), default)).Recipients;

    private static ReplyRule Rule(string id) => new() { TenantId = ClassifierApp.Tenant, Id = id, Reason = "", CreatedAt = Noon };

    private static DeliveryEvent Bounce(int number, string reply) => new()
    {
        EventId = Guid.CreateVersion7(),
        TenantId = ClassifierApp.Tenant,
        MessageKey = $"m{number}",
        Recipient = "ann@a.example",
        Kind = DeliveryEventKind.Bounced,
        OccurredAt = Noon,
        AcceptedAt = Noon.AddMinutes(-5),
        Sender = "shop@shop.example",
        ReplyCode = 550,
        EnhancedCode = "5.0.0",
        ReplyText = reply,
    };

    /// <summary>Pages of 1,000 failures that are all alike and that nothing changes.</summary>
    private sealed class Failures(int pages, DeliveryEvent failure) : IReplyHistory
    {
        private readonly IReadOnlyList<ClassifiedDelivery> _page =
            [.. Enumerable.Repeat(new ClassifiedDelivery { Event = failure, Provider = "a.example", Classification = null }, 1000)];

        private readonly HashSet<string> _given = [];

        public TaskCompletionSource? Held { get; init; }

        public int SeenAgain { get; private set; }

        public async Task<Page<ClassifiedDelivery>> FailuresAsync(ReplyHistoryQuery query, CancellationToken cancellationToken)
        {
            if (Held is { } held)
            {
                await held.Task;
            }

            SeenAgain += _given.Add(query.Cursor ?? "") ? 0 : 1;
            var next = int.Parse(query.Cursor ?? "0", System.Globalization.CultureInfo.InvariantCulture) + 1;

            return new Page<ClassifiedDelivery>(_page, next < pages ? $"{next}" : null);
        }
    }

    private sealed class SavedRules(IReadOnlyList<ReplyRule> saved) : IReplyRuleStore
    {
        public Task<ReplyRuleSet> FindAsync(string tenantId, CancellationToken cancellationToken) => Task.FromResult(new ReplyRuleSet(1, saved));

        public Task<IReadOnlyDictionary<string, long>> RevisionsAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyDictionary<string, long>>(new Dictionary<string, long> { [ClassifierApp.Tenant] = 1 });

        public Task<long> SaveAsync(ReplyRule rule, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<long?> RemoveAsync(string tenantId, string ruleId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyDictionary<string, long>> PendingAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task CompleteAsync(string tenantId, long revision, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    /// <summary>Every look at the clock takes this long.</summary>
    private sealed class CountingTime(TimeSpan step) : TimeProvider
    {
        private long _looks;

        public override long GetTimestamp() => Interlocked.Increment(ref _looks) * step.Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }

    private sealed class Published : IPublishObserver
    {
        private int _batches;

        public int Batches => Volatile.Read(ref _batches);

        public Task PrePublish<T>(PublishContext<T> context)
            where T : class => Task.CompletedTask;

        public Task PostPublish<T>(PublishContext<T> context)
            where T : class
        {
            Interlocked.Increment(ref _batches);

            return Task.CompletedTask;
        }

        public Task PublishFault<T>(PublishContext<T> context, Exception exception)
            where T : class => Task.CompletedTask;
    }
}
