using System.Text.Json;
using MailStats.Mail.Brake;
using MailStats.Mail.Suppression;
using MailStats.Stores;

namespace MailStats.Policy.Tests;

/// <summary>
/// KumoMTA and Stalwart over HTTP, with every field that their documentation names
/// (<see href="https://stalw.art/docs/0.15/api/mta-hooks/request/"/>,
/// <see href="https://docs.kumomta.com/reference/events/smtp_server_rcpt_to/"/>). The servers themselves are not run.
/// </summary>
public sealed class DocumentedRequestTests
{
    private const string Listed = "gone@example.net";

    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Stalwart_hears_at_rcpt_and_at_data_that_a_recipient_is_suppressed()
    {
        await using var host = await StartAsync();

        var atRcpt = await HookAsync(host, "RCPT", "192.0.2.50", "ann@example.net", Listed);
        var fine = await HookAsync(host, "RCPT", "192.0.2.50", "ann@example.net");
        var atData = await HookAsync(host, "DATA", "192.0.2.50", "ann@example.net", Listed);

        Assert.Equal("accept", fine.GetProperty("action").GetString());

        foreach (var answer in new[] { atRcpt, atData })
        {
            Assert.Equal("reject", answer.GetProperty("action").GetString());
            var response = answer.GetProperty("response");
            Assert.Equal((550, "5.1.1"), (response.GetProperty("status").GetInt32(), response.GetProperty("enhancedStatus").GetString()));
            Assert.StartsWith($"{Listed} is on the suppression list", response.GetProperty("message").GetString(), StringComparison.Ordinal);
            Assert.False(response.GetProperty("disconnect").GetBoolean());
        }
    }

    [Theory]
    [InlineData("CONNECT")]
    [InlineData("EHLO")]
    [InlineData("AUTH")]
    [InlineData("MAIL")]
    public async Task Stalwarts_other_stages_are_accepted(string stage)
    {
        await using var host = await StartAsync();

        Assert.Equal("accept", (await HookAsync(host, stage, "192.0.2.50")).GetProperty("action").GetString());
    }

    [Fact]
    public async Task Stalwarts_client_is_a_network_that_a_mailbox_is_known_by()
    {
        await using var host = await StartAsync();
        await HookAsync(host, "DATA", "192.0.2.50", "ann@example.net");

        Assert.Equal(1, (await host.Brakes.NetworksAsync("acme", "news@shop.example", default)).Count);
        Assert.Equal(
            KnownNetworks.None.With(KnownNetworks.Of("192.0.2.50")!.Value, 20_777).Write(),
            (await host.Brakes.NetworksAsync("acme", "news@shop.example", default)).Write());
    }

    [Fact]
    public async Task KumoMTA_hears_at_rcpt_who_is_suppressed_and_gives_the_code_and_the_text()
    {
        await using var host = await StartAsync();

        // What the Lua of docs/suppression.md sends.
        var (status, answer) = await host.PostAsync("/v1/policy/recipients", new
        {
            sender = "news@shop.example",
            account = "news@shop.example",
            recipients = new[] { Listed },
            idempotencyKey = "c1a2b3d4e5f60718293a4b5c6d7e8f90",
            clientAddress = "192.0.2.50",
        });

        Assert.Equal((200, false), (status, answer.GetProperty("allowed").GetBoolean()));
        var refused = Assert.Single(answer.GetProperty("refused").EnumerateArray());
        Assert.Equal((Listed, 550), (refused.GetProperty("address").GetString(), refused.GetProperty("smtpCode").GetInt32()));
        Assert.StartsWith("5.1.1 gone@example.net is on", refused.GetProperty("smtpText").GetString(), StringComparison.Ordinal);
    }

    private async Task<PolicyHost> StartAsync()
    {
        var host = await PolicyHost.StartAsync(_time);
        await host.UseKeyAsync("acme", Scopes.Ingest, Scopes.IngestAll, Scopes.Admin);
        await host.Suppressions.SaveSettingsAsync("acme", null, new() { Mode = SuppressionMode.Enforce }, default);
        await host.Suppressions.AddAsync("acme", [new(Listed, null, SuppressionCause.Manual, null, null)], tell: false, default);

        return host;
    }

    private static async Task<JsonElement> HookAsync(PolicyHost host, string stage, string client, params string[] recipients)
    {
        var (status, answer) = await host.PostAsync("/v1/policy/mta-hooks", new
        {
            context = new
            {
                stage,
                sasl = new { login = "news@shop.example", method = "PLAIN" },
                client = new { ip = client, port = 50_412, ptr = "desk.shop.example", ehlo = "desk.shop.example", activeConnections = 1 },
                tls = new { version = "TLSv1.3", cipher = "TLS13_AES_256_GCM_SHA384", cipherBits = 256, certIssuer = "", certSubject = "" },
                server = new { name = "mail.shop.example", port = 465, ip = "192.0.2.2" },
                queue = new { id = $"{stage}-{recipients.Length}" },
                protocol = new { version = 1 },
            },
            envelope = new
            {
                from = new { address = "news@shop.example", parameters = new { size = 18_432 } },
                to = recipients.Select(address => new { address, parameters = new { notify = "NEVER" } }),
            },
            message = new
            {
                headers = new[] { new[] { "Subject", " Hello\r\n" } },
                serverHeaders = new[] { new[] { "Received", " from desk.shop.example\r\n" } },
                contents = "Hello\r\n",
                size = 18_432,
            },
        });
        Assert.Equal(200, status);

        return answer;
    }
}
