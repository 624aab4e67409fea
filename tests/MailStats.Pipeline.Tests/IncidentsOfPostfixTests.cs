using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Pipeline.Tests.Processes;
using MailStats.RealMtas;

namespace MailStats.Pipeline.Tests;

/// <summary>A real Postfix whose receiver begins to defer, its log followed by the real Collector: what people hear of it, and how soon.</summary>
public sealed class IncidentsOfPostfixTests
{
    private const int Deferred = 40;

    /// <summary>From the last message that Postfix took in to the incident's row and its webhook.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [SkippableFact]
    public async Task A_receiver_that_begins_to_defer_is_an_incident_a_webhook_and_a_row_within_a_minute()
    {
        await using var sink = new ScriptedSink();
        var (postfix, missing) = await RealPostfix.StartRelayAsync(sink.Port);
        Skip.If(postfix is null, missing);
        await using var mta = postfix;
        await using var receiver = await NoticeReceiver.StartAsync();
        await using var app = await StandaloneApp.StartAsync(("Notifier__AllowPrivateTargets", "true"));
        using var target = await app.Client.PostAsync("/v1/admin/notifications", new { kind = "webhook", address = receiver.Url });
        target.EnsureSuccessStatusCode();
        var now = TimeProvider.System.GetUtcNow();
        await app.Client.IngestAsync([.. Enumerable.Range(0, 600).Select(number => Delivered(number, now.AddMinutes(-240 + (number * 0.3))))]);
        await using var collector = FollowingCollector.Start(app.Process.Address, app.KeyFile, "postfix", mta!.LogFile);
        await SendAsync(mta, "good", 10);
        await Eventually.IsAsync(() => app.Client.TotalsAsync(), totals => totals.Delivered == 610, "what Postfix has delivered");

        sink.Refusal = "450 4.7.0 Our system has detected an unusual rate of unsolicited mail; it has been temporarily rate limited";
        await SendAsync(mta, "deferred", Deferred);
        var sent = Stopwatch.GetTimestamp();

        var open = await Eventually.IsAsync(
            () => app.Client.GetAsync("/v1/incidents?state=open"),
            answer => answer.GetProperty("items") is var items && items.GetArrayLength() == 1 && items[0].GetProperty("failed").GetInt64() == Deferred,
            $"one open incident of {Deferred} recipients");
        var told = await Eventually.IsAsync(() => Task.FromResult(receiver.Notices), notices => notices.Count > 0, "a webhook");
        var took = Stopwatch.GetElapsedTime(sent);

        var incident = open.GetProperty("items")[0];
        Assert.Equal(("rate", "Gmail"), (Text(incident, "kind"), Text(incident, "provider")));
        Assert.Contains("4.7.0 Our system has detected", Text(incident.GetProperty("replies")[0], "text"), StringComparison.Ordinal);
        Assert.Equal(Deferred, incident.GetProperty("waiting").GetInt64());
        var notice = Assert.Single(told);
        Assert.Equal(("IncidentOpened", Text(incident, "id")), (Text(notice, "type"), Text(notice.GetProperty("incident"), "id")));
        Assert.True(took < Soon, $"it took {took}");
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static async Task SendAsync(RealPostfix postfix, string name, int messages)
    {
        for (var number = 0; number < messages; number++)
        {
            var recipient = string.Create(CultureInfo.InvariantCulture, $"{name}{number}@gmail.com");
            Assert.StartsWith("250", await SmtpDialogue.SendAsync(postfix.Port, "news@shop.example", [recipient]), StringComparison.Ordinal);
        }
    }

    /// <summary>Every other mail goes to Gmail, the rest to Yahoo.</summary>
    private static SubmittedEvent Delivered(int number, DateTimeOffset at) => new()
    {
        Event = "delivered",
        OccurredAt = at,
        MessageKey = string.Create(CultureInfo.InvariantCulture, $"m{number}"),
        Recipient = string.Create(CultureInfo.InvariantCulture, $"r{number}@{(number % 2 == 0 ? "gmail.com" : "yahoo.com")}"),
        Sender = "news@shop.example",
        Reply = "250 2.0.0 OK",
    };
}
