using MailStats.Stores.Notifications;
using Microsoft.Extensions.Time.Testing;

namespace MailStats.Stores.Tests.Notifications;

public sealed class WantedNoticesTests
{
    private readonly FakeTimeProvider _time = new(Some.Noon);

    [Fact]
    public async Task A_look_holds_for_what_was_made_before_it_and_for_a_second()
    {
        await using var store = new TemporaryStore(time: _time);
        var wanted = new WantedNotices(store.Notifications, _time);
        Assert.False(await wanted.AnyAsync("acme", NotificationKind.Webhook, Some.Noon, default));

        await store.Notifications.SaveTargetAsync(
            new NotificationTarget("a", "acme", NotificationKind.Webhook, "https://hooks.example/", "A", "secret", true, Some.Noon), default);

        Assert.False(await wanted.AnyAsync("acme", NotificationKind.Webhook, Some.Noon, default));
        Assert.True(await wanted.AnyAsync("acme", NotificationKind.Webhook, Some.Noon.AddMilliseconds(1), default));
        Assert.False(await wanted.AnyAsync("acme", NotificationKind.Mail, Some.Noon, default));
        Assert.False(await wanted.AnyAsync("zeta", NotificationKind.Webhook, Some.Noon, default));

        await store.Notifications.RemoveTargetAsync("acme", "a", default);
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.True(await wanted.AnyAsync("acme", NotificationKind.Webhook, Some.Noon, default));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(await wanted.AnyAsync("acme", NotificationKind.Webhook, Some.Noon, default));
    }
}
