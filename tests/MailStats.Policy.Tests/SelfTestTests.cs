using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using MailStats.Policy.Decisions;
using MailStats.ServiceDefaults;
using MailStats.Stores;

namespace MailStats.Policy.Tests;

public sealed class SelfTestTests
{
    [Fact]
    public async Task It_tells_step_by_step_what_has_been_seen_of_the_synthetic_message()
    {
        await using var host = await PolicyHost.StartAsync();
        await host.LimitAsync(10);
        await host.UseKeyAsync("acme", Scopes.Admin);
        using var mta = await host.ConnectAsync();
        var (status, started) = await host.PostAsync("/v1/policy/self-test", new { sender = "news@shop.example", recipient = "ops@example.net" });
        var (id, recipient) = (started.GetProperty("id").GetString()!, started.GetProperty("recipient").GetString()!);
        Assert.Equal((202, $"ops+mailstats-{id}@example.net"), (status, recipient));
        Assert.StartsWith("Nothing has been seen", await SummaryAsync(), StringComparison.Ordinal);

        await mta.AskAsync("RCPT", ("recipient", recipient));
        Assert.StartsWith("The MTA asked while the recipient was named", await SummaryAsync(), StringComparison.Ordinal);

        await mta.AskAsync("END-OF-MESSAGE", ("recipient", recipient), ("queue_id", "SELFTEST1"));
        Assert.EndsWith("its log has not come back yet.", await SummaryAsync(), StringComparison.Ordinal);

        await host.LogAsync("SELFTEST1", 1, TimeProvider.System.GetUtcNow());
        Assert.EndsWith("and its log comes back.", await SummaryAsync(), StringComparison.Ordinal);
        Assert.Equal("delivered", (await ResultAsync()).GetProperty("logStatus").GetString());

        async Task<string> SummaryAsync() => (await ResultAsync()).GetProperty("summary").GetString()!;

        async Task<JsonElement> ResultAsync() =>
            JsonDocument.Parse(await host.Client.GetStringAsync(new Uri($"/v1/policy/self-test/{id}", UriKind.Relative))).RootElement;
    }

    [Fact]
    public async Task A_server_that_is_not_there_and_wrong_fields_are_told()
    {
        await using var host = await PolicyHost.StartAsync(settings: ["--Policy:SelfTestServers:0", "127.0.0.1:1"]);
        await host.UseKeyAsync("acme", Scopes.Admin, Scopes.Operator);

        var (_, started) = await host.PostAsync(
            "/v1/policy/self-test", new { sender = "news@shop.example", recipient = "ops@example.net", server = "127.0.0.1:1" });
        var (status, problem) = await host.PostAsync("/v1/policy/self-test", new { sender = "news", server = "nowhere" });

        Assert.StartsWith("not sent:", started.GetProperty("sent").GetString(), StringComparison.Ordinal);
        Assert.Equal(400, status);
        Assert.Equal(["recipient", "sender", "server"], problem.GetProperty("errors").EnumerateObject().Select(field => field.Name).Order());
    }

    [Fact]
    public async Task Nothing_is_sent_for_who_is_no_operator_nor_to_a_server_that_the_setting_does_not_name()
    {
        using var anywhere = new TcpListener(IPAddress.Loopback, 0);
        anywhere.Start();
        await using var host = await PolicyHost.StartAsync();
        var body = new { sender = "news@shop.example", recipient = "ops@example.net", server = $"{anywhere.LocalEndpoint}" };

        await host.UseKeyAsync("acme", Scopes.Admin);
        var (administrator, _) = await host.PostAsync("/v1/policy/self-test", body);
        await host.UseKeyAsync("acme", Scopes.Admin, Scopes.Operator);
        var (@operator, problem) = await host.PostAsync("/v1/policy/self-test", body);

        Assert.Equal((403, 400), (administrator, @operator));
        Assert.Equal("server", Assert.Single(problem.GetProperty("errors").EnumerateObject()).Name);
        Assert.False(anywhere.Pending());

        // Who may not even begin a test is in the log once, however often it tries.
        await host.UseKeyAsync("acme", Scopes.Read);
        Assert.Equal(403, (await host.PostAsync("/v1/policy/self-test", body)).Status);
        Assert.Equal(403, (await host.PostAsync("/v1/policy/self-test", body)).Status);
        Assert.Equal([403, 400, 403], (await host.AuditAsync()).Select(entry => entry.Status));
    }

    [Fact]
    public async Task A_login_is_never_sent_to_a_server_without_tls_and_every_test_leaves_an_entry()
    {
        using var plain = new TcpListener(IPAddress.Loopback, 0);
        plain.Start();
        await using var host = await PolicyHost.StartAsync(settings: ["--Policy:SelfTestServers:0", $"{plain.LocalEndpoint}"]);
        await host.UseKeyAsync("acme", Scopes.Admin, Scopes.Operator);
        var serving = ServeWithoutTlsAsync(plain);

        var (_, started) = await host.PostAsync(
            "/v1/policy/self-test",
            new { sender = "news@shop.example", recipient = "ops@example.net", server = $"{plain.LocalEndpoint}", login = "ops", password = "secret" });

        Assert.DoesNotContain("accepted", started.GetProperty("sent").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(
            await serving,
            line => line.StartsWith("AUTH", StringComparison.OrdinalIgnoreCase) || line.StartsWith("MAIL", StringComparison.OrdinalIgnoreCase));
        var entry = Assert.Single(await host.AuditAsync());
        Assert.Equal(("startPolicySelfTest", $"{plain.LocalEndpoint}", "news@shop.example"), (entry.Action, entry.Details["server"], entry.Details["sender"]));
    }

    /// <summary>What a client said to a mail server that offers a login and no STARTTLS.</summary>
    private static async Task<IReadOnlyList<string>> ServeWithoutTlsAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        using var reader = new StreamReader(client.GetStream());
        await using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true, NewLine = "\r\n" };
        var lines = new List<string>();
        await writer.WriteLineAsync("220 mx");

        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                lines.Add(line);
                await writer.WriteLineAsync(line.StartsWith("EHLO", StringComparison.Ordinal) ? "250-mx\r\n250 AUTH LOGIN" : "250 ok");
            }
        }
        catch (IOException)
        {
            // The client has hung up.
        }

        return lines;
    }

    [Fact]
    public async Task No_tenant_sees_anothers_test()
    {
        await using var host = await PolicyHost.StartAsync();
        await host.UseKeyAsync("acme", Scopes.Admin);
        var (_, started) = await host.PostAsync("/v1/policy/self-test", new { sender = "news@shop.example", recipient = "ops@example.net" });
        await host.UseKeyAsync("rival", Scopes.Admin);

        using var answer = await host.Client.GetAsync(new Uri($"/v1/policy/self-test/{started.GetProperty("id")}", UriKind.Relative));

        Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("ops+mailstats-0123456789abcdef@example.net", "0123456789abcdef")]
    [InlineData("OPS+MAILSTATS-0123456789ABCDEF@example.net", "0123456789abcdef")]
    [InlineData("ops+mailstats-0123@example.net", null)]
    [InlineData("+mailstats-0123456789abcdef", null)]
    [InlineData("", null)]
    public void Only_a_tests_own_address_is_one(string recipient, string? id) => Assert.Equal(id, SelfTestAddress.TestOf(recipient));
}
