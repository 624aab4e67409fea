using System.Text;
using MimeKit;

namespace MailStats.Notifier.Tests;

/// <summary>The letter on its way: chosen by API, written by every replica, mailed once.</summary>
public sealed class LetterMailTests
{
    [Fact]
    public async Task The_choice_is_kept_and_wrong_ones_are_refused_with_every_mistake()
    {
        await using var host = await NotifierHost.StartAsync();

        Assert.Equal("off", (await host.SendAsync(HttpMethod.Get, "/v1/admin/letters")).Body.GetProperty("every").GetString());
        var (status, _) = await host.SendAsync(HttpMethod.Put, "/v1/admin/letters", new { every = "monthly", language = "fr" });
        Assert.Equal(200, status);
        var kept = (await host.SendAsync(HttpMethod.Get, "/v1/admin/letters")).Body;
        Assert.Equal(("monthly", "fr"), (kept.GetProperty("every").GetString(), kept.GetProperty("language").GetString()));

        var refused = await host.SendAsync(HttpMethod.Put, "/v1/admin/letters", new { every = 7, language = "de" });
        Assert.Equal(400, refused.Status);
    }

    [Fact]
    public async Task The_last_letter_is_shown_in_any_language_without_being_sent()
    {
        await using var sink = new SmtpSink();
        await using var host = await StartAsync(sink, null);
        await host.AddTargetAsync("mail", "ann@acme.example");

        var (status, shown) = await host.SendAsync(HttpMethod.Get, "/v1/admin/letters/preview?every=monthly&language=fr");

        Assert.Equal(200, status);
        Assert.Contains("La seule chose à faire", shown.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Contains("src=\"data:image/png;base64,", shown.GetProperty("html").GetString(), StringComparison.Ordinal);
        Assert.EndsWith("-01", shown.GetProperty("first").GetString(), StringComparison.Ordinal);
        Assert.Equal("off", (await host.SendAsync(HttpMethod.Get, "/v1/admin/letters")).Body.GetProperty("every").GetString());
        Assert.Equal(400, (await host.SendAsync(HttpMethod.Get, "/v1/admin/letters/preview?every=off")).Status);
        Assert.Equal(400, (await host.SendAsync(HttpMethod.Get, "/v1/admin/letters/preview?language=de")).Status);
    }

    [Fact]
    public async Task Two_replicas_and_a_restart_mail_a_weeks_letter_once_and_webhooks_get_none()
    {
        await using var sink = new SmtpSink();
        await using var receiver = await Receiver.StartAsync();
        await using var first = await StartAsync(sink, null);
        await using var second = await StartAsync(sink, first.Folder);
        await first.AddTargetAsync("mail", "ann@acme.example");
        await first.AddTargetAsync("webhook", receiver.Url);
        await first.SendAsync(HttpMethod.Put, "/v1/admin/letters", new { every = "weekly", language = "fr" });
        var week = Week();

        await Task.WhenAll(first.WriteLettersAsync(week), second.WriteLettersAsync(week));
        await first.WriteLettersAsync(week.AddHours(5));

        using var mail = await NextAsync(sink);
        Assert.Contains("La seule chose à faire", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("cid:days", mail.HtmlBody, StringComparison.Ordinal);
        var chart = Assert.Single(mail.BodyParts.OfType<MimePart>(), part => part.ContentId == "days");
        Assert.Equal("image/png", chart.ContentType.MimeType);
        await first.WriteLettersAsync(week.AddDays(7));
        using var next = await NextAsync(sink);
        Assert.NotEqual(mail.MessageId, next.MessageId);
        Assert.Equal(0, receiver.Count);
    }

    private static async Task<MimeMessage> NextAsync(SmtpSink sink)
    {
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(await sink.NextAsync()));

        return await MimeMessage.LoadAsync(bytes);
    }

    /// <summary>The next Monday at noon in Toronto: past seven in the morning, and past the choice.</summary>
    private static DateTimeOffset Week()
    {
        var today = TimeProvider.System.GetUtcNow().UtcDateTime.Date;

        return new(today.AddDays(7 - (((int)today.DayOfWeek + 6) % 7)).AddHours(17), TimeSpan.Zero);
    }

    private static Task<NotifierHost> StartAsync(SmtpSink sink, string? folder) => NotifierHost.StartAsync(
        folder, settings: ["--Notifier:Smtp:Host", "127.0.0.1", "--Notifier:Smtp:Port", $"{sink.Port}", "--Notifier:Smtp:From", "stats@acme.example"]);
}
