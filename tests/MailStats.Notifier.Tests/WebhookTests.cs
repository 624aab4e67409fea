using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MailStats.Mail.Quotas;
using MailStats.Stores.Notifications;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using StandardWebhooks;
using StandardWebhooks.Diagnostics;

namespace MailStats.Notifier.Tests;

public sealed class WebhookTests
{
    [Fact]
    public async Task A_notice_is_posted_with_a_signature_over_timestamp_and_body()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await NotifierHost.StartAsync();
        var secret = (await host.AddTargetAsync("webhook", receiver.Url)).GetProperty("secret").GetString()!;
        var reached = NotifierHost.Reached(90);

        await host.PublishAsync(reached);

        var call = await receiver.NextAsync();
        var signed = Encoding.UTF8.GetBytes(call.Headers["MailStats-Timestamp"] + ".").Concat(call.Body).ToArray();
        var expected = "v1=" + Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed)).ToLowerInvariant();
        Assert.Equal(expected, call.Headers["MailStats-Signature"]);
        Assert.Equal(reached.NoticeId.ToString(), call.Headers["MailStats-Notice-Id"]);
        var body = JsonDocument.Parse(call.Body).RootElement;
        Assert.Equal(
            ("QuotaThresholdReached", "acme", 90, 9000),
            (
                body.GetProperty("type").GetString(),
                body.GetProperty("tenantId").GetString(),
                body.GetProperty("thresholdPercent").GetInt32(),
                body.GetProperty("used").GetInt32()));
    }

    [Fact]
    public async Task A_post_proves_itself_by_Standard_Webhooks_with_a_new_secret_and_with_one_of_before()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await NotifierHost.StartAsync();
        var added = await host.AddTargetAsync("webhook", receiver.Url);
        var secret = added.GetProperty("secret").GetString()!;
        // As secrets were made before: hexadecimal digits, whose text was the key.
        const string before = "whsec_00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
        await host.SaveTargetAsync(new(
            "0123456789abcdef", "acme", NotificationKind.Webhook, receiver.Url, "of before", before, Enabled: true, DateTimeOffset.UnixEpoch));
        var reached = NotifierHost.Reached(90) with { Mailbox = "jörg@shop.example" };

        await host.PublishAsync(reached);

        var calls = new[] { await receiver.NextAsync(), await receiver.NextAsync() };
        Assert.All(calls, call => Assert.Equal(reached.NoticeId.ToString(), call.Headers["webhook-id"]));
        Assert.Single(calls, call => Proves(secret, call, call.Body));
        Assert.Single(calls, call => Proves(before, call, call.Body));
        Assert.Equal(32, Convert.FromBase64String(secret["whsec_".Length..]).Length);
        Assert.DoesNotContain(calls, call => Proves(secret, call, [.. call.Body[..^1], (byte)' ']));
    }

    [Fact]
    public async Task A_notice_that_comes_again_is_told_once_by_two_replicas_too()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await NotifierHost.StartAsync();
        await using var replica = await NotifierHost.StartAsync(host.Folder);
        await host.AddTargetAsync("webhook", receiver.Url);
        var reached = NotifierHost.Reached();

        await Task.WhenAll(host.PublishAsync(reached), replica.PublishAsync(reached), host.PublishAsync(reached), replica.PublishAsync(reached));
        await host.PublishAsync(NotifierHost.Reached(100));

        var told = new[] { await receiver.NextAsync(), await receiver.NextAsync() }.Select(call => call.Headers["MailStats-Notice-Id"]).ToList();
        Assert.Equal(2, told.Distinct().Count());
        await host.LogWhenAsync(
            log => log.GetProperty("items").EnumerateArray().Count(item => item.GetProperty("state").GetString() == "delivered") == 2);
        Assert.Equal(2, receiver.Count);
    }

    [Fact]
    public async Task A_receiver_that_fails_is_tried_again_until_it_takes_it_and_the_log_tells()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await NotifierHost.StartAsync();
        receiver.Answer = _ => Task.FromResult(receiver.Count < 3 ? 503 : 200);
        await host.AddTargetAsync("webhook", receiver.Url);

        await host.PublishAsync(NotifierHost.Reached());

        var log = await host.LogWhenAsync(log => log.GetProperty("items").EnumerateArray().Any(item => item.GetProperty("state").GetString() == "delivered"));
        var attempts = log.GetProperty("items")[0].GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("status").GetInt32());
        Assert.Equal([503, 503, 200], attempts);
    }

    [Fact]
    public async Task A_receiver_that_hangs_holds_up_nobody_else()
    {
        await using var hanging = await Receiver.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        await using var host = await NotifierHost.StartAsync(settings: ["--Notifier:Timeout", "00:00:30", "--Notifier:Concurrency", "2"]);
        var release = new TaskCompletionSource<int>();
        hanging.Answer = _ => release.Task;
        await host.AddTargetAsync("webhook", hanging.Url);
        await host.AddTargetAsync("webhook", receiver.Url);

        for (var i = 0; i < 3; i++)
        {
            await host.PublishAsync(NotifierHost.Reached());
        }

        for (var i = 0; i < 3; i++)
        {
            await receiver.NextAsync();
        }

        Assert.Equal(1, hanging.Count);
        release.SetResult(200);
    }

    [Fact]
    public async Task What_waits_survives_a_restart()
    {
        await using var receiver = await Receiver.StartAsync();
        var folder = Directory.CreateTempSubdirectory("mailstats-notifier-");
        receiver.Answer = _ => Task.FromResult(500);

        await using (var host = await NotifierHost.StartAsync(folder.FullName))
        {
            await host.AddTargetAsync("webhook", receiver.Url);
            await host.PublishAsync(NotifierHost.Reached());
            await receiver.NextAsync();
        }

        receiver.Answer = _ => Task.FromResult(200);

        await using (var host = await NotifierHost.StartAsync(folder.FullName))
        {
            await host.LogWhenAsync(log => log.GetProperty("items").EnumerateArray().Any(item => item.GetProperty("state").GetString() == "delivered"));
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_notice_that_the_bus_lost_in_a_crash_is_found_in_the_outbox()
    {
        await using var receiver = await Receiver.StartAsync();
        var folder = Directory.CreateTempSubdirectory("mailstats-notifier-");

        await using (var host = await NotifierHost.StartAsync(folder.FullName))
        {
            await host.AddTargetAsync("webhook", receiver.Url);
            await host.Quotas.SaveLimitAsync(new(new("acme"), QuotaWindow.Month, 5), default);
            await host.Quotas.ReserveAsync(new() { TenantId = "acme", Key = "1", Recipients = 5 }, default);
        }

        Assert.True(receiver.IsEmpty);

        await using (var host = await NotifierHost.StartAsync(folder.FullName))
        {
            var thresholds = new List<int>();

            for (var i = 0; i < 3; i++)
            {
                thresholds.Add(JsonDocument.Parse((await receiver.NextAsync()).Body).RootElement.GetProperty("thresholdPercent").GetInt32());
            }

            Assert.Equal([80, 90, 100], thresholds);
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_receiver_that_is_gone_for_good_or_points_elsewhere_is_not_followed()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await NotifierHost.StartAsync(settings: ["--Notifier:GiveUpAfter", "00:00:01"]);
        receiver.Answer = context =>
        {
            context.Response.Headers.Location = "/elsewhere";
            return Task.FromResult(receiver.Count == 1 ? 410 : 302);
        };
        await host.AddTargetAsync("webhook", receiver.Url);

        await host.PublishAsync(NotifierHost.Reached());
        await host.LogWhenAsync(log => log.GetProperty("items").EnumerateArray().Any(item => item.GetProperty("state").GetString() == "givenUp"));
        Assert.Equal(1, receiver.Count);

        await host.PublishAsync(NotifierHost.Reached());
        var log = await host.LogWhenAsync(
            log => log.GetProperty("items").EnumerateArray().Count(item => item.GetProperty("state").GetString() == "givenUp") == 2);
        Assert.All(
            log.GetProperty("items")[0].GetProperty("attempts").EnumerateArray(), attempt => Assert.Equal(302, attempt.GetProperty("status").GetInt32()));
    }

    [Fact]
    public async Task Inner_addresses_are_refused_unless_the_setting_allows_them()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var host = await NotifierHost.StartAsync(allowPrivate: false);
        var byNumber = await host.AddTargetAsync("webhook", receiver.Url);
        var byName = await host.AddTargetAsync("webhook", receiver.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal));

        foreach (var target in new[] { byNumber, byName })
        {
            var (status, attempt) = await host.SendAsync(HttpMethod.Post, $"/v1/admin/notifications/{target.GetProperty("id")}/test");
            Assert.Equal((200, false), (status, attempt.GetProperty("delivered").GetBoolean()));
            Assert.Contains("private network", attempt.GetProperty("error").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(0, receiver.Count);
    }

    private static bool Proves(string secret, Call call, byte[] body)
    {
        var headers = new HeaderDictionary(call.Headers.ToDictionary(header => header.Key, header => new StringValues(header.Value)));

        try
        {
            new StandardWebhook(secret).Verify(Encoding.UTF8.GetString(body), headers);

            return true;
        }
        catch (WebhookVerificationException)
        {
            return false;
        }
    }
}
