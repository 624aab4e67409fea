using MailStats.Stores.Notifications;
using MailStats.Stores.Tests.Quotas;
using Microsoft.Extensions.Time.Testing;

namespace MailStats.Stores.Tests.Notifications;

/// <summary>What every store promises about whom notices are for, whose turn it is, and how it went.</summary>
public abstract class NotificationStoreSuite<TStores>
    where TStores : IStoresOpener
{
    private readonly FakeTimeProvider _time = new(Some.Noon);

    private static Task<OpenedStores> OpenAsync(TimeProvider time) => TStores.OpenAsync(time: time);

    [SkippableFact]
    public async Task A_target_comes_back_as_it_was_and_keeps_kind_and_time_when_it_is_saved_again()
    {
        await using var store = await OpenAsync(_time);
        var target = Target("a") with { Address = "https://hooks.example/ä?b=$c", Secret = "s\"\n" };
        await store.Notifications.SaveTargetAsync(target, default);
        Assert.Equal(target, await store.Notifications.FindTargetAsync("acme", "a", default));

        await store.Notifications.SaveTargetAsync(target with { Name = "Other", CreatedAt = Some.Noon }, default);

        Assert.Equal([target with { Name = "Other" }], await store.Notifications.TargetsAsync("acme", default));
        Assert.Null(await store.Notifications.FindTargetAsync("zeta", "a", default));
        Assert.Empty(await store.Notifications.TargetsAsync("zeta", default));
    }

    [SkippableFact]
    public async Task A_notice_is_for_every_enabled_target_that_was_there_and_its_repetition_for_nobody()
    {
        await using var store = await OpenAsync(_time);
        await store.Notifications.SaveTargetAsync(Target("a"), default);
        await store.Notifications.SaveTargetAsync(Target("b", NotificationKind.Mail), default);
        await store.Notifications.SaveTargetAsync(Target("off") with { Enabled = false }, default);
        await store.Notifications.SaveTargetAsync(Target("later") with { CreatedAt = Some.Noon.AddHours(1) }, default);
        await store.Notifications.SaveTargetAsync(Target("strange") with { TenantId = "zeta" }, default);
        var notice = Notice();

        Assert.Equal(2, await store.Notifications.AddAsync(notice, default));
        Assert.Equal(0, await store.Notifications.AddAsync(notice, default));

        var due = await store.Notifications.TakeDueAsync(Some.Noon.AddMinutes(1), 10, default);
        Assert.Equal(["a", "b"], due.Select(notification => notification.Target.Id).Order());
        Assert.All(due, notification => Assert.Equal((notice, 0), (notification.Notice, notification.Attempts)));
    }

    [SkippableFact]
    public async Task A_notice_for_one_kind_is_for_no_other()
    {
        await using var store = await OpenAsync(_time);
        await store.Notifications.SaveTargetAsync(Target("a"), default);
        await store.Notifications.SaveTargetAsync(Target("b", NotificationKind.Mail), default);

        Assert.Equal(1, await store.Notifications.AddAsync(Notice() with { Only = NotificationKind.Mail }, default));

        Assert.Equal("b", Assert.Single(await store.Notifications.TakeDueAsync(Some.Noon.AddMinutes(1), 10, default)).Target.Id);
    }

    [SkippableFact]
    public async Task Letters_are_listed_for_those_who_get_them()
    {
        await using var store = await OpenAsync(_time);
        var weekly = new LetterChoice("acme", LetterRhythm.Weekly, "fr", Some.Noon);
        await store.Letters.SaveAsync(new("acme", LetterRhythm.Monthly, "en", Some.Noon.AddDays(-1)), default);
        await store.Letters.SaveAsync(weekly, default);
        await store.Letters.SaveAsync(new("zeta", LetterRhythm.Off, "en", Some.Noon), default);

        Assert.Equal(weekly, await store.Letters.FindAsync("acme", default));
        Assert.Null(await store.Letters.FindAsync("nobody", default));
        Assert.Equal([weekly], await store.Letters.ListAsync(default));
    }

    [SkippableFact]
    public async Task A_target_has_one_turn_at_a_time_and_in_the_order_of_the_notices()
    {
        await using var store = await OpenAsync(_time);
        await store.Notifications.SaveTargetAsync(Target("a"), default);
        var notices = Enumerable.Range(0, 3).Select(_ => Notice()).ToList();

        foreach (var notice in notices)
        {
            await store.Notifications.AddAsync(notice, default);
        }

        foreach (var notice in notices)
        {
            var taken = Assert.Single(await TakeAsync(store));
            Assert.Equal(notice.NoticeId, taken.Notice.NoticeId);
            Assert.Empty(await TakeAsync(store));
            await store.Notifications.RecordAsync(taken.Id, Attempt(delivered: true), null, default);
        }

        Assert.Empty(await TakeAsync(store));
    }

    [SkippableFact]
    public async Task Of_many_takers_each_notification_has_one()
    {
        await using var store = await OpenAsync(_time);
        await using var other = store.Another();

        for (var target = 0; target < 20; target++)
        {
            await store.Notifications.SaveTargetAsync(Target($"t{target}"), default);
        }

        await store.Notifications.AddAsync(Notice(), default);

        var taken = await Task.WhenAll(Enumerable.Range(0, 16).Select(index => TakeAsync(index % 2 == 0 ? store : other, limit: 5)));

        Assert.Equal(20, taken.Sum(some => some.Count));
        Assert.Equal(20, taken.SelectMany(some => some).Select(notification => notification.Target.Id).Distinct().Count());
    }

    [SkippableFact]
    public async Task Who_dies_over_a_turn_delays_it_and_no_more()
    {
        await using var store = await OpenAsync(_time);
        await store.Notifications.SaveTargetAsync(Target("a"), default);
        await store.Notifications.AddAsync(Notice(), default);
        var first = Assert.Single(await TakeAsync(store));
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(first.Id, Assert.Single(await TakeAsync(store)).Id);
    }

    [SkippableFact]
    public async Task What_failed_waits_for_its_time_and_the_log_tells_every_attempt()
    {
        await using var store = await OpenAsync(_time);
        await store.Notifications.SaveTargetAsync(Target("a"), default);
        var notice = Notice();
        await store.Notifications.AddAsync(notice, default);
        var taken = Assert.Single(await TakeAsync(store));
        await store.Notifications.RecordAsync(taken.Id, Attempt(status: 503, error: "503 $busy"), Some.Noon.AddMinutes(5), default);

        Assert.Empty(await TakeAsync(store));
        var waiting = Assert.Single(await store.Notifications.LogAsync("acme", "a", null, 10, default));
        Assert.Equal((NotificationState.Waiting, Some.Noon.AddMinutes(5)), (waiting.State, waiting.NextAttemptAt));

        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, Assert.Single(await TakeAsync(store)).Attempts);
        await store.Notifications.RecordAsync(taken.Id, Attempt(status: 204, delivered: true), null, default);

        var told = Assert.Single(await store.Notifications.LogAsync("acme", null, null, 10, default));
        Assert.Equal((NotificationState.Delivered, null, notice.NoticeId, "a"), (told.State, told.NextAttemptAt, told.NoticeId, told.TargetId));
        Assert.Equal([(false, 503, "503 $busy"), (true, 204, null)], told.Attempts.Select(attempt => (attempt.Delivered, attempt.Status, attempt.Error)));
        Assert.All(told.Attempts, attempt => Assert.Equal((Some.Noon, TimeSpan.FromMilliseconds(40)), (attempt.At, attempt.Duration)));
    }

    [SkippableFact]
    public async Task The_log_goes_back_page_by_page()
    {
        await using var store = await OpenAsync(_time);
        await store.Notifications.SaveTargetAsync(Target("a"), default);
        var notices = Enumerable.Range(0, 5).Select(_ => Notice()).ToList();

        foreach (var notice in notices)
        {
            await store.Notifications.AddAsync(notice, default);
        }

        var first = await store.Notifications.LogAsync("acme", null, null, 3, default);
        var second = await store.Notifications.LogAsync("acme", null, first[^1].Id, 3, default);

        Assert.Equal(notices.Select(notice => notice.NoticeId).Reverse(), first.Concat(second).Select(record => record.NoticeId));
        Assert.Empty(await store.Notifications.LogAsync("zeta", null, null, 3, default));
        Assert.Empty(await store.Notifications.LogAsync("acme", "b", null, 3, default));
    }

    [SkippableFact]
    public async Task A_target_that_is_removed_is_told_nothing_more_and_what_it_was_told_stays_in_the_log()
    {
        await using var store = await OpenAsync(_time);
        await store.Notifications.SaveTargetAsync(Target("a"), default);
        await store.Notifications.AddAsync(Notice(), default);
        var taken = Assert.Single(await TakeAsync(store));
        await store.Notifications.RecordAsync(taken.Id, Attempt(delivered: true), null, default);
        await store.Notifications.AddAsync(Notice(), default);
        var underWay = Assert.Single(await TakeAsync(store));

        Assert.False(await store.Notifications.RemoveTargetAsync("zeta", "a", default));
        Assert.True(await store.Notifications.RemoveTargetAsync("acme", "a", default));
        Assert.False(await store.Notifications.RemoveTargetAsync("acme", "a", default));
        await store.Notifications.RecordAsync(underWay.Id, Attempt(error: "timeout"), Some.Noon, default);

        Assert.Empty(await TakeAsync(store));
        Assert.Equal(taken.Id, Assert.Single(await store.Notifications.LogAsync("acme", null, null, 10, default)).Id);
    }

    [SkippableFact]
    public async Task A_target_that_is_disabled_is_told_nothing_more_even_when_an_attempt_was_under_way()
    {
        await using var store = await OpenAsync(_time);
        await store.Notifications.SaveTargetAsync(Target("a"), default);
        await store.Notifications.AddAsync(Notice(), default);
        await store.Notifications.AddAsync(Notice(), default);
        var taken = Assert.Single(await TakeAsync(store));

        await store.Notifications.SaveTargetAsync(Target("a") with { Enabled = false }, default);
        await store.Notifications.RecordAsync(taken.Id, Attempt(status: 500, error: "500"), Some.Noon, default);

        Assert.Empty(await TakeAsync(store));
        Assert.Equal(
            [NotificationState.GivenUp, NotificationState.GivenUp],
            (await store.Notifications.LogAsync("acme", null, null, 10, default)).Select(record => record.State));
    }

    [SkippableFact]
    public async Task No_notice_waits_for_a_target_that_was_removed_at_the_same_time()
    {
        await using var store = await OpenAsync(_time);
        await using var other = store.Another();

        for (var round = 0; round < 20; round++)
        {
            await store.Notifications.SaveTargetAsync(Target($"t{round}"), default);
            await Task.WhenAll(store.Notifications.AddAsync(Notice(), default), other.Notifications.RemoveTargetAsync("acme", $"t{round}", default));
        }

        Assert.Empty(await store.Notifications.LogAsync("acme", null, null, 100, default));
    }

    private Task<IReadOnlyList<Notification>> TakeAsync(OpenedStores store, int limit = 10) =>
        store.Notifications.TakeDueAsync(_time.GetUtcNow().AddMinutes(1), limit, default);

    private static NotificationTarget Target(string id, NotificationKind kind = NotificationKind.Webhook) =>
        new(id, "acme", kind, "https://hooks.example", "Hooks", "secret", true, Some.Noon.AddDays(-1));

    private static Notice Notice() => new(Guid.NewGuid(), "acme", "QuotaThresholdReached", """{"type":"QuotaThresholdReached"}""", Some.Noon);

    private static NotificationAttempt Attempt(int? status = null, string? error = null, bool delivered = false) =>
        new(Some.Noon, delivered, status, error, TimeSpan.FromMilliseconds(40));
}
