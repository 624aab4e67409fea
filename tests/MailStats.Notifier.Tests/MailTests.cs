using MailStats.Contracts;
using MailStats.ServiceDefaults;
using MailStats.Stores.Notifications;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.Notifier.Tests;

public sealed class MailTests
{
    [Fact]
    public async Task A_threshold_is_mailed_in_words_with_the_tenants_time()
    {
        await using var sink = new SmtpSink();
        await using var host = await StartAsync(sink);
        var reached = NotifierHost.Reached(100);

        await host.PublishAsync(reached);

        var mail = (await sink.NextAsync()).Replace("=\n", "", StringComparison.Ordinal); // quoted-printable
        Assert.Contains("Subject: [MailStats] Acme Ltd: monthly quota reached, mail is blocked", mail, StringComparison.Ordinal);
        Assert.Contains("10,000 of 10,000 recipients", mail, StringComparison.Ordinal);
        Assert.Contains("2026-12-01 00:00 America/Toronto", mail, StringComparison.Ordinal);
        Assert.Contains($"<{reached.NoticeId:N}.", mail, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Auto-Submitted: auto-generated", mail, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_damaged_notice_is_given_up_in_its_time_and_the_next_is_mailed()
    {
        await using var sink = new SmtpSink();
        await using var host = await StartAsync(sink, "--Notifier:GiveUpAfter", "00:00:01");
        var damaged = new Notice(Guid.NewGuid(), "acme", nameof(QuotaThresholdReached), "{", TimeProvider.System.GetUtcNow());
        Assert.Equal(1, await host.Services.GetRequiredService<INotificationStore>().AddAsync(damaged, default));

        var log = await host.LogWhenAsync(log => log.GetProperty("items").EnumerateArray().Any(item => item.GetProperty("state").GetString() == "givenUp"));

        Assert.Equal(
            "the stored notice cannot be read",
            log.GetProperty("items")[0].GetProperty("attempts")[0].GetProperty("error").GetString());
        await host.PublishAsync(NotifierHost.Reached(100));
        Assert.Contains("monthly quota reached", await sink.NextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_mail_flows_again_is_mailed_too()
    {
        await using var sink = new SmtpSink();
        await using var host = await StartAsync(sink);
        var reached = NotifierHost.Reached(100);

        await host.PublishAsync(new QuotaRestored
        {
            NoticeId = Guid.NewGuid(),
            TenantId = "acme",
            Domain = "shop.example",
            Window = "day",
            Used = 10,
            Limit = 20,
            PeriodStart = reached.PeriodStart,
            ResetsAt = reached.ResetsAt,
            OccurredAt = reached.OccurredAt,
        });

        Assert.Contains(
            "Subject: [MailStats] Acme Ltd: mail flows again (daily quota of shop.example)",
            (await sink.NextAsync()).Replace("\n ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopped_mailbox_is_mailed_with_why_and_a_link_to_where_it_is_released()
    {
        await using var sink = new SmtpSink();
        await using var host = await StartAsync(sink, "--Notifier:PublicUrl", "https://mail.shop.example");
        var at = new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

        await host.PublishAsync(new MailboxStopped
        {
            NoticeId = Guid.NewGuid(), TenantId = "acme", BrakeId = "8f0c2a1b04d5e8f607182937", Mailbox = "ann@shop.example", Cause = "unknownRecipients",
            Enforced = true, LetThrough = 41, Since = at, OccurredAt = TimeProvider.System.GetUtcNow(),
        });

        var mail = (await sink.NextAsync()).Replace("=\n", "", StringComparison.Ordinal).Replace("\n ", " ", StringComparison.Ordinal);
        Assert.Contains("Subject: [MailStats] Acme Ltd: ann@shop.example is stopped", mail, StringComparison.Ordinal);
        Assert.Contains("since 2026-11-20 07:00 America/Toronto: many of its recipients do not exist", mail, StringComparison.Ordinal);
        Assert.Contains("41 recipients were let through", mail, StringComparison.Ordinal);
        Assert.Contains("https://mail.shop.example/settings/brake", mail, StringComparison.Ordinal);
        var text = mail[(mail.IndexOf("/links/release/", StringComparison.Ordinal) + 15)..].Split('\n')[0].Trim();
        var link = await host.Services.GetRequiredService<ReleaseLinks>().OpenAsync(text, default);
        Assert.Equal(("acme", "8f0c2a1b04d5e8f607182937"), (link!.TenantId, link.BrakeId));
        Assert.InRange(link.ExpiresAt - TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(6), TimeSpan.FromDays(7));
    }

    [Fact]
    public async Task What_is_only_observed_is_mailed_without_a_link_that_releases()
    {
        await using var sink = new SmtpSink();
        await using var host = await StartAsync(sink, "--Notifier:PublicUrl", "https://mail.shop.example");

        await host.PublishAsync(new MailboxStopped
        {
            NoticeId = Guid.NewGuid(), TenantId = "acme", BrakeId = "8f0c2a1b04d5e8f607182937", Mailbox = "ann@shop.example", Cause = "hour",
            Enforced = false, LetThrough = 58, Since = TimeProvider.System.GetUtcNow(), OccurredAt = TimeProvider.System.GetUtcNow(),
        });

        Assert.DoesNotContain("/links/", await sink.NextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_and_a_missing_server_are_told_in_the_log()
    {
        await using var sink = new SmtpSink(refuse: true);
        await using var host = await StartAsync(sink);
        await using var without = await NotifierHost.StartAsync();
        var id = (await without.AddTargetAsync("mail", "admin@acme.example")).GetProperty("id");

        await host.PublishAsync(NotifierHost.Reached());

        var log = await host.LogWhenAsync(log => log.GetProperty("items").EnumerateArray().Any(item => item.GetProperty("attempts").GetArrayLength() > 0));
        Assert.Equal(550, log.GetProperty("items")[0].GetProperty("attempts")[0].GetProperty("status").GetInt32());
        var (_, attempt) = await without.SendAsync(HttpMethod.Post, $"/v1/admin/notifications/{id}/test");
        Assert.Equal("no mail server is set (Notifier:Smtp:Host)", attempt.GetProperty("error").GetString());
    }

    private static async Task<NotifierHost> StartAsync(SmtpSink sink, params string[] more)
    {
        var host = await NotifierHost.StartAsync(settings:
            ["--Notifier:Smtp:Host", "127.0.0.1", "--Notifier:Smtp:Port", $"{sink.Port}", "--Notifier:Smtp:From", "mailstats@ops.example", .. more]);
        await host.AddTargetAsync("mail", "admin@acme.example");

        return host;
    }
}
