using MailStats.Contracts;
using MailStats.Mail.Brake;
using MailStats.Mail.Suppression;
using MailStats.Stores;

namespace MailStats.Policy.Tests;

/// <summary>The brake as MTAs meet it, on the real store.</summary>
public sealed class BrakeTests
{
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_mailbox_that_sends_unlike_itself_is_stopped_for_itself_alone_until_it_is_released()
    {
        await using var host = await StartAsync(BrakeMode.Enforce);
        using var mta = await host.ConnectAsync();
        var through = 0;

        for (var i = 0; i < 80; i++)
        {
            through += await SendAsync(mta, i) == "action=DUNNO" ? 1 : 0;
        }

        Assert.Equal(BrakeRules.LeastAnHour, through);
        Assert.StartsWith(
            "action=451 4.7.1 Sending of news@shop.example is paused: far more recipients than usual", await mta.AskAsync("RCPT"), StringComparison.Ordinal);
        Assert.Equal("action=DUNNO", await mta.AskAsync("RCPT", ("sender", "bob@shop.example"), ("sasl_username", "bob@shop.example")));

        // For a day and at every replica, for nothing is let through that would calm it.
        await using (var other = await PolicyHost.StartAsync(_time, host.Folder))
        {
            _time.Now += TimeSpan.FromDays(2);
            using var again = await other.ConnectAsync();
            Assert.StartsWith("action=451", await again.AskAsync("RCPT"), StringComparison.Ordinal);
        }

        var brake = Assert.Single((await host.Brakes.ListAsync("acme", null, 10, default)).Items);
        Assert.Equal(("news@shop.example", BrakeCause.Hour, BrakeRules.LeastAnHour), (brake.Mailbox, brake.Cause, brake.LetThrough));
        await host.Brakes.ReleaseAsync("acme", brake.Id, default);
        Assert.Equal("action=DUNNO", await mta.AskAsync("RCPT"));
    }

    [Fact]
    public async Task Observed_it_is_listed_and_passes()
    {
        await using var host = await StartAsync(BrakeMode.Observe);
        using var mta = await host.ConnectAsync();

        for (var i = 0; i < 70; i++)
        {
            Assert.Equal("action=DUNNO", await SendAsync(mta, i));
        }

        Assert.Equal(BrakeMode.Observe, Assert.Single((await host.Brakes.ListAsync("acme", null, 10, default)).Items).Mode);
    }

    [Fact]
    public async Task One_message_to_very_many_is_stopped_before_it_is_taken_and_the_list_answers_first()
    {
        await using var host = await StartAsync(BrakeMode.Enforce);
        using var mta = await host.ConnectAsync();
        await host.Suppressions.SaveSettingsAsync("acme", null, new() { Mode = SuppressionMode.Enforce }, default);
        await host.Suppressions.AddAsync("acme", [new("ann@example.net", null, SuppressionCause.Manual, null, null)], tell: false, default);

        Assert.StartsWith("action=451", await mta.AskForMessageAsync("m1", 200), StringComparison.Ordinal);

        Assert.StartsWith("action=550 5.1.1", await mta.AskAsync("RCPT"), StringComparison.Ordinal);
        await host.LimitAsync(0);
        Assert.StartsWith("action=451", await mta.AskAsync("RCPT", ("recipient", "bob@example.net")), StringComparison.Ordinal);
        Assert.Equal(0, Assert.Single((await host.Brakes.ListAsync("acme", null, 10, default)).Items).LetThrough);
    }

    [Fact]
    public async Task Many_recipients_from_a_network_never_seen_stop_a_mailbox_sooner_than_from_its_own()
    {
        await using var host = await StartAsync(BrakeMode.Enforce);
        using var mta = await host.ConnectAsync();
        Assert.Equal("action=DUNNO", await mta.AskForMessageAsync("home", 1, "192.0.2.7"));
        _time.Now += TimeSpan.FromDays(8);
        Assert.Equal("action=DUNNO", await mta.AskForMessageAsync("home again", 25, "192.0.2.99"));

        var through = 0;

        for (var i = 0; i < 40; i++)
        {
            through += await mta.AskForMessageAsync($"m{i}", 1, "198.51.100.4") == "action=DUNNO" ? 1 : 0;
        }

        Assert.Equal(BrakeRules.LeastAnHour / 2, through);
        var brake = Assert.Single((await host.Brakes.ListAsync("acme", null, 10, default)).Items);
        Assert.Equal((BrakeCause.UnknownNetwork, BrakeRules.LeastAnHour / 2), (brake.Cause, brake.LetThrough));

        // Released, the network is known: somebody has said that it was right.
        await host.Brakes.ReleaseAsync("acme", brake.Id, default);
        Assert.Equal("action=DUNNO", await mta.AskForMessageAsync("after", 4, "198.51.100.4"));
    }

