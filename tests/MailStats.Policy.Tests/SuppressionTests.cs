using System.Net;
using System.Net.Sockets;
using MailStats.Contracts;
using MailStats.Mail.Lists;
using MailStats.Mail.Suppression;
using MailStats.Policy.Decisions;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Suppression;
using MailStats.TestSupport;

namespace MailStats.Policy.Tests;

/// <summary>The suppression list as MTAs meet it, over Postfix's protocol and HTTP, on the real store.</summary>
public sealed class SuppressionTests
{
    private const string Ann = "ann@example.net";

    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Who_is_on_the_list_is_refused_from_the_moment_that_the_call_has_answered()
    {
        await using var host = await StartAsync(SuppressionMode.Enforce);
        using var mta = await host.ConnectAsync();
        Assert.Equal("action=DUNNO", await mta.AskAsync("RCPT"));

        await AddAsync(host, Ann);

        Assert.Equal(
            "action=550 5.1.1 Ann@Example.NET is on the suppression list (added by hand) since 2026-11-20",
            await mta.AskAsync("RCPT", ("recipient", "Ann@Example.NET")));
        Assert.Equal("action=DUNNO", await mta.AskAsync("RCPT", ("recipient", "bob@example.net")));
        Assert.True(await host.Suppressions.RemoveAsync("acme", null, Ann, default));
        Assert.Equal("action=DUNNO", await mta.AskAsync("RCPT"));
    }

    [Fact]
    public async Task A_bounce_refuses_the_next_mail_once_it_is_applied_and_a_delivery_lets_it_through_again()
    {
        await using var host = await StartAsync(SuppressionMode.Enforce);
        using var mta = await host.ConnectAsync();

        await host.ApplyAsync(Told(DeliveryEventKind.Bounced, "m1", _time.Now));
        Assert.StartsWith(
            "action=550 5.1.1 ann@example.net is on the suppression list (hard bounce, recipient_unknown)",
            await mta.AskAsync("RCPT"),
            StringComparison.Ordinal);

        await host.ApplyAsync(Told(DeliveryEventKind.Delivered, "m2", _time.Now.AddSeconds(1)));
        Assert.Equal("action=DUNNO", await mta.AskAsync("RCPT"));
    }

    [Fact]
    public async Task Observed_it_is_counted_and_passes()
    {
        await using var host = await StartAsync(SuppressionMode.Observe);
        using var mta = await host.ConnectAsync();
        await AddAsync(host, Ann);

        Assert.Equal("action=DUNNO", await mta.AskAsync("RCPT"));
        Assert.Equal("action=DUNNO", await mta.AskAsync("END-OF-MESSAGE", ("recipient", Ann)));

        Assert.Equal((0, 1), await CountsAsync(host));
    }

    [Fact]
    public async Task Neither_the_null_sender_nor_mail_from_outside_is_looked_up()
    {
        await using var host = await StartAsync(SuppressionMode.Enforce);
        using var mta = await host.ConnectAsync();
        await AddAsync(host, Ann);

        Assert.Equal("action=DUNNO", await mta.AskAsync("RCPT", ("sender", "")));
        Assert.Equal("action=DUNNO", await mta.AskAsync("RCPT", ("sasl_username", "")));
        Assert.Equal("action=DUNNO", await mta.AskAsync("CONNECT"));
    }

