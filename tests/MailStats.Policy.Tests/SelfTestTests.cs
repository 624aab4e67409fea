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
        await using var host = await PolicyHost.StartAsync();
        await host.UseKeyAsync("acme", Scopes.Admin);

        var (_, started) = await host.PostAsync(
            "/v1/policy/self-test", new { sender = "news@shop.example", recipient = "ops@example.net", server = "127.0.0.1:1" });
        var (status, problem) = await host.PostAsync("/v1/policy/self-test", new { sender = "news", server = "nowhere" });

        Assert.StartsWith("not sent:", started.GetProperty("sent").GetString(), StringComparison.Ordinal);
        Assert.Equal(400, status);
        Assert.Equal(["recipient", "sender", "server"], problem.GetProperty("errors").EnumerateObject().Select(field => field.Name).Order());
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