    [Fact]
    public async Task Where_nothing_was_ever_seen_no_network_is_new()
    {
        await using var host = await StartAsync(BrakeMode.Enforce);
        using var mta = await host.ConnectAsync();

        for (var i = 0; i < 50; i++)
        {
            Assert.Equal("action=DUNNO", await mta.AskForMessageAsync($"m{i}", 1, $"198.51.{i}.4"));
        }
    }

    [Fact]
    public async Task Of_those_whom_the_mailbox_knows_two_count_as_one_and_strangers_are_stopped_sooner()
    {
        await using var host = await StartAsync(BrakeMode.Enforce);
        using var mta = await host.ConnectAsync();
        await WriteToContactsAsync(host);

        // From its contacts a burst passes that would be stopped at sixty if it was not known whom it goes to.
        for (var i = 0; i < 90; i++)
        {
            Assert.Equal("action=DUNNO", await SendToAsync(mta, $"greeting{i}", $"contact{i}@example.net"));
        }

        // 45 of 60 are used up.
        for (var i = 0; i < 15; i++)
        {
            Assert.Equal("action=DUNNO", await SendToAsync(mta, $"list{i}", $"stranger{i}@example.org"));
        }

        Assert.StartsWith("action=451", await SendToAsync(mta, "one more", "stranger@example.org"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strangers_alone_are_fewer()
    {
        await using var host = await StartAsync(BrakeMode.Enforce);
        using var mta = await host.ConnectAsync();
        await WriteToContactsAsync(host);
        var through = 0;

        for (var i = 0; i < 80; i++)
        {
            through += await SendToAsync(mta, $"list{i}", $"stranger{i}@example.org") == "action=DUNNO" ? 1 : 0;
        }

        Assert.Equal(48, through);
        Assert.Equal(48, Assert.Single((await host.Brakes.ListAsync("acme", null, 10, default)).Items).LetThrough);
    }

    /// <summary>Four weeks of mail to a hundred people.</summary>
    private Task WriteToContactsAsync(PolicyHost host) => host.ApplyAsync([.. Enumerable.Range(0, 350)
        .Select(one => Delivered($"known{one}", $"contact{one % 100}@example.net", _time.Now.AddHours(-24 - (2 * one))))]);

    /// <summary>A message of one recipient, as Postfix asks about it.</summary>
    private static async Task<string> SendToAsync(PolicyClient mta, string message, string recipient) =>
        await mta.AskAsync("RCPT", ("instance", message), ("recipient", recipient)) is var answer and not "action=DUNNO"
            ? answer
            : await mta.AskForMessageAsync(message, 1);

    /// <summary>A tenant with five weeks of a few recipients a day.</summary>
    private async Task<PolicyHost> StartAsync(BrakeMode mode)
    {
        var host = await PolicyHost.StartAsync(_time);
        await host.UseKeyAsync("acme", Scopes.Ingest, Scopes.Admin);
        await host.Brakes.SaveSettingsAsync("acme", new() { Mode = mode }, default);

        await host.ApplyAsync([.. Enumerable.Range(1, 35).Select(day => Delivered($"d{day}", "r@example.net", _time.Now.AddDays(-day)))]);

        return host;
    }

    private static ClassifiedDelivery Delivered(string message, string recipient, DateTimeOffset at) => new()
    {
        Provider = "example.net",
        Event = new()
        {
            EventId = Guid.NewGuid(), TenantId = "acme", MessageKey = message, Recipient = recipient, Kind = DeliveryEventKind.Delivered,
            OccurredAt = at, Sender = "news@shop.example",
        },
    };

    private static Task<string> SendAsync(PolicyClient mta, int message) => mta.AskForMessageAsync($"m{message}", 1);
}
