using System.Globalization;
using MailStats.Contracts;
using MailStats.Pipeline.Tests.Processes;

namespace MailStats.Pipeline.Tests;

public sealed class IncidentTests
{
    [Fact]
    public async Task Mail_to_one_receiver_that_begins_to_fail_is_an_incident_within_seconds()
    {
        await using var app = await StandaloneApp.StartAsync();
        var now = TimeProvider.System.GetUtcNow();
        await app.Client.IngestAsync([.. Enumerable.Range(0, 600).Select(number => Mail(number, now.AddMinutes(-240 + (number * 0.3)), fails: false))]);
        await app.Client.IngestAsync([.. Enumerable.Range(600, 60).Select(number => Mail(number, now, fails: number % 2 == 0))]);

        var incidents = await Eventually.IsAsync(
            () => app.Client.GetAsync("/v1/incidents?state=open"),
            answer => answer.GetProperty("items").GetArrayLength() == 1,
            "one open incident");
        var incident = incidents.GetProperty("items")[0];

        Assert.Equal("authentication", incident.GetProperty("kind").GetString());
        Assert.Equal("Gmail", incident.GetProperty("provider").GetString());
        Assert.Contains("5.7.26", incident.GetProperty("replies")[0].GetProperty("text").GetString(), StringComparison.Ordinal);

        var id = incident.GetProperty("id").GetString();
        using var acknowledged = await app.Client.PostAsync($"/v1/incidents/{id}/acknowledge", new { });
        Assert.Equal(System.Net.HttpStatusCode.NoContent, acknowledged.StatusCode);
        var one = await app.Client.GetAsync($"/v1/incidents/{id}");
        Assert.True(one.TryGetProperty("acknowledgedAt", out _));
    }

    /// <summary>Every other mail goes to Gmail, the rest to Yahoo.</summary>
    private static SubmittedEvent Mail(int number, DateTimeOffset at, bool fails) => new()
    {
        Event = fails ? "bounced" : "delivered",
        OccurredAt = at,
        MessageKey = string.Create(CultureInfo.InvariantCulture, $"m{number}"),
        Recipient = string.Create(CultureInfo.InvariantCulture, $"r{number}@{(number % 2 == 0 ? "gmail.com" : "yahoo.com")}"),
        Sender = "news@shop.example",
        Reply = fails ? "550 5.7.26 This mail has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate"
            : "250 2.0.0 OK",
    };
}
