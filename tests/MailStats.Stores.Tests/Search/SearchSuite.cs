using FsCheck;
using FsCheck.Fluent;
using MailStats.Contracts;
using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Mail.Search;
using MailStats.Mail.Statistics;

namespace MailStats.Stores.Tests.Search;

/// <summary>A search finds what a look at every delivery finds, whatever the index has taken in.</summary>
public abstract class SearchSuite<TStores>
    where TStores : IStoresOpener
{
    private static readonly StatisticsScope Acme = new("acme");

    private static readonly string[] Searches =
    [
        "", "ann", "ann@example.net", "@example.net", "bob@gmail", "from:shop@example.org", "from:news", "from:@example.org to:bob", "hel", "grusse",
        "\"hello\"", "\"hello 2\"", "subject:hello-2", "queue:4f9d", "queue:\"4F9D01\"", "reply:\"no such user\"", "full", "host:mx1.ex",
        "mx.mx2", "ip:192.0.2.1",
        "ip:2001:db8::1", "tag:vip", "spring tag:v", "nobody@nowhere.example", "zzz", "e", "to:e from:e", "\"user such\"", "reply:user subject:hel", "root",
    ];

    private static Task<OpenedStores> OpenAsync(StorageOptions? options = null) => TStores.OpenAsync(options);

    [SkippableFact]
    public async Task Every_search_is_what_a_look_at_every_delivery_is()
    {
        // A store that is not there skips the test here, not within FsCheck.
        await (await OpenAsync()).DisposeAsync();
        var told = from events in EventGen.Events
                   from retold in EventGen.Retold(events)
                   from indexed in Gen.Choose(0, 2).ListOf(retold.Length)
                   from again in Gen.Elements("Hello", "Hello 2", "Zebra").ListOf(retold.Length)
                   select (retold, indexed, again);
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(40),
            Prop.ForAll(told.ToArbitrary(), one => CheckAsync(one.retold, [.. one.indexed], [.. one.again]).GetAwaiter().GetResult()));
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pages_are_whole_and_follow_each_other(bool indexed)
    {
        await using var store = await OpenAsync();
        // Many at one instant, and none of them alike.
        var events = Enumerable.Range(0, 90).Select(number => Some.Delivered(
            $"m{number}", $"u{number % 7}@example.net", Some.Noon.AddSeconds(number / 30))).ToList();
        var all = new Searched();
        all.Apply(events);

        foreach (var some in events.Chunk(40))
        {
            await store.Deliveries.ApplyAsync(some, default);
            await IndexAsync(store, indexed);
        }

        foreach (var search in new[] { "", "u3@example.net", "order", "\"your order\" u5" })
        {
            var expected = all.Deliveries("acme", Searched.For(search));

            foreach (var limit in new[] { 1, 3, 7, 200 })
            {
                Assert.Equal(expected, await AllAsync(store, search, limit));
            }
        }
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_changed_sender_or_subject_is_found_and_the_old_one_is_not(bool indexed)
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync([Told("Apples", "news@a.example")], default);
        await IndexAsync(store, indexed);
        await store.Deliveries.ApplyAsync([Told("Pears", "news@b.example", minutes: -1)], default);
        await IndexAsync(store, indexed);

        Assert.Equal(1, await CountAsync(store, "pears"));
        Assert.Equal(1, await CountAsync(store, "@b.example"));
        Assert.Equal(0, await CountAsync(store, "apples"));
        Assert.Equal(0, await CountAsync(store, "@a.example"));
        Assert.Equal(1, await CountAsync(store, "pears", new("acme", "b.example")));
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
    }

    [SkippableTheory]
    [InlineData(AddressForm.Masked)]
    [InlineData(AddressForm.Hashed)]
    public async Task A_hidden_address_is_found_by_who_knows_it(AddressForm form)
    {
        await using var store = await OpenAsync(new() { Addresses = form });
        await store.Deliveries.ApplyAsync([Some.Delivered("m1", "Ann.Smith@example.net"), Some.Delivered("m2", "bob@example.net")], default);

        foreach (var indexed in new[] { false, true })
        {
            await IndexAsync(store, indexed);
            Assert.Equal(1, await CountAsync(store, "ann.smith@example.net"));
            Assert.Equal(1, await CountAsync(store, "to:ANN.SMITH@example.net"));
            Assert.Equal(2, await CountAsync(store, "@example.net"));
            Assert.Equal(0, await CountAsync(store, "smith"));
        }
    }

    [SkippableFact]
    public async Task Who_was_erased_is_found_no_more_and_no_word_of_it_is_left()
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync([Some.Delivered("m1", "xylophone@example.net"), Some.Delivered("m2", "bob@example.net")], default);
        await store.IndexAsync(all: true);
        Assert.Contains("axylophone", await store.IndexedTermsAsync());

        await store.Erasures.EraseAsync("acme", "xylophone@example.net", default);

        Assert.Equal(0, await CountAsync(store, "xylophone"));
        Assert.DoesNotContain("axylophone", await store.IndexedTermsAsync());
        Assert.Equal(1, await CountAsync(store, "bob"));
        // Where numbers are given out again, the next delivery is not taken for the one that is gone.
        await store.Deliveries.ApplyAsync([Some.Delivered("m3", "carol@example.net")], default);
        Assert.Equal(1, await CountAsync(store, "carol"));
        await store.IndexAsync(all: true);
        Assert.Equal(1, await CountAsync(store, "carol"));
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
    }

    [SkippableFact]
    public async Task What_is_removed_by_age_leaves_the_index_too()
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync(
            [Some.Delivered("m1", "xylophone@example.net", Some.Noon.AddDays(-9)), Some.Delivered("m2", "bob@example.net")], default);
        await store.IndexAsync(all: true);

        await store.Retention.TrimAsync(Some.Noon.AddDays(-1), Some.Noon.AddDays(-100), default);

        Assert.Equal(0, await CountAsync(store, "xylophone"));
        Assert.Equal(1, await CountAsync(store, "@example.net"));
        Assert.DoesNotContain("axylophone", await store.IndexedTermsAsync());
    }

    [SkippableFact]
    public async Task A_new_classification_is_filtered_by_at_once()
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync([Some.HardBounce()], default);
        await store.IndexAsync(all: true);
        var again = Some.HardBounce();
        await store.Deliveries.ApplyAsync([again with { Classification = Some.MailboxFull with { Revision = 1 } }], default);

        foreach (var indexed in new[] { false, true })
        {
            await IndexAsync(store, indexed);
            Assert.Single((await store.Log.DeliveriesAsync(new() { Scope = Acme, Limit = 9, Reason = "mailbox_full" }, default)).Items);
            Assert.Empty((await store.Log.DeliveriesAsync(new() { Scope = Acme, Limit = 9, Reason = "user_unknown" }, default)).Items);
            Assert.Single((await store.Log.DeliveriesAsync(new() { Scope = Acme, Limit = 9, Statuses = [DeliveryStatus.SoftBounced] }, default)).Items);
        }
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Filters_narrow_a_search(bool indexed)
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync(
            [
                Some.Event(DeliveryEventKind.Delivered, "m1", provider: "Gmail",
                    with: reported => reported with { OutgoingIp = "192.0.2.1", Tags = ["spring"] }),
                Some.Event(DeliveryEventKind.Deferred, "m2", provider: "Yahoo", classification: Some.MailboxFull,
                    with: reported => reported with { ReplyCode = 452, OutgoingIp = "192.0.2.10", Tags = ["spring sale"] }),
                Some.Event(DeliveryEventKind.Bounced, "m3", sender: "news@b.example", classification: Some.UserUnknown with { Unknown = true }),
            ],
            default);
        await IndexAsync(store, indexed);
        var query = new DeliveryQuery { Scope = Acme, Limit = 9, Search = Searched.For("ann") };

        Assert.Equal(3, await CountAsync(query));
        Assert.Equal(1, await CountAsync(query with { Provider = "yahoo" }));
        Assert.Equal(1, await CountAsync(query with { Tag = "spring" }));
        Assert.Equal(1, await CountAsync(query with { OutgoingIp = "192.0.2.1" }));
        Assert.Equal(1, await CountAsync(query with { ReplyCode = 452 }));
        Assert.Equal(1, await CountAsync(query with { Reason = "mailbox_full" }));
        Assert.Equal(1, await CountAsync(query with { UnknownCode = true }));
        Assert.Equal(1, await CountAsync(query with { UnknownCode = false }));
        Assert.Equal(2, await CountAsync(query with { Statuses = [DeliveryStatus.Deferred, DeliveryStatus.HardBounced] }));
        Assert.Equal(1, await CountAsync(query with { Scope = new("acme", "b.example") }));
        Assert.Equal(0, await CountAsync(query with { Scope = new("acme", "b.example"), Provider = "Yahoo" }));
        Assert.Equal(0, await CountAsync(query with { Scope = new("zeta") }));
        Assert.Equal(0, await CountAsync(query with { Range = new(Some.Noon.AddDays(-2), Some.Noon.AddDays(-1)) }));
        Assert.Equal(1, await CountAsync(query with { Search = SearchQuery.Everything, Provider = "Yahoo" }));

        // Error events are narrowed by the same two, with or without words.
        var failures = new ErrorEventQuery { Scope = Acme, Limit = 9 };
        Assert.Equal(2, (await store.Log.ErrorEventsAsync(failures, default)).Items.Count);
        Assert.Single((await store.Log.ErrorEventsAsync(failures with { Provider = "Yahoo" }, default)).Items);
        Assert.Single((await store.Log.ErrorEventsAsync(failures with { OutgoingIp = "192.0.2.10", Search = Searched.For("ann") }, default)).Items);
        Assert.Empty((await store.Log.ErrorEventsAsync(failures with { OutgoingIp = "192.0.2.1" }, default)).Items);

        async Task<int> CountAsync(DeliveryQuery asked) => (await store.Log.DeliveriesAsync(asked, default)).Items.Count;
    }

    /// <summary>Steps while events arrive, each with another process; nobody is missed at any time.</summary>
    [SkippableFact]
    public async Task While_events_arrive_and_two_processes_index_nothing_is_missed()
    {
        await using var store = await OpenAsync();
        await using var other = store.Another();
        var told = Enumerable.Range(0, 60).Select(number => Some.Accepted($"m{number}", $"u{number}@example.net")).ToList();
        await store.Deliveries.ApplyAsync(told, default);
        using var end = new CancellationTokenSource();
        var indexing = Task.WhenAll(new[] { store, other }.Select(one => Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                await one.IndexAsync(all: false);
                await Task.Yield();
            }
        })));

        for (var round = 0; round < 12; round++)
        {
            var at = Some.Noon.AddSeconds(round);
            var applying = store.Deliveries.ApplyAsync(
                [.. Enumerable.Range(0, 60).Select(number => Some.Delivered($"m{number}", $"u{number}@example.net", at))], default);

            foreach (var number in Enumerable.Range(round, 8))
            {
                Assert.Equal(1, await CountAsync(other, $"u{number}@example.net"));
            }

            Assert.Equal(60, (await AllAsync(store, "@example.net", 100)).Count);
            await applying;
        }

        await end.CancelAsync();
        await indexing;
        await store.IndexAsync(all: true);
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
    }

    [SkippableFact]
    public async Task Segments_that_became_one_are_searched_as_before()
    {
        await using var store = await OpenAsync();
        var all = new Searched();

        for (var step = 0; step < 80; step++)
        {
            var at = Some.Noon.AddMinutes(step);
            var events = new[] { Some.Delivered($"m{step}", $"u{step}@example.net", at), Some.Delivered($"m{step % 9}", $"u{step % 9}@example.net", at) };
            all.Apply(events);
            await store.Deliveries.ApplyAsync(events, default);
            await store.IndexAsync(all: false);
        }

        await store.IndexAsync(all: true);

        foreach (var search in new[] { "u7@example.net", "u7", "order", "u70" })
        {
            Assert.Equal(all.Deliveries("acme", Searched.For(search)), await AllAsync(store, search, 7));
        }

        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
    }

    [SkippableFact]
    public async Task An_index_that_is_wrong_is_told_and_made_anew()
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync([.. Enumerable.Range(0, 20).Select(number => Some.Delivered($"m{number}", $"u{number}@example.net"))], default);
        await store.IndexAsync(all: true);
        await store.SpoilIndexAsync();

        var report = await store.Verification.VerifyAsync(repair: false, default);
        Assert.True(report.Differences > 0);
        Assert.Contains(report.Examples, example => example.Contains("search index", StringComparison.Ordinal));
        Assert.True((await store.Verification.VerifyAsync(repair: true, default)).Repaired);

        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
        Assert.Equal(1, await CountAsync(store, "u7@example.net"));
    }

    private static async Task CheckAsync(ClassifiedDelivery[][] batches, int[] indexed, string[] subjects)
    {
        await using var store = await OpenAsync();
        var all = new Searched();

        for (var index = 0; index < batches.Length; index++)
        {
            // Senders and subjects change as they would by a later event: the greater one stays.
            var subject = subjects[index];
            ClassifiedDelivery[] batch = [.. batches[index].Select(delivery => delivery with { Event = delivery.Event with { Subject = subject } })];
            all.Apply(batch);
            await store.Deliveries.ApplyAsync(batch, default);

            if (indexed[index] > 0)
            {
                await store.IndexAsync(all: indexed[index] > 1);
            }

            foreach (var search in Searches.Where((_, number) => number % batches.Length == index % Searches.Length || index == batches.Length - 1))
            {
                await CompareAsync(store, all, search);
            }
        }

        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
    }

    private static async Task CompareAsync(OpenedStores store, Searched all, string search)
    {
        foreach (var tenant in new[] { "acme", "zeta" })
        {
            var query = Searched.For(search);
            Assert.Equal(all.Deliveries(tenant, query), await AllAsync(store, search, 3, new(tenant)));
            Assert.Equal(
                all.Activities(tenant, query),
                (await store.Log.ActivitiesAsync(new() { Scope = new(tenant), Limit = 500, Search = query }, default)).Items
                    .Select(line => (line.OccurredAt, line.Recipient, line.Status, line.Subject)));
            Assert.Equal(
                all.Errors(tenant, query), (await store.Log.ErrorEventsAsync(new() { Scope = new(tenant), Limit = 500, Search = query }, default)).Items);
        }
    }

    private static async Task<List<DeliverySummary>> AllAsync(OpenedStores store, string search, int limit, StatisticsScope? scope = null)
    {
        var all = new List<DeliverySummary>();
        string? cursor = null;

        do
        {
            var page = await store.Log.DeliveriesAsync(
                new() { Scope = scope ?? Acme, Limit = limit, Search = Searched.For(search), Cursor = cursor }, default);
            Assert.True(page.Items.Count == limit || page.Next is null, "a page is not whole");
            all.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);

        return all;
    }

    private static async Task<int> CountAsync(OpenedStores store, string search, StatisticsScope? scope = null) =>
        (await AllAsync(store, search, 100, scope)).Count;

    private static async Task IndexAsync(OpenedStores store, bool indexed)
    {
        if (indexed)
        {
            await store.IndexAsync(all: true);
        }
    }

    private static ClassifiedDelivery Told(string subject, string sender, int minutes = 0) => Some.Event(
        DeliveryEventKind.Accepted, at: Some.Noon.AddMinutes(minutes), sender: sender, with: reported => reported with { Subject = subject });
}
