using MailStats.Contracts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;

namespace MailStats.Stores.Tests.Deliveries;

/// <summary>What every store promises about deliveries and the numbers made of them.</summary>
public abstract class DeliveryStoreSuite<TStores>
    where TStores : IStoresOpener
{
    private static readonly TimeRange Day = new(Some.Noon.AddHours(-12), Some.Noon.AddHours(12));
    private static readonly StatisticsScope Acme = new("acme");

    /// <summary>An empty store, or a skip with the reason why there is none.</summary>
    private static Task<OpenedStores> OpenAsync(StorageOptions? options = null) => TStores.OpenAsync(options);

    [SkippableFact]
    public async Task A_bounce_after_a_delivery_moves_the_recipient_and_the_log_keeps_both()
    {
        await using var store = await OpenAsync();

        await store.Deliveries.ApplyAsync([Some.Accepted(), Some.Delivered(at: Some.Noon.AddSeconds(2))], default);
        await store.Deliveries.ApplyAsync([Some.HardBounce(at: Some.Noon.AddMinutes(5))], default);
        var again = await store.Deliveries.ApplyAsync([Some.Delivered(at: Some.Noon.AddSeconds(2))], default);

        Assert.Equal((0, 1), (again.Changed, again.Repeated));
        Assert.Equal(new Counters(1, 0, 0, 1, 0), await store.Statistics.SumAsync(Acme, Day, default));
        Assert.Equal([DeliveryStatus.HardBounced, DeliveryStatus.Delivered], (await Activities(store)).Select(item => item.Status));
    }

    [SkippableFact]
    public async Task Every_view_of_the_numbers_agrees()
    {
        await using var store = await OpenAsync();

        await store.Deliveries.ApplyAsync(
            [
                Some.Delivered("m1"), Some.Delivered("m2", sender: "billing@example.org"), Some.HardBounce("m3", sender: "Shop@Other.example"),
                Some.Deferral("m4"), Some.Accepted("m5"),
            ],
            default);

        Assert.Equal(new Counters(5, 2, 0, 1, 2), await store.Statistics.SumAsync(Acme, Day, default));
        Assert.Equal(
            [new("example.org", new(4, 2, 0, 0, 2)), new NamedCounters("other.example", new(1, 0, 0, 1, 0))],
            await store.Statistics.DomainsAsync("acme", Day, default));
        Assert.Equal(
            [new("shop@example.org", new(3, 1, 0, 0, 2)), new NamedCounters("billing@example.org", new(1, 1, 0, 0, 0))],
            await store.Statistics.MailboxesAsync("acme", "example.org", Day, default));
        Assert.Equal(new Counters(1, 1, 0, 0, 0), await store.Statistics.SumAsync(new("acme", "example.org", "billing@example.org"), Day, default));
        Assert.Equal([new("Gmail", new(5, 2, 0, 1, 2))], await store.Statistics.ProvidersAsync(Acme, Day, default));
        Assert.Equal([new Bucket(Some.Noon, new(5, 2, 0, 1, 2))], await store.Statistics.BucketsAsync(Acme, Day, default));
        Assert.Equal([new("user_unknown", 550, "5.1.1", true, 1)], await store.Statistics.ReasonsAsync(Acme, Day, 10, default));
        Assert.Equal(default, await store.Statistics.SumAsync(new("zeta"), Day, default));
    }

    [SkippableFact]
    public async Task Quarter_hours_of_a_mailbox_are_those_of_the_range_however_far_apart()
    {
        await using var store = await OpenAsync();
        var mailbox = new StatisticsScope("acme", "example.org", "shop@example.org");
        DateTimeOffset[] times =
        [
            Some.Noon.AddDays(-70), Some.Noon.AddDays(-3).AddMinutes(-15), Some.Noon.AddDays(-3),
            Some.Noon.AddHours(-12).AddMinutes(-15), Some.Noon.AddHours(-12), Some.Noon, Some.Noon.AddMinutes(15),
        ];

        await store.Deliveries.ApplyAsync([.. times.Select((at, index) => Some.Delivered($"m{index}", at: at))], default);

        Assert.Equal(times[2..6], (await store.Statistics.BucketsAsync(mailbox, new(times[2], times[6]), default)).Select(bucket => bucket.Start));
        Assert.Equal(
            times, (await store.Statistics.BucketsAsync(mailbox, new(times[0], times[6].AddMinutes(15)), default)).Select(bucket => bucket.Start));
        Assert.Empty(await store.Statistics.BucketsAsync(mailbox, new(times[0].AddMinutes(15), times[1]), default));
    }

    [SkippableFact]
    public async Task A_recipient_counts_when_its_message_was_accepted_however_late_that_is_learnt()
    {
        await using var store = await OpenAsync();
        var accepted = Some.Noon.AddDays(-1);

        await store.Deliveries.ApplyAsync([Some.Delivered()], default);
        var before = await store.Statistics.BucketsAsync(Acme, Day, default);
        await store.Deliveries.ApplyAsync([Some.Accepted(at: accepted)], default);

        Assert.Equal(Some.Noon, Assert.Single(before).Start);
        Assert.Empty(await store.Statistics.BucketsAsync(Acme, Day, default));
        Assert.Empty(await store.Statistics.DomainsAsync("acme", Day, default));
        Assert.Equal(accepted, Assert.Single(await store.Statistics.BucketsAsync(Acme, new(accepted.AddHours(-1), accepted.AddHours(1)), default)).Start);
    }

    [SkippableFact]
    public async Task Null_senders_local_mail_and_what_was_refused_at_submission_are_kept_but_not_counted()
    {
        await using var store = await OpenAsync();

        await store.Deliveries.ApplyAsync(
            [
                Some.Delivered("m1", sender: ""),
                Some.Event(DeliveryEventKind.Delivered, "m2", with: reported => reported with { Local = true }),
                Some.Event(DeliveryEventKind.Rejected, "m3", classification: Some.MailboxFull),
            ],
            default);

        Assert.Equal(default, await store.Statistics.SumAsync(Acme, Day, default));
        Assert.Equal(3, (await Activities(store)).Count);
        Assert.Equal(DeliveryStatus.Rejected, Assert.Single((await store.Log.ErrorEventsAsync(new() { Scope = Acme, Limit = 10 }, default)).Items).Status);
    }

    [SkippableFact]
    public async Task A_higher_revision_of_a_classification_moves_the_numbers_and_a_lower_one_does_not()
    {
        await using var store = await OpenAsync();
        var soft = Some.HardBounce() with { Classification = Some.MailboxFull with { Revision = 2 } };

        await store.Deliveries.ApplyAsync([Some.HardBounce()], default);
        await store.Deliveries.ApplyAsync([soft], default);
        await store.Deliveries.ApplyAsync([Some.HardBounce() with { Classification = Some.UserUnknown with { Revision = 1 } }], default);

        Assert.Equal(new Counters(1, 0, 1, 0, 0), await store.Statistics.SumAsync(Acme, Day, default));
        Assert.Equal([new("mailbox_full", 550, "5.1.1", false, 1)], await store.Statistics.ReasonsAsync(Acme, Day, 10, default));
    }

    [SkippableFact]
    public async Task An_expiry_without_a_reply_shows_the_last_deferral()
    {
        await using var store = await OpenAsync();

        await store.Deliveries.ApplyAsync(
            [Some.Deferral(), Some.Event(DeliveryEventKind.Expired, at: Some.Noon.AddDays(5), classification: Some.UserUnknown)], default);

        var error = Assert.Single((await store.Log.ErrorEventsAsync(new() { Scope = Acme, Limit = 10 }, default)).Items);
        Assert.Equal((DeliveryStatus.SoftBounced, "mailbox_full", 452), (error.Status, error.Reason, error.ReplyCode));
        Assert.Equal([new("mailbox_full", 452, "4.2.2", false, 1)], await store.Statistics.ReasonsAsync(Acme, Day, 10, default));
        Assert.Equal(error, await store.Log.ExampleAsync(Acme, new("mailbox_full", 452, "4.2.2", false, 1), default));
    }

    [SkippableFact]
    public async Task A_reasons_count_is_the_number_of_the_events_of_its_codes_and_of_the_day_on_which_the_mail_was_accepted()
    {
        await using var store = await OpenAsync();
        // Given up five days later: the bounce counts on the day of acceptance, the event is of the last attempt.
        await store.Deliveries.ApplyAsync(
            [Some.Deferral(), Some.Event(DeliveryEventKind.Expired, at: Some.Noon.AddDays(5), classification: Some.UserUnknown), Some.HardBounce("m2")],
            default);

        foreach (var reason in await store.Statistics.ReasonsAsync(Acme, Day, 10, default))
        {
            var query = new ErrorEventQuery
            {
                Scope = Acme, Limit = 10, Reason = reason.Reason, ReplyCode = reason.ReplyCode ?? 0, EnhancedCode = reason.EnhancedCode ?? "",
                Statuses = [reason.Hard ? DeliveryStatus.HardBounced : DeliveryStatus.SoftBounced],
                Range = Day with { To = Day.To.AddDays(30) }, Accepted = Day,
            };

            Assert.Equal(reason.Count, (await store.Log.ErrorEventsAsync(query, default)).Items.Count);
            Assert.Empty((await store.Log.ErrorEventsAsync(query with { EnhancedCode = "" }, default)).Items);
            Assert.Empty((await store.Log.ErrorEventsAsync(query with { Accepted = new(Day.To, Day.To.AddDays(30)) }, default)).Items);
        }
    }

    [SkippableFact]
    public async Task An_example_is_the_latest_of_the_domain_or_mailbox_that_is_asked_for()
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync(
            [
                Some.HardBounce("m1", "first@example.net"),
                Some.HardBounce("m2", "second@example.net", Some.Noon.AddHours(1)),
                Some.HardBounce("m3", "news@example.net", Some.Noon.AddHours(2), sender: "news@example.org"),
                Some.HardBounce("m4", "other@example.net", Some.Noon.AddHours(3), sender: "shop@other.example"),
                Some.Deferral("m5", "late@example.net", Some.Noon.AddHours(4)),
            ],
            default);
        var reason = new ReasonCount("user_unknown", 550, "5.1.1", true, 1);

        Assert.Equal("other@example.net", (await store.Log.ExampleAsync(Acme, reason, default))?.To);
        Assert.Equal("news@example.net", (await store.Log.ExampleAsync(new("acme", "example.org"), reason, default))?.To);
        Assert.Equal("second@example.net", (await store.Log.ExampleAsync(new("acme", "example.org", "shop@example.org"), reason, default))?.To);
        Assert.Null(await store.Log.ExampleAsync(Acme, new("mailbox_full", 452, "4.2.2", false, 1), default));
        Assert.Null(await store.Log.ExampleAsync(new("nobody"), reason, default));
    }

    [SkippableFact]
    public async Task Attempts_are_counted_once_each()
    {
        await using var store = await OpenAsync();
        var deferrals = Enumerable.Range(0, 40).Select(minute => Some.Deferral(at: Some.Noon.AddMinutes(minute))).ToList();
        var suspended = Some.Event(
            DeliveryEventKind.Deferred, at: Some.Noon.AddHours(2), classification: Some.MailboxFull, with: reported => reported with { Attempted = false });

        await store.Deliveries.ApplyAsync([.. deferrals, .. deferrals, suspended], default);
        await store.Deliveries.ApplyAsync(deferrals, default);

        var error = Assert.Single((await store.Log.ErrorEventsAsync(new() { Scope = Acme, Limit = 10 }, default)).Items);
        Assert.Equal((40, Some.Noon.AddMinutes(39)), (error.Attempts, error.LastTry));
    }

    [SkippableFact]
    public async Task Pages_follow_each_other_while_rows_arrive()
    {
        await using var store = await OpenAsync();
        var all = Enumerable.Range(0, 25).Select(number => (number % 4) switch
        {
            0 => Some.HardBounce($"m{number:D2}", at: Some.Noon.AddSeconds(number / 3)),
            1 => Some.Deferral($"m{number:D2}", at: Some.Noon.AddSeconds(number / 3)),
            _ => Some.Delivered($"m{number:D2}", at: Some.Noon.AddSeconds(number / 3)),
        }).ToList();
        await store.Deliveries.ApplyAsync(all, default);

        var seen = new List<string?>();
        string? cursor = null;

        do
        {
            var page = await store.Log.ActivitiesAsync(new() { Scope = Acme, Limit = 7, Cursor = cursor }, default);
            Assert.InRange(page.Items.Count, 1, 7);
            seen.AddRange(page.Items.Select(item => item.OccurredAt.ToString("O")));
            cursor = page.Next;
            await store.Deliveries.ApplyAsync([Some.Delivered($"new{seen.Count}", at: Some.Noon.AddHours(1))], default);
        }
        while (cursor is not null);

        Assert.Equal(25, seen.Count);
        Assert.Equal(seen.OrderDescending(StringComparer.Ordinal), seen);
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AQAAAAAAAAAAAAAAAAAAAAD_")]
    [InlineData("AgAAAAAAAAAAAAAAAAAAAAAC")]
    [InlineData("1' OR '1'='1")]
    public async Task A_forged_cursor_is_refused(string cursor)
    {
        await using var store = await OpenAsync();

        await Assert.ThrowsAsync<InvalidCursorException>(() => store.Log.ActivitiesAsync(new() { Scope = Acme, Limit = 7, Cursor = cursor }, default));
        await Assert.ThrowsAsync<InvalidCursorException>(() => store.Log.ErrorEventsAsync(new() { Scope = Acme, Limit = 7, Cursor = cursor }, default));
    }

    [SkippableFact]
    public async Task Lists_can_be_searched_and_narrowed()
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync(
            [
                Some.Delivered("m1"),
                Some.HardBounce("m2", "bob@gmail.test", Some.Noon.AddHours(-30)),
                Some.Event(DeliveryEventKind.Deferred, "m3", "carol@yahoo.test", sender: "news@other.example", classification: Some.MailboxFull,
                    with: reported => reported with { QueueId = "4ABC", Subject = "Grüße", ReplyCode = 452 }),
            ],
            default);

        Assert.Equal("bob@gmail.test", Assert.Single(await Activities(store, search: "BOB@")).Recipient);
        Assert.Equal("carol@yahoo.test", Assert.Single(await Activities(store, search: "4ABC")).Recipient);
        Assert.Empty(await Activities(store, search: "ABC"));
        Assert.Equal("carol@yahoo.test", Assert.Single(await Activities(store, search: "grÜSSe".Replace("SS", "ß", StringComparison.Ordinal))).Recipient);
        Assert.Equal("carol@yahoo.test", Assert.Single(await Activities(store, new("acme", "other.example"))).Recipient);
        Assert.Equal("carol@yahoo.test", Assert.Single(await Activities(store, new("acme", "other.example", "news@other.example"))).Recipient);
        Assert.Empty(await Activities(store, new("acme", "nobody.example")));
        Assert.Equal(2, (await store.Log.ActivitiesAsync(new() { Scope = Acme, Limit = 9, Range = Day }, default)).Items.Count);
        Assert.Single((await store.Log.ActivitiesAsync(new() { Scope = Acme, Limit = 9, Statuses = [DeliveryStatus.HardBounced] }, default)).Items);
        Assert.Single((await store.Log.ErrorEventsAsync(new() { Scope = Acme, Limit = 9, ReplyCode = 452 }, default)).Items);
        Assert.Single((await store.Log.ErrorEventsAsync(new() { Scope = Acme, Limit = 9, Search = Searched.For("no such user") }, default)).Items);
        Assert.Empty((await store.Log.ErrorEventsAsync(new() { Scope = Acme, Limit = 9, UnknownCode = true }, default)).Items);
    }

    [SkippableFact]
    public async Task A_complaint_stands_beside_the_status()
    {
        await using var store = await OpenAsync();

        await store.Deliveries.ApplyAsync([Some.Delivered(), Some.Event(DeliveryEventKind.Complained, at: Some.Noon.AddDays(2))], default);
        await store.Deliveries.ApplyAsync([Some.Event(DeliveryEventKind.Complained, "unheard-of")], default);

        Assert.Equal(new Counters(1, 1, 0, 0, 0, 2), await store.Statistics.SumAsync(Acme, Day, default));
        Assert.Equal(
            [DeliveryStatus.Complained, DeliveryStatus.Complained, DeliveryStatus.Delivered],
            (await Activities(store)).Select(item => item.Status).OrderDescending());
    }

    [SkippableFact]
    public async Task Ranges_that_do_not_end_on_quarter_hours_are_refused()
    {
        await using var store = await OpenAsync();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.Statistics.SumAsync(Acme, new(Some.Noon, Some.Noon.AddMinutes(7)), default));
    }

    [SkippableFact]
    public async Task Range_sums_equal_the_sum_of_their_quarter_hours()
    {
        await using var store = await OpenAsync();
        var start = new DateTimeOffset(2026, 9, 1, 0, 0, 0, TimeSpan.Zero);
        await store.Deliveries.ApplyAsync(
            [.. Enumerable.Range(0, 700).Select(number => Some.Delivered($"m{number}", at: start.AddMinutes(number * 61)))], default);

        foreach (var (from, to) in new[] { (0, 40), (1, 2), (95, 97), (96, 192), (5, 2800), (100, 100), (7, 96), (97, 300), (0, 2880) })
        {
            var range = new TimeRange(start.AddMinutes(from * 15), start.AddMinutes(to * 15));
            var buckets = (await store.Statistics.BucketsAsync(Acme, range, default)).Aggregate(default(Counters), (sum, bucket) => sum + bucket.Counters);
            Assert.Equal(buckets, await store.Statistics.SumAsync(Acme, range, default));
            Assert.Equal(buckets, (await store.Statistics.DomainsAsync("acme", range, default)).SingleOrDefault()?.Counters ?? default);
            Assert.Equal(buckets, (await store.Statistics.ProvidersAsync(Acme, range, default)).SingleOrDefault()?.Counters ?? default);
        }
    }

    [SkippableTheory]
    [InlineData("UTC")]
    [InlineData("Asia/Kathmandu")]
    [InlineData("America/St_Johns")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Pacific/Auckland")]
    public async Task Days_of_any_zone_are_the_sums_of_their_quarter_hours(string name)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
        await using var store = await OpenAsync();
        await using var another = store.Another();
        var start = new DateTimeOffset(2026, 9, 15, 0, 0, 0, TimeSpan.Zero);
        var events = Enumerable.Range(0, 600).Select(number => Some.Delivered($"m{number}", at: start.AddMinutes(number * 89))).ToArray();
        await store.Deliveries.ApplyAsync(events[..400], default);
        await another.Deliveries.ApplyAsync(events[400..], default);
        DateTimeOffset[] edges =
            [start.AddMinutes(45), .. Enumerable.Range(0, 35).Select(day => LocalDays.Start(new DateOnly(2026, 9, 17).AddDays(day), zone))];

        foreach (var scope in new[] { Acme, new("acme", "example.org"), new("acme", "example.org", "shop@example.org"), new("nobody") })
        {
            var days = await store.Statistics.IntervalsAsync(scope, edges, default);

            Assert.Equal(edges.Length - 1, days.Count);

            for (var day = 0; day < days.Count; day++)
            {
                Assert.Equal(await store.Statistics.SumAsync(scope, new(edges[day], edges[day + 1]), default), days[day]);
            }
        }
    }

    [SkippableFact]
    public async Task Verification_finds_what_is_wrong_and_mends_it()
    {
        await using var store = await OpenAsync();
        await store.Deliveries.ApplyAsync(
            [
                Some.Delivered("m1"), Some.HardBounce("m2"), Some.Deferral("m3"), Some.Delivered("m4"),
                Some.HardBounce("m4", at: Some.Noon.AddMinutes(5)),
            ],
            default);
        var right = await store.DumpAsync();
        Assert.Equal((4, 0), await Verify(repair: false));

        await store.SpoilAsync();

        var spoilt = await store.Verification.VerifyAsync(repair: false, default);
        Assert.True(spoilt is { Differences: > 0, Repaired: false, Examples.Count: > 0 });
        var mended = await store.Verification.VerifyAsync(repair: true, default);
        Assert.True(mended.Repaired);
        Assert.Equal((4, 0), await Verify(repair: true));
        Assert.Single(await store.Quotas.VerifyAsync(repair: true, default));
        Assert.Equal(right, await store.DumpAsync());

        async Task<(long, long)> Verify(bool repair) =>
            await store.Verification.VerifyAsync(repair, default) is var report ? (report.Deliveries, report.Differences) : default;
    }

    [SkippableFact]
    public async Task What_is_counted_while_verification_mends_is_counted_right()
    {
        await using var store = await OpenAsync();
        await using var other = store.Another();
        await store.Deliveries.ApplyAsync([.. Enumerable.Range(0, 100).Select(number => Some.Deferral($"m{number}"))], default);
        await store.SpoilAsync();

        var mending = store.Verification.VerifyAsync(repair: true, default);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(part => other.Deliveries.ApplyAsync(
            [.. Enumerable.Range(part * 10, 10).Select(number => Some.Delivered($"m{number}", at: Some.Noon.AddMinutes(20)))], default)));
        await mending;

        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
        Assert.Equal(new Counters(200, 200, 0, 0, 0), await store.Statistics.SumAsync(Acme, Day, default));
    }

    [SkippableFact]
    public async Task Two_processes_that_apply_the_same_events_at_once_count_them_once()
    {
        await using var store = await OpenAsync();
        await using var other = store.Another();
        var events = Enumerable.Range(0, 300).SelectMany(number => new[] { Some.Accepted($"m{number}"), Some.Delivered($"m{number}") }).ToList();

        await Task.WhenAll(events.Chunk(50).SelectMany(chunk => new[]
        {
            store.Deliveries.ApplyAsync(chunk, default), other.Deliveries.ApplyAsync(chunk, default),
        }));

        Assert.Equal(new Counters(300, 300, 0, 0, 0), await store.Statistics.SumAsync(Acme, Day, default));
        Assert.Equal(0, (await store.Verification.VerifyAsync(repair: false, default)).Differences);
    }

    private static async Task<IReadOnlyList<Activity>> Activities(OpenedStores store, StatisticsScope? scope = null, string? search = null) =>
        (await store.Log.ActivitiesAsync(new() { Scope = scope ?? Acme, Limit = 100, Search = Searched.For(search) }, default)).Items;
}
