// The same conversation as in the other files, by a client that Kiota generated: events, numbers, one delivery, one error.
using MailStats.Generated;
using MailStats.Generated.Models;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;

using var adapter = new HttpClientRequestAdapter(new BaseBearerTokenAuthenticationProvider(new Key(args[1]))) { BaseUrl = args[0] };
var client = new MailStatsClient(adapter);

var answer = await client.V1.Events.PostAsync(
[
    new SubmittedEvent
    {
        Event = EventName.Bounced, OccurredAt = DateTimeOffset.UtcNow, MessageKey = "kiota", Sender = "kiota@shop.example", Recipient = "kiota@example.net",
        Reply = "550 5.1.1 User unknown",
    },
]);
Check(answer!.Accepted == 1, "the event is accepted");

var overview = await OverviewAsync();

while (overview.HardBounces!.Value == 0)
{
    await Task.Delay(100);
    overview = await OverviewAsync();
}

var page = await PageAsync();

while (page.Items!.Count == 0)
{
    await Task.Delay(100);
    page = await PageAsync();
}

var delivery = await client.V1.Deliveries[page.Items[0].Id!].GetAsync();
Check(delivery is { Status: DeliveryStatus.HardBounced, Reason: Reason.Recipient_unknown, SpamScore: null }, "the delivery is what was sent");
Check(delivery!.Attempts!.Single() is { Outcome: AttemptOutcome.Bounced, SmtpCode: 550 }, "its attempt too");

var series = await client.V1.Attempts.GetAsync(request =>
    (request.QueryParameters.IntervalAsAttemptInterval, request.QueryParameters.ByAsAttemptGrouping) = (AttemptInterval.Fivem, [AttemptGrouping.Outcome]));
Check(series!.Interval == AttemptInterval.Fivem && series.Points!.Exists(point => point.Outcome == CountedOutcome.Hard), "words that are no names are read");

try
{
    await client.V1.Overview.GetAsync(request => request.QueryParameters.From = "yesterday");
    Check(false, "a wrong day is refused");
}
catch (HttpValidationProblemDetails refused)
{
    Check(refused.Status == 400 && refused.Errors!.AdditionalData.ContainsKey("from") && refused.TraceId!.Length > 0, "the problem names the field");
}

async Task<Overview> OverviewAsync() => (await client.V1.Overview.GetAsync(request =>
    (request.QueryParameters.PeriodAsPeriodName, request.QueryParameters.Domain) = (PeriodName.Last7Days, "shop.example")))!;

async Task<DeliveryPage> PageAsync() => (await client.V1.Deliveries.GetAsync(request =>
    (request.QueryParameters.Search, request.QueryParameters.StatusAsDeliveryStatus, request.QueryParameters.ReasonAsReason) =
        ("to:kiota@example.net", [DeliveryStatus.HardBounced], Reason.Recipient_unknown)))!;

static void Check(bool holds, string what)
{
    if (!holds)
    {
        throw new InvalidOperationException($"It does not hold that {what}.");
    }
}

internal sealed class Key(string key) : IAccessTokenProvider
{
    // A key over plain HTTP: the test's server is on this machine.
    public AllowedHostsValidator AllowedHostsValidator { get; } = new();

    public Task<string> GetAuthorizationTokenAsync(
        Uri uri, Dictionary<string, object>? additionalAuthenticationContext = null, CancellationToken cancellationToken = default) => Task.FromResult(key);
}
