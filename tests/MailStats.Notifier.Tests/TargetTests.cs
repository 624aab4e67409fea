using System.Net;
using MailStats.Notifier.Sending;

namespace MailStats.Notifier.Tests;

public sealed class TargetTests
{
    [Fact]
    public async Task The_test_button_says_how_it_went_and_the_secret_is_shown_once()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await NotifierHost.StartAsync();
        var added = await host.AddTargetAsync("webhook", receiver.Url, "ours");
        var id = added.GetProperty("id").GetString();

        var (_, attempt) = await host.SendAsync(HttpMethod.Post, $"/v1/admin/notifications/{id}/test");
        var (_, list) = await host.SendAsync(HttpMethod.Get, "/v1/admin/notifications");

        Assert.Equal((true, 204), (attempt.GetProperty("delivered").GetBoolean(), attempt.GetProperty("status").GetInt32()));
        Assert.Equal("Test", (await receiver.NextAsync()).Headers["MailStats-Event"]);
        Assert.StartsWith("whsec_", added.GetProperty("secret").GetString(), StringComparison.Ordinal);
        Assert.Equal("ours", list.GetProperty("items")[0].GetProperty("name").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, list.GetProperty("items")[0].GetProperty("secret").ValueKind);
    }

    [Theory]
    [InlineData("webhook", "ftp://hook.example/", "address")]
    [InlineData("webhook", "hook.example", "address")]
    [InlineData("webhook", "https://user:secret@hook.example/", "address")]
    [InlineData("webhook", null, "address")]
    [InlineData("mail", "not an address", "address")]
    [InlineData("mail", "Ann <ann@example.net>", "address")]
    [InlineData("mail", "ann@example.net\r\nBcc: all@example.net", "address")]
    [InlineData("unknown", "ann@example.net", "kind")]
    public async Task A_wrong_target_is_refused_by_field(string kind, string? address, string field)
    {
        await using var host = await NotifierHost.StartAsync();

        var (status, problem) = await host.SendAsync(HttpMethod.Post, "/v1/admin/notifications", new { kind, address });

        Assert.Equal(400, status);
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
    }

    [Fact]
    public async Task A_target_can_be_changed_switched_off_and_removed()
    {
        await using var old = await Receiver.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        await using var host = await NotifierHost.StartAsync();
        var id = (await host.AddTargetAsync("webhook", old.Url)).GetProperty("id").GetString();

        Assert.Equal(200, (await host.SendAsync(HttpMethod.Put, $"/v1/admin/notifications/{id}", new { address = receiver.Url, enabled = false })).Status);
        await using var other = await Receiver.StartAsync();
        await host.AddTargetAsync("webhook", other.Url);
        await host.PublishAsync(NotifierHost.Reached(80));
        // What another target is told was noted down for all.
        await other.NextAsync();
        await host.SendAsync(HttpMethod.Put, $"/v1/admin/notifications/{id}", new { address = receiver.Url });
        var reached = NotifierHost.Reached(90);
        await host.PublishAsync(reached);

        Assert.Equal(reached.NoticeId.ToString(), (await receiver.NextAsync()).Headers["MailStats-Notice-Id"]);
        Assert.Equal(204, (await host.SendAsync(HttpMethod.Delete, $"/v1/admin/notifications/{id}")).Status);
        Assert.Equal(404, (await host.SendAsync(HttpMethod.Delete, $"/v1/admin/notifications/{id}")).Status);
        Assert.Equal(0, old.Count);
    }

    [Fact]
    public async Task No_tenant_reaches_anothers_targets()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await NotifierHost.StartAsync();
        var id = (await host.AddTargetAsync("webhook", receiver.Url)).GetProperty("id").GetString();
        await host.PublishAsync(NotifierHost.Reached());
        await receiver.NextAsync();
        await host.UseTenantAsync("rival");

        Assert.Equal(0, (await host.SendAsync(HttpMethod.Get, "/v1/admin/notifications")).Body.GetProperty("items").GetArrayLength());
        Assert.Equal(0, (await host.SendAsync(HttpMethod.Get, $"/v1/admin/notifications/log?target={id}")).Body.GetProperty("items").GetArrayLength());
        Assert.Equal(404, (await host.SendAsync(HttpMethod.Put, $"/v1/admin/notifications/{id}", new { address = receiver.Url })).Status);
        Assert.Equal(404, (await host.SendAsync(HttpMethod.Post, $"/v1/admin/notifications/{id}/test")).Status);
        Assert.Equal(404, (await host.SendAsync(HttpMethod.Delete, $"/v1/admin/notifications/{id}")).Status);
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    public void Only_public_addresses_are_public(string address, bool isPublic) => Assert.Equal(isPublic, AddressGuard.IsPublic(IPAddress.Parse(address)));

    [Fact]
    public void Retries_grow_to_an_hour_apart_and_end_after_a_day()
    {
        var created = new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
        var options = new NotifierOptions();
        var at = created;
        var pauses = new List<TimeSpan>();

        for (var attempts = 1; RetrySchedule.Next(attempts, created, at, options, 0.5) is { } next; attempts++)
        {
            pauses.Add(next - at);
            at = next;
        }

        Assert.Equal([10.0, 20, 40, 80], pauses.Take(4).Select(pause => pause.TotalSeconds));
        Assert.All(pauses, pause => Assert.True(pause <= TimeSpan.FromHours(1.1)));
        Assert.InRange(at - created, TimeSpan.FromHours(22), TimeSpan.FromHours(24));
        Assert.InRange(pauses.Count, 25, 40);
    }
}
