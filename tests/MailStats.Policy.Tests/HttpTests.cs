using System.Net;
using MailStats.ServiceDefaults;
using MailStats.Stores;

namespace MailStats.Policy.Tests;

public sealed class HttpTests
{
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_reservation_is_granted_once_and_refused_with_the_reply_to_give()
    {
        await using var host = await StartAsync();

        var (status, granted) = await host.PostAsync("/v1/quota/reservations", new { account = "news@shop.example", recipients = 8, idempotencyKey = "a" });
        Assert.Equal(
            (200, true, 8, 10),
            (status, granted.GetProperty("allowed").GetBoolean(), granted.GetProperty("used").GetInt32(), granted.GetProperty("limit").GetInt32()));
        Assert.Equal(200, (await host.PostAsync("/v1/quota/reservations", new { recipients = 8, idempotencyKey = "a" })).Status);
        Assert.Equal(409, (await host.PostAsync("/v1/quota/reservations", new { recipients = 7, idempotencyKey = "a" })).Status);

        var (refusal, refused) = await host.PostAsync("/v1/quota/reservations", new { recipients = 3, idempotencyKey = "b" });
        Assert.Equal((429, false, 2), (refusal, refused.GetProperty("allowed").GetBoolean(), refused.GetProperty("remaining").GetInt32()));
        Assert.StartsWith("550 5.7.1 Message has 3 recipients but only 2 remain this month", refused.GetProperty("smtp").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("5.7.1 Message", refused.GetProperty("smtpText").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_not_accepted_after_all_is_given_back()
    {
        await using var host = await StartAsync();
        await host.PostAsync("/v1/quota/reservations", new { recipients = 10, idempotencyKey = "a/b" });

        using var released = await host.Client.DeleteAsync("/v1/quota/reservations?idempotencyKey=a%2Fb");
        using var again = await host.Client.DeleteAsync("/v1/quota/reservations?idempotencyKey=a%2Fb");

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (released.StatusCode, again.StatusCode));
        Assert.Equal(0, (await host.StandingAsync()).Reserved);
    }

    [Theory]
    [InlineData("{}", "recipients", "idempotencyKey")]
    [InlineData("""{"recipients":0,"idempotencyKey":""}""", "recipients", "idempotencyKey")]
    [InlineData("""{"recipients":-1,"idempotencyKey":"k","host":"\u0000"}""", "recipients", "host")]
    [InlineData("""{"recipients":"many","idempotencyKey":"k"}""", "recipients")]
    [InlineData("""{"recipients":1.5,"idempotencyKey":"k"}""", "recipients")]
    public async Task Every_wrong_field_is_named(string body, params string[] fields)
    {
        await using var host = await StartAsync();
        using var content = new StringContent(body, null, "application/json");

        using var response = await host.Client.PostAsync("/v1/quota/reservations", content);

        var problem = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.All(fields, field => Assert.Contains($"\"{field}\"", problem, StringComparison.Ordinal));
        Assert.Equal(0, (await host.StandingAsync()).Taken);
    }

    [Fact]
    public async Task Will_it_fit_takes_nothing()
    {
        await using var host = await StartAsync();

        var (_, fits) = await host.PostAsync("/v1/quota/check", new { recipients = 10 });
        var (_, not) = await host.PostAsync("/v1/quota/check", new { recipients = 11 });

        Assert.True(fits.GetProperty("fits").GetBoolean());
        Assert.False(not.GetProperty("fits").GetBoolean());
        Assert.Equal(10, not.GetProperty("remaining").GetInt32());
        Assert.Equal("2026-12-01T05:00:00+00:00", not.GetProperty("resetsAt").GetString());
        Assert.Equal(400, (await host.PostAsync("/v1/quota/check", new { recipients = 0 })).Status);
        Assert.Equal(0, (await host.StandingAsync()).Taken);
    }

    [Fact]
    public async Task Stalwarts_hook_is_accepted_until_the_limit_and_rejected_after()
    {
        await using var host = await StartAsync(Scopes.Ingest, Scopes.IngestAll);

        Assert.Equal("accept", (await HookAsync("DATA", "1", 10)).GetProperty("action").GetString());
        Assert.Equal("accept", (await HookAsync("DATA", "1", 10)).GetProperty("action").GetString());
        Assert.Equal("accept", (await HookAsync("CONNECT", "2", 0)).GetProperty("action").GetString());
        var rejected = await HookAsync("DATA", "2", 1);

        Assert.Equal("reject", rejected.GetProperty("action").GetString());
        var response = rejected.GetProperty("response");
        Assert.Equal((550, "5.7.1"), (response.GetProperty("status").GetInt32(), response.GetProperty("enhancedStatus").GetString()));
        Assert.StartsWith("Monthly sending quota reached (10 of 10", response.GetProperty("message").GetString(), StringComparison.Ordinal);

        async Task<System.Text.Json.JsonElement> HookAsync(string stage, string id, int recipients)
        {
            var (status, answer) = await host.PostAsync("/v1/policy/mta-hooks", new
            {
                context = new { stage, sasl = new { login = "news@shop.example", method = "plain" }, client = new { ip = "192.0.2.50" }, queue = new { id } },
                envelope = new
                {
                    from = new { address = "news@shop.example" },
                    to = Enumerable.Range(0, recipients).Select(i => new { address = $"r{i}@example.net" }),
                },
                message = new { size = 18432, contents = new string('x', 100_000) },
            });
            Assert.Equal(200, status);

            return answer;
        }
    }

    [Theory]
    [InlineData(10, 20_000_000, 200)]
    [InlineData(60_000, 0, 413)]
    public async Task A_hooks_message_may_be_large_and_its_envelope_not(int recipients, int message, int answered)
    {
        await using var host = await StartAsync(Scopes.Ingest);

        var (status, _) = await host.PostAsync("/v1/policy/mta-hooks", new
        {
            context = new { stage = "RCPT", sasl = new { login = "news@shop.example" } },
            message = new { contents = new string('x', message) },
            envelope = new
            {
                from = new { address = "news@shop.example" },
                to = Enumerable.Range(0, recipients).Select(i => new { address = $"{i}@example.net", parameters = new { notify = "FAILURE,DELAY" } }),
            },
        });

        Assert.Equal(answered, status);
    }

    [Fact]
    public async Task A_hook_with_a_recipient_that_is_null_is_refused_by_field()
    {
        await using var host = await StartAsync(Scopes.Ingest);

        var (status, problem) = await host.PostAsync(
            "/v1/policy/mta-hooks", new { context = new { stage = "RCPT" }, envelope = new { to = new object?[] { null } } });

        Assert.Equal(400, status);
        Assert.Equal("holds null", problem.GetProperty("errors").GetProperty("envelope.to")[0].GetString());
    }

    [Fact]
    public async Task Keys_and_scopes_are_asked_for()
    {
        await using var host = await PolicyHost.StartAsync(_time);
        Assert.Equal(401, (await host.PostAsync("/v1/quota/reservations", new { recipients = 1, idempotencyKey = "a" })).Status);

        await host.UseKeyAsync("acme", Scopes.Read);
        Assert.Equal(403, (await host.PostAsync("/v1/quota/reservations", new { recipients = 1, idempotencyKey = "a" })).Status);
        Assert.Equal(403, (await host.PostAsync("/v1/policy/mta-hooks", new { })).Status);
        Assert.Equal(200, (await host.PostAsync("/v1/quota/check", new { recipients = 1 })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.Client.GetAsync(new Uri("/v1/policy/status", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task A_tenants_own_key_cannot_spend_anothers_quota()
    {
        await using var host = await PolicyHost.StartAsync(_time);
        await host.LimitAsync(10);
        await host.UseKeyAsync("rival", Scopes.Ingest);

        Assert.Equal(200, (await host.PostAsync("/v1/quota/reservations", new { sender = "news@shop.example", recipients = 5, idempotencyKey = "a" })).Status);

        Assert.Equal(0, (await host.StandingAsync()).Taken);
    }

    [Fact]
    public async Task The_status_counts_what_was_decided()
    {
        await using var host = await StartAsync(Scopes.Admin, Scopes.Operator);
        using var mta = await host.ConnectAsync();
        await mta.AskForMessageAsync("1", 10);
        await mta.AskForMessageAsync("1", 10);
        await mta.AskForMessageAsync("2", 5);
        await mta.AskAsync("RCPT", ("sender", ""));

        var status = System.Text.Json.JsonDocument.Parse(await host.Client.GetStringAsync(new Uri("/v1/policy/status", UriKind.Relative))).RootElement;

        var decisions = status.GetProperty("decisions");
        Assert.Equal((1, 1, 1, 1), (Count("granted"), Count("repeated"), Count("refused"), Count("uncharged")));
        Assert.Equal((10, 5), (Count("recipients"), Count("recipientsRefused")));
        Assert.Equal(1, status.GetProperty("sessions").GetInt32());
        Assert.Equal("disconnect", status.GetProperty("onTrouble").GetString());

        int Count(string name) => decisions.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task A_tenants_key_is_told_of_its_own_decisions_alone()
    {
        await using var host = await StartAsync(Scopes.Admin);
        using var mta = await host.ConnectAsync();
        await mta.AskForMessageAsync("1", 10);
        await mta.AskForMessageAsync("2", 5);
        await mta.AskAsync("RCPT", ("sender", ""));

        var own = await StatusAsync(host);
        Assert.Equal((1, 1, 0), (Count(own, "granted"), Count(own, "refused"), Count(own, "uncharged")));
        Assert.Equal((10, 5), (Count(own, "recipients"), Count(own, "recipientsRefused")));
        Assert.NotEqual(System.Text.Json.JsonValueKind.Null, own.GetProperty("lastAskedAt").ValueKind);

        await host.UseKeyAsync("rival", Scopes.Admin);
        var rivals = await StatusAsync(host);
        Assert.Equal((0, 0, 0), (Count(rivals, "granted"), Count(rivals, "refused"), Count(rivals, "recipients")));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, rivals.GetProperty("lastAskedAt").ValueKind);

        static int Count(System.Text.Json.JsonElement status, string name) => status.GetProperty("decisions").GetProperty(name).GetInt32();

        static async Task<System.Text.Json.JsonElement> StatusAsync(PolicyHost host) =>
            System.Text.Json.JsonDocument.Parse(await host.Client.GetStringAsync(new Uri("/v1/policy/status", UriKind.Relative))).RootElement;
    }

    private async Task<PolicyHost> StartAsync(params string[] scopes)
    {
        var host = await PolicyHost.StartAsync(_time);
        await host.LimitAsync(10);
        await host.UseKeyAsync("acme", scopes.Length > 0 ? scopes : [Scopes.Ingest]);

        return host;
    }
}
