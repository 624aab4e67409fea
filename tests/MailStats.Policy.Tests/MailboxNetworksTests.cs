using MailStats.Mail.Brake;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Policy.Decisions;

namespace MailStats.Policy.Tests;

public sealed class MailboxNetworksTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly StatisticsScope Ann = new("small", "shop.example", "ann@shop.example");

    private readonly ManualTime _time = new(Now);
    private readonly MailboxNetworks _networks;

    public MailboxNetworksTests() => _networks = new(
        new NoBrakes { Networks = KnownNetworks.None.With(KnownNetworks.Of("192.0.2.1")!.Value, UnixTime.DayOf(Now.AddDays(-60)))
            .With(KnownNetworks.Of("192.0.2.1")!.Value, UnixTime.DayOf(Now.AddDays(-1))) },
        _time);

    [Fact]
    public async Task One_tenants_many_mailboxes_take_nothing_away_from_anothers()
    {
        await SendAsync(Ann, 7);

        for (var number = 0; number <= MailboxNetworks.Most; number++)
        {
            await SendAsync(new("large", "large.example", $"user{number}@large.example"), 1);
        }

        Assert.Equal(7 + 5, (await _networks.FromNewAsync(Ann, Message(5), null, default)).Sum(quarter => quarter.Recipients));
    }

    [Fact]
    public async Task What_came_from_new_networks_counts_for_a_day()
    {
        await SendAsync(Ann, 7);
        _time.Now = Now.AddHours(11);
        await SendAsync(Ann, 2);
        Assert.Equal([7, 2 + 5], (await _networks.FromNewAsync(Ann, Message(5), null, default)).Select(quarter => quarter.Recipients));

        // From another new network, a day after the first.
        _time.Now = Now.AddHours(24);
        Assert.Equal([2, 5], (await _networks.FromNewAsync(Ann, Message(5) with { ClientAddress = "198.51.100.9" }, null, default))
            .Select(quarter => quarter.Recipients));
    }

    private async Task SendAsync(StatisticsScope scope, int recipients)
    {
        Assert.NotEmpty(await _networks.FromNewAsync(scope, Message(recipients), null, default));
        await _networks.LetThroughAsync(scope, Message(recipients), default);
    }

    private static SubmittedMessage Message(int recipients) => new()
    {
        Stage = PolicyStage.Binding, Sender = "a@shop.example", Login = "a", Recipients = recipients, ClientAddress = "203.0.113.9", Key = "k",
    };
}
