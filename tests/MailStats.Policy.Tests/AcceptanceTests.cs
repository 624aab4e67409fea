using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;

namespace MailStats.Policy.Tests;

/// <summary>The eleven things a quota that really blocks must do, over real sockets and a real store.</summary>
public sealed class AcceptanceTests
{
    private const string Dunno = "action=DUNNO";

    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task T01_Three_messages_of_three_pass_the_fourth_hears_that_one_remains_and_one_more_passes()
    {
        await using var host = await PolicyHost.StartAsync(_time);
        await host.LimitAsync(10);
        using var mta = await host.ConnectAsync();

        Assert.Equal(Dunno, await mta.AskForMessageAsync("1", 3));
        Assert.Equal(Dunno, await mta.AskForMessageAsync("2", 3));
        Assert.Equal(Dunno, await mta.AskForMessageAsync("3", 3));
        Assert.Equal(
            "action=550 5.7.1 Message has 3 recipients but only 1 remain this month (9 of 10 used); resets 2026-12-01 00:00 America/Toronto",
            await mta.AskForMessageAsync("4", 3));
        Assert.Equal(Dunno, await mta.AskAsync("RCPT"));
        Assert.Equal(Dunno, await mta.AskForMessageAsync("5", 1));
        Assert.Equal(
            "action=550 5.7.1 Monthly sending quota reached (10 of 10 recipients); resets 2026-12-01 00:00 America/Toronto",
            await mta.AskForMessageAsync("6", 1));
        Assert.StartsWith("action=550 5.7.1 Monthly sending quota reached", await mta.AskAsync("RCPT"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task T02_Two_hundred_sessions_share_a_thousand_exactly()
    {
        await using var host = await PolicyHost.StartAsync();
        await host.LimitAsync(1000);

        var passed = await Task.WhenAll(Enumerable.Range(0, 200).Select(async session =>
        {
            using var mta = await host.ConnectAsync();
            var recipients = 0;

            for (var i = 0; i < 7; i++)
            {
                recipients += await mta.AskForMessageAsync($"{session}-{i}", 1 + (i % 2)) == Dunno ? 1 + (i % 2) : 0;
            }

            return recipients;
        }));

        Assert.Equal(1000, passed.Sum());
        Assert.Equal(1000, (await host.StandingAsync()).Taken);
    }

    [Fact]
    public async Task T03_The_same_instance_asked_twice_counts_once_on_another_connection_too()
    {
        await using var host = await PolicyHost.StartAsync(_time);
        await host.LimitAsync(10);
        using var first = await host.ConnectAsync();
        using var second = await host.ConnectAsync();

        Assert.Equal(Dunno, await first.AskForMessageAsync("1", 10));
        Assert.Equal(Dunno, await second.AskForMessageAsync("1", 10));

        Assert.Equal(10, (await host.StandingAsync()).Reserved);
    }

    [Fact]
    public async Task T04_One_connection_serves_a_hundred_requests()
    {
        await using var host = await PolicyHost.StartAsync(_time);
        await host.LimitAsync(99);
        using var mta = await host.ConnectAsync();
        var passed = 0;

        for (var i = 0; i < 100; i++)
        {
            passed += await mta.AskForMessageAsync($"{i}", 1) == Dunno ? 1 : 0;
        }

        Assert.Equal(99, passed);
    }

    [Fact]
    public async Task T05_A_forwarded_senders_address_with_equals_signs_is_charged_to_its_mailbox()
    {
        await using var host = await PolicyHost.StartAsync(_time);
        await host.LimitAsync(100);
        var mailbox = new StatisticsScope("acme", "shop.example", "news@shop.example");
        await host.Quotas.SaveLimitAsync(new QuotaLimit(mailbox, QuotaWindow.Month, 5), default);
        using var mta = await host.ConnectAsync();

        Assert.Equal(Dunno, await mta.AskAsync("END-OF-MESSAGE", ("sender", "SRS0=x1=y2=shop.example=news@forwarder.example"), ("recipient_count", "5")));

        Assert.Equal(5, (await host.Quotas.StandingsAsync(mailbox, default))[^1].Reserved);
        Assert.Equal(
            "action=550 5.7.1 Monthly sending quota of news@shop.example reached (5 of 5 recipients); resets 2026-12-01 00:00 America/Toronto",
            await mta.AskForMessageAsync("2", 1));
    }

    // T06, the server killed in the middle of a request, needs a real MTA or a process to kill: RealPostfixTests, KillTests.

    [Fact]
    public async Task T07_A_reservation_without_a_log_event_expires_and_returns()
    {
        await using var host = await PolicyHost.StartAsync(_time, null, "--Quota:ReservationLifetime", "02:00:00");
        await host.LimitAsync(10);
        using var mta = await host.ConnectAsync();
        Assert.Equal(Dunno, await mta.AskForMessageAsync("1", 4));
        Assert.Equal(Dunno, await mta.AskForMessageAsync("2", 6));
        await host.LogAsync("Q2", 6, _time.Now);

        _time.Now += TimeSpan.FromHours(3);

        Assert.StartsWith("action=550", await mta.AskForMessageAsync("3", 5), StringComparison.Ordinal);
        Assert.Equal(Dunno, await mta.AskForMessageAsync("4", 4));
        var standing = await host.StandingAsync();
        Assert.Equal((6, 4), (standing.Used, standing.Reserved));
    }

    [Fact]
    public async Task T08_The_period_rolls_over_at_local_midnight_after_the_clocks_went_back()
    {
        _time.Now = new DateTimeOffset(2026, 12, 1, 4, 59, 59, TimeSpan.Zero); // 23:59:59 in Toronto, winter time since 1 November
        await using var host = await PolicyHost.StartAsync(_time);
        await host.LimitAsync(1);
        using var mta = await host.ConnectAsync();
        Assert.Equal(new DateTimeOffset(2026, 11, 1, 4, 0, 0, TimeSpan.Zero), (await host.StandingAsync()).Period.Start); // summer time still
        Assert.Equal(Dunno, await mta.AskForMessageAsync("1", 1));
        Assert.StartsWith("action=550", await mta.AskForMessageAsync("2", 1), StringComparison.Ordinal);

        _time.Now = _time.Now.AddSeconds(1);

        Assert.Equal(Dunno, await mta.AskForMessageAsync("3", 1));
    }

    [Fact]
    public async Task T09_Blue_to_80_percent_orange_above_red_at_100_and_each_alert_once_from_two_replicas()
    {
        await using var host = await PolicyHost.StartAsync(_time);
        await using var replica = await PolicyHost.StartAsync(_time, host.Folder);
        await host.LimitAsync(10_000);
        using var mta = await host.ConnectAsync();
        using var other = await replica.ConnectAsync();

        Assert.Equal(Dunno, await mta.AskForMessageAsync("1", 8000));
        Assert.Equal((QuotaLevel.Blue, 80m), await LevelAsync());
        Assert.Empty(await host.AlertsAsync());

        Assert.Equal([Dunno, Dunno], await Task.WhenAll(mta.AskForMessageAsync("2", 1), other.AskForMessageAsync("2", 1)));
        Assert.Equal((QuotaLevel.Orange, 80.01m), await LevelAsync());
        Assert.Equal([80], await host.AlertsAsync());

        Assert.Equal(Dunno, await other.AskForMessageAsync("3", 999));
        await host.LogAsync("Q1", 8000, _time.Now);
        Assert.Equal([80, 90], await host.AlertsAsync());

        await Task.WhenAll(mta.AskForMessageAsync("4", 500), other.AskForMessageAsync("5", 500));
        Assert.Equal((QuotaLevel.Red, 100m), await LevelAsync());
        Assert.StartsWith("action=550", await mta.AskForMessageAsync("6", 1), StringComparison.Ordinal);
        Assert.StartsWith("action=550", await other.AskForMessageAsync("7", 1), StringComparison.Ordinal);
        Assert.Equal([80, 90, 100], await host.AlertsAsync());

        async Task<(QuotaLevel, decimal?)> LevelAsync() => await host.StandingAsync() is var standing ? (standing.Level, standing.Percent) : default;
    }

    [Fact]
    public async Task T10_A_raised_limit_lets_mail_through_at_once()
    {
        await using var host = await PolicyHost.StartAsync(_time);
        await host.LimitAsync(1, temporary: true);
        using var mta = await host.ConnectAsync();
        Assert.Equal(Dunno, await mta.AskForMessageAsync("1", 1));
        Assert.StartsWith("action=451 4.7.1 Monthly sending quota reached (1 of 1 recipients)", await mta.AskAsync("RCPT"), StringComparison.Ordinal);

        await host.LimitAsync(2);

        Assert.Equal(Dunno, await mta.AskAsync("RCPT"));
        Assert.Equal(Dunno, await mta.AskForMessageAsync("2", 1));
    }

    [Fact]
    public async Task T11_Null_sender_and_inbound_mail_are_never_charged_even_at_the_limit()
    {
        await using var host = await PolicyHost.StartAsync(_time);
        await host.LimitAsync(0);
        using var mta = await host.ConnectAsync();

        Assert.Equal(Dunno, await mta.AskAsync("END-OF-MESSAGE", ("sender", "")));
        Assert.Equal(Dunno, await mta.AskAsync("END-OF-MESSAGE", ("sasl_username", "")));
        Assert.Equal(Dunno, await mta.AskAsync("RCPT", ("sasl_username", "")));
        Assert.StartsWith("action=550", await mta.AskAsync("RCPT"), StringComparison.Ordinal);
        Assert.Equal(0, (await host.StandingAsync()).Taken);
    }
}
