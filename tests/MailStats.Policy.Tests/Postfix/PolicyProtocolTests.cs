using System.Net.Sockets;
using System.Runtime.Versioning;
using MailStats.Mail.Quotas;
using MailStats.Stores.Administration;

namespace MailStats.Policy.Tests.Postfix;

public sealed class PolicyProtocolTests
{
    private const string Dunno = "action=DUNNO";

    private readonly ScriptedQuota _quota = new();

    [Fact]
    public async Task A_hundred_requests_are_answered_on_one_connection_and_the_server_never_closes_it()
    {
        await using var server = await StartAsync();
        using var mta = await server.ConnectAsync();

        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(Dunno, await mta.AskForMessageAsync($"{i}", 3));
        }

        Assert.Equal(Dunno, await mta.AskAsync("RCPT"));
        Assert.Equal(100, _quota.Asked.Count);
    }

    [Fact]
    public async Task A_value_is_split_at_its_first_equals_sign_only()
    {
        await using var server = await StartAsync();
        using var mta = await server.ConnectAsync();

        Assert.Equal(Dunno, await mta.AskAsync("END-OF-MESSAGE", ("sender", "SRS0=x1=y2=shop.example=news@forwarder.example")));

        Assert.Equal("news@shop.example", Assert.Single(_quota.Asked).Mailbox);
    }

    [Fact]
    public async Task Attributes_come_in_any_order_in_any_pieces_and_unknown_ones_are_ignored()
    {
        await using var server = await StartAsync();
        using var mta = await server.ConnectAsync();
        var lines = PolicyClient.Request("END-OF-MESSAGE", ("recipient_count", "7"), ("invented_2030", "a=b=c")).TrimEnd('\n').Split('\n');
        var request = string.Join('\n', lines.Reverse()) + "\n\n";

        foreach (var piece in request.Chunk(11))
        {
            await mta.SendAsync(new string(piece));
        }

        Assert.Equal(Dunno, await mta.ReadAnswerAsync());
        Assert.Equal(7, Assert.Single(_quota.Asked).Recipients);
    }

    [Fact]
    public async Task Requests_sent_together_are_answered_in_order()
    {
        _quota.Reserve = (request, _) => Task.FromResult(request.Recipients == 2 ? Refused(10, 10) : new(ReservationResult.Granted, null));
        await using var server = await StartAsync();
        using var mta = await server.ConnectAsync();

        await mta.SendAsync(string.Concat(Enumerable.Range(1, 3).Select(count =>
            PolicyClient.Request("END-OF-MESSAGE", ("instance", $"{count}"), ("recipient_count", $"{count}")))));

        Assert.Equal(Dunno, await mta.ReadAnswerAsync());
        Assert.StartsWith("action=550 5.7.1 Monthly sending quota reached", await mta.ReadAnswerAsync(), StringComparison.Ordinal);
        Assert.Equal(Dunno, await mta.ReadAnswerAsync());
    }

    [Theory]
    [InlineData("sender", "")] // the null sender
    [InlineData("sasl_username", "")] // inbound
    [InlineData("sender", "someone@elsewhere.example", "sasl_username", "local-user")] // nobody's domain
    public async Task Bounces_inbound_mail_and_strangers_are_never_charged(params string[] pairs)
    {
        await using var server = await StartAsync();
        using var mta = await server.ConnectAsync();
        var attributes = pairs.Chunk(2).Select(pair => (pair[0], pair[1])).ToArray();

        Assert.Equal(Dunno, await mta.AskAsync("RCPT", attributes));
        Assert.Equal(Dunno, await mta.AskAsync("END-OF-MESSAGE", attributes));
        Assert.Empty(_quota.Asked);
    }

    [Fact]
    public async Task Only_the_end_of_the_message_takes_anything()
    {
        await using var server = await StartAsync();
        using var mta = await server.ConnectAsync();

        foreach (var state in (string[])["CONNECT", "EHLO", "HELO", "MAIL", "RCPT", "DATA", "VRFY", "ETRN", "SOMETHING-NEW"])
        {
            Assert.Equal(Dunno, await mta.AskAsync(state));
        }

        Assert.Empty(_quota.Asked);
    }

    [Fact]
    public async Task A_listener_without_login_is_charged_where_its_context_says_so()
    {
        await using var server = await StartAsync(options =>
            options.Contexts["relay"] = new PolicyContext { WithoutLogin = true, Tenant = "big", Host = "mx1.shop.example" });
        using var mta = await server.ConnectAsync();

        Assert.Equal(Dunno, await mta.AskAsync("END-OF-MESSAGE", ("sasl_username", ""), ("policy_context", "relay")));

        var asked = Assert.Single(_quota.Asked);
        Assert.Equal(("big", "mx1.shop.example", "4F9D195432C"), (asked.TenantId, asked.Host, asked.QueueId));
    }

    [Fact]
    public async Task The_refusal_names_used_limit_and_reset_in_the_tenants_zone()
    {
        _quota.Reserve = (_, _) => Task.FromResult(Refused(10_000, 10_000));
        await using var server = await StartAsync();
        using var mta = await server.ConnectAsync();

        Assert.Equal(
            "action=550 5.7.1 Monthly sending quota reached (10000 of 10000 recipients); resets 2026-12-01 00:00 America/Toronto",
            await mta.AskForMessageAsync("1", 1));
    }

    [Fact]
    public async Task A_message_that_does_not_fit_wholly_is_told_what_remains()
    {
        _quota.Reserve = (_, _) => Task.FromResult(Refused(9_988, 10_000, temporary: true));
        await using var server = await StartAsync();
        using var mta = await server.ConnectAsync();

        Assert.Equal(
            "action=451 4.7.1 Message has 50 recipients but only 12 remain this month (9988 of 10000 used); resets 2026-12-01 00:00 America/Toronto",
            await mta.AskForMessageAsync("1", 50));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("\n")]
    [InlineData("=value\n\n")]
    [InlineData("request=junk_mail\nprotocol_state=RCPT\n\n")]
    [InlineData("request=smtpd_access_policy\n\n")]
    [InlineData("request=smtpd_access_policy\nprotocol_state=END-OF-MESSAGE\nsender=a@shop.example\nsasl_username=a\ninstance=1\n\n")]
    [InlineData("request=smtpd_access_policy\nprotocol_state=END-OF-MESSAGE\nsender=a@shop.example\ninstance=1\nrecipient_count=-3\n\n")]
    [InlineData("request=smtpd_access_policy\nprotocol_state=END-OF-MESSAGE\nsender=a@shop.example\ninstance=1\nrecipient_count=99999999999999999999\n\n")]
    [InlineData("request=smtpd_access_policy\nprotocol_state=END-OF-MESSAGE\nsender=a@shop.example\nrecipient_count=1\n\n")]
    [InlineData("request=smtpd_access_policy\nprotocol_state=RCPT\nsender=a\0b\n\n")]
    public async Task What_is_no_request_gets_no_answer_and_a_disconnect(string text)
    {
        await using var server = await StartAsync();
        using var mta = await server.ConnectAsync();

        await mta.SendAsync(text);

        Assert.Null(await mta.ReadAnswerAsync());
        Assert.Equal(1, server.Figures.Malformed);
        using var next = await server.ConnectAsync();
        Assert.Equal(Dunno, await next.AskAsync("RCPT"));
    }

    [Fact]
    public async Task A_request_that_is_too_long_or_has_too_many_attributes_is_cut_off()
    {
        await using var server = await StartAsync();
        using var endless = await server.ConnectAsync();
        using var many = await server.ConnectAsync();

        await endless.SendAsync(new byte[80 * 1024]);
        await many.SendAsync(string.Concat(Enumerable.Range(0, 300).Select(i => $"a{i}=b\n")) + "\n");

        Assert.Null(await endless.ReadAnswerAsync());
        Assert.Null(await many.ReadAnswerAsync());
        Assert.Equal(2, server.Figures.Malformed);
    }

    [Fact]
    public async Task Random_bytes_never_harm_the_next_session()
    {
        await using var server = await StartAsync();
        var random = new Random(7);

        for (var i = 0; i < 50; i++)
        {
            using var noise = await server.ConnectAsync();
            var bytes = new byte[random.Next(1, 3000)];
            random.NextBytes(bytes);
            await noise.SendAsync([.. bytes, (byte)'\n', (byte)'\n']);
            Assert.Null(await noise.ReadAnswerAsync());
        }

        using var mta = await server.ConnectAsync();
        Assert.Equal(Dunno, await mta.AskAsync("RCPT"));
        Assert.Empty(_quota.Asked);
    }

    [Theory]
    [InlineData(TroubleAnswer.Disconnect, null)]
    [InlineData(TroubleAnswer.Allow, Dunno)]
    [InlineData(TroubleAnswer.Defer, "action=451 4.3.5 The sending quota cannot be checked, try again later")]
    public async Task Trouble_is_answered_as_the_setting_says_and_counted(TroubleAnswer setting, string? answer)
    {
        _quota.Reserve = (_, _) => throw new IOException("disk full");
        await using var server = await StartAsync(options => options.OnTrouble = setting);
        using var mta = await server.ConnectAsync();

        await mta.SendAsync(PolicyClient.Request("END-OF-MESSAGE"));

        Assert.Equal(answer, await mta.ReadAnswerAsync());
        Assert.Equal(1, server.Figures.Misses);
    }

    [Fact]
    public async Task A_store_that_hangs_is_trouble_before_the_mta_loses_patience()
    {
        _quota.Reserve = async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            throw new InvalidOperationException();
        };
        await using var server = await StartAsync(options => options.DecisionTimeout = TimeSpan.FromMilliseconds(100));
        using var mta = await server.ConnectAsync();

        await mta.SendAsync(PolicyClient.Request("END-OF-MESSAGE"));

        Assert.Null(await mta.ReadAnswerAsync());
        Assert.Equal(1, server.Figures.Misses);
    }

    [Fact]
    public async Task Exim_closes_its_side_and_reads_the_answer_to_the_end()
    {
        await using var server = await StartAsync();
        using var exim = await server.ConnectAsync();

        await exim.SendAsync(PolicyClient.Request("END-OF-MESSAGE"));
        exim.HalfClose();

        Assert.Equal(Dunno + "\n\n", await exim.ReadToEndAsync());
    }

    [Fact]
    public async Task An_endpoint_for_single_answers_closes_after_one()
    {
        await using var server = await StartAsync(options =>
        {
            options.Listen.Clear();
            options.ListenOnce.Add("127.0.0.1:0");
        });
        using var exim = await server.ConnectAsync();

        await exim.SendAsync(PolicyClient.Request("END-OF-MESSAGE"));

        Assert.Equal(Dunno + "\n\n", await exim.ReadToEndAsync());
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_unix_socket_serves_as_well_and_replaces_the_file_of_a_killed_process()
    {
        var folder = Directory.CreateTempSubdirectory("mailstats-policy");
        var path = Path.Combine(folder.FullName, "policy");

        using (var killed = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            killed.Bind(new UnixDomainSocketEndPoint(path));
        }

        await File.WriteAllTextAsync(path + ".other", "");

        await using (var server = await StartAsync(options =>
        {
            options.Listen.Clear();
            options.Listen.Add("unix:" + path);
            options.SocketMode = "660";
        }))
        {
            using var mta = await server.ConnectAsync();
            Assert.Equal(Dunno, await mta.AskAsync("END-OF-MESSAGE"));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite, File.GetUnixFileMode(path));
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_silent_session_and_a_request_that_never_ends_are_closed_after_their_time()
    {
        await using var server = await StartAsync(options =>
        {
            options.IdleTimeout = TimeSpan.FromSeconds(1);
            options.RequestTimeout = TimeSpan.FromMilliseconds(200);
        });
        using var silent = await server.ConnectAsync();
        using var slow = await server.ConnectAsync();

        await slow.SendAsync("request=smtpd_acc");

        Assert.Null(await slow.ReadAnswerAsync());
        Assert.Null(await silent.ReadAnswerAsync());
    }

    [Fact]
    public async Task More_sessions_than_the_setting_allows_are_turned_away_unanswered()
    {
        await using var server = await StartAsync(options => options.MaxSessions = 1);
        using var first = await server.ConnectAsync();
        Assert.Equal(Dunno, await first.AskAsync("RCPT"));

        using var second = await server.ConnectAsync();

        Assert.Null(await second.ReadAnswerAsync());
        Assert.Equal(Dunno, await first.AskAsync("RCPT"));
    }

    [Fact]
    public void A_mistake_in_an_endpoint_is_named_at_start()
    {
        var validator = new PolicyOptionsValidator();
        var options = new PolicyOptions();
        options.Listen.Add("localhost");
        options.ListenOnce.Add("unix:");

        var failures = validator.Validate(null, options).Failures!.ToList();

        Assert.Equal(2, failures.Count);
        Assert.Contains("'localhost'", failures[0], StringComparison.Ordinal);
    }

    private Task<PolicyServer> StartAsync(Action<PolicyOptions>? configure = null) => PolicyServer.StartAsync(_quota, new OneTenant(), configure);

    private static ReservationOutcome Refused(long used, long limit, bool temporary = false)
    {
        var period = new QuotaCalendar(1, TimeZoneInfo.FindSystemTimeZoneById("America/Toronto"))
            .PeriodAt(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero), QuotaWindow.Month);

        return new(ReservationResult.Refused, new(new("acme"), QuotaWindow.Month, limit, used, 0, period, temporary, "America/Toronto"));
    }
}