    [Fact]
    public async Task The_list_answers_before_the_quota()
    {
        await using var host = await StartAsync(SuppressionMode.Enforce);
        using var mta = await host.ConnectAsync();
        await AddAsync(host, Ann);
        await host.LimitAsync(0, temporary: true);

        Assert.StartsWith("action=550 5.1.1", await mta.AskAsync("RCPT"), StringComparison.Ordinal);
        Assert.StartsWith("action=451 4.7.1", await mta.AskAsync("RCPT", ("recipient", "bob@example.net")), StringComparison.Ordinal);
        Assert.StartsWith("action=550 5.1.1", await mta.AskAsync("END-OF-MESSAGE", ("recipient", Ann)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_seen_in_the_trail_once_and_counts_nowhere()
    {
        await using var host = await StartAsync(SuppressionMode.Enforce);
        using var mta = await host.ConnectAsync();
        await AddAsync(host, Ann);
        await mta.AskAsync("RCPT");
        await mta.AskAsync("RCPT");
        await mta.AskAsync("RCPT", ("instance", "another"));

        var events = Array.Empty<ErrorEvent>();
        await Eventually.HoldsAsync(
            async () => (events = [.. (await host.Log.ErrorEventsAsync(new ErrorEventQuery { Scope = new("acme"), Limit = 10 }, default)).Items]).Length == 2,
            "two refusals");

        Assert.All(events, refused => Assert.Equal((Ann, "suppressed", "rejected"), (refused.To, refused.Reason, $"{refused.Status}".ToLowerInvariant())));
        Assert.Equal(0, (await host.Statistics.SumAsync(new("acme"), new(_time.Now.AddDays(-1), _time.Now.AddDays(1)), default)).Recipients);
        Assert.Equal((3, 0), await CountsAsync(host));
    }

    [Fact]
    public async Task Stalwart_is_told_of_the_recipient_that_it_names_last_and_of_any_at_the_end()
    {
        await using var host = await StartAsync(SuppressionMode.Enforce);
        await AddAsync(host, Ann);

        Assert.Equal("reject", await HookAsync(host, "RCPT", "bob@example.net", Ann));
        Assert.Equal("accept", await HookAsync(host, "RCPT", Ann, "bob@example.net"));
        Assert.Equal("reject", await HookAsync(host, "DATA", Ann, "bob@example.net"));
        Assert.Equal("accept", await HookAsync(host, "DATA", "bob@example.net"));
    }

    [Fact]
    public async Task Over_http_the_answer_names_who_is_refused_with_the_reply_to_give()
    {
        await using var host = await StartAsync(SuppressionMode.Enforce);
        await AddAsync(host, Ann);

        var (status, answer) = await host.PostAsync(
            "/v1/policy/recipients", new { sender = "news@shop.example", recipients = new[] { "bob@example.net", Ann } });
        var (_, none) = await host.PostAsync("/v1/policy/recipients", new { sender = "", recipients = new[] { Ann } });
        var (bad, problem) = await host.PostAsync("/v1/policy/recipients", new { sender = "a\nb", recipients = Enumerable.Repeat(Ann, 1_001) });

        var refused = Assert.Single(answer.GetProperty("refused").EnumerateArray());
        Assert.Equal(
            (200, false, Ann, 550),
            (status, answer.GetProperty("allowed").GetBoolean(), refused.GetProperty("address").GetString(), refused.GetProperty("smtpCode").GetInt32()));
        Assert.StartsWith("5.1.1 ann@example.net", refused.GetProperty("smtpText").GetString(), StringComparison.Ordinal);
        Assert.True(none.GetProperty("allowed").GetBoolean());
        Assert.Equal(400, bad);
        Assert.Equal(["recipients", "sender"], problem.GetProperty("errors").EnumerateObject().Select(field => field.Name).Order());
    }

    [Fact]
    public async Task A_port_that_is_taken_when_the_list_comes_back_is_opened_once_it_is_free()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var list = new NoSuppressions { Outages = 1 };
        await using var server = await PolicyServer.StartAsync(
            new ScriptedQuota(), new OneTenant(), options => options.Listen[0] = other.LocalEndpoint.ToString()!, list);
        Assert.Empty(server.Listener.Endpoints);

        await Eventually.HoldsAsync(() => Task.FromResult(list.Outages <= -2), "the port was tried, found taken, and is tried again");
        other.Stop();

        await Eventually.HoldsAsync(() => Task.FromResult(server.Listener.Endpoints.Count == 1), "the port is open");
        using var client = await server.ConnectAsync();
    }

    [Fact]
    public async Task A_port_that_is_taken_at_the_start_ends_it_and_is_named()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        var refusal = await Assert.ThrowsAsync<CannotListenException>(() => PolicyServer.StartAsync(
            new ScriptedQuota(), new OneTenant(), options => options.Listen[0] = other.LocalEndpoint.ToString()!));

        Assert.StartsWith($"Policy:Listen: cannot listen on {other.LocalEndpoint}: ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_port_opens_before_the_list_can_be_read()
    {
        var list = new NoSuppressions { Outages = 2 };
        await using var server = await PolicyServer.StartAsync(new ScriptedQuota(), new OneTenant(), suppressions: list);

        Assert.Empty(server.Listener.Endpoints);
        await Eventually.HoldsAsync(() => Task.FromResult(server.Listener.Endpoints.Count == 1), "the port");

        using var mta = await server.ConnectAsync();
        Assert.Equal("action=DUNNO", await mta.AskAsync("RCPT"));
    }

    [Fact]
    public async Task Refusals_that_wait_to_be_noted_down_are_bounded_and_one_tenants_leave_room_for_anothers()
    {
        await using var server = await PolicyServer.StartAsync(new ScriptedQuota(), new OneTenant());
        var trail = server.Trail;

        for (var i = 0; i <= RefusalTrail.Most / 2; i++)
        {
            trail.Add(new("acme"), Message($"{i}"), Ann, "550 5.1.1 no", null);
        }

        Assert.Equal(1, server.Figures.NotNoted);
        trail.Add(new("other"), Message("another tenant's"), Ann, "550 5.1.1 no", null);
        Assert.Equal(1, server.Figures.NotNoted);
    }

    [Fact]
    public async Task Two_hundred_sessions_and_entries_that_come_all_the_time_let_nobody_through_who_is_on_the_list()
    {
        await using var host = await StartAsync(SuppressionMode.Enforce);
        var known = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using var done = new CancellationTokenSource();
        var passed = 0;
        var asked = 0;
        var sessions = Enumerable.Range(0, 200).Select(session => Task.Run(async () =>
        {
            using var mta = await host.ConnectAsync();
            var random = new Random(session);

            while (!done.IsCancellationRequested)
            {
                var listed = known.ToArray();

                if (listed.Length > 0)
                {
                    Interlocked.Increment(ref asked);
                    var answer = await mta.AskAsync("RCPT", ("recipient", listed[random.Next(listed.Length)]));
                    Interlocked.Add(ref passed, answer.StartsWith("action=550", StringComparison.Ordinal) ? 0 : 1);
                }

                await Task.Yield();
            }
        })).ToList();

        for (var i = 0; i < 100; i++)
        {
            var address = $"r{i}@example.net";

            if (i % 2 == 0)
            {
                await host.Suppressions.AddAsync("acme", [new(address, null, SuppressionCause.Manual, null, null)], tell: true, default);
            }
            else
            {
                await host.ApplyAsync(Told(DeliveryEventKind.Bounced, $"m{i}", _time.Now, address));
            }

            known.Enqueue(address);
        }

        await done.CancelAsync();
        await Task.WhenAll(sessions);
        Assert.Equal(0, passed);
        Assert.True(asked > 200);
    }

    private async Task<PolicyHost> StartAsync(SuppressionMode mode)
    {
        var host = await PolicyHost.StartAsync(_time);
        await host.UseKeyAsync("acme", Scopes.Ingest, Scopes.Admin);
        await host.Suppressions.SaveSettingsAsync("acme", null, new() { Mode = mode }, default);

        return host;
    }

    private static async Task AddAsync(PolicyHost host, string address) =>
        await host.Suppressions.AddAsync("acme", [new(address, null, SuppressionCause.Manual, null, null)], tell: true, default);

    private static async Task<(int Suppressed, int WouldSuppress)> CountsAsync(PolicyHost host)
    {
        using var response = await host.Client.GetAsync("/v1/policy/status");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var counts = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("decisions");

        return (counts.GetProperty("suppressed").GetInt32(), counts.GetProperty("wouldSuppress").GetInt32());
    }

    private static async Task<string?> HookAsync(PolicyHost host, string stage, params string[] recipients)
    {
        var (_, answer) = await host.PostAsync("/v1/policy/mta-hooks", new
        {
            context = new { stage, sasl = new { login = "news@shop.example" }, queue = new { id = "77" } },
            envelope = new { from = new { address = "news@shop.example" }, to = recipients.Select(address => new { address }) },
        });

        return answer.GetProperty("action").GetString();
    }

    private static SubmittedMessage Message(string key) =>
        new() { Stage = PolicyStage.Advisory, Sender = "news@shop.example", Login = "", Recipients = 1, Key = key };

    private static ClassifiedDelivery Told(DeliveryEventKind kind, string message, DateTimeOffset at, string recipient = Ann) => new()
    {
        Provider = "example.net",
        Event = new()
        {
            EventId = Guid.NewGuid(), TenantId = "acme", MessageKey = message, Recipient = recipient, Kind = kind, OccurredAt = at,
            Sender = "news@shop.example",
        },
        Classification = kind != DeliveryEventKind.Bounced ? null : new()
        {
            Reason = "recipient_unknown", Hard = true, Permanent = true, Unknown = false, Actor = "recipient", Advice = "Remove the address.",
        },
    };
}
