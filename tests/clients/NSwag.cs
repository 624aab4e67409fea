// The same conversation as in the other files, by a client that NSwag generated: events, numbers, one delivery, one error.
using System.Net.Http.Headers;
using MailStats.Generated;

using var http = new HttpClient { BaseAddress = new Uri(args[0]) };
http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", args[1]);
var client = new MailStatsClient(http);

var answer = await client.PostEventsAsync(
[
    new SubmittedEvent
    {
        Event = EventName.Bounced, OccurredAt = DateTimeOffset.UtcNow, MessageKey = "nswag", Sender = "nswag@shop.example", Recipient = "nswag@example.net",
        Reply = "550 5.1.1 User unknown",
    },
]);
Check(answer.Accepted == 1, "the event is accepted");

var overview = await client.GetOverviewAsync(period: PeriodName.Last7Days, domain: "shop.example");

while (overview.HardBounces.Value == 0)
{
    await Task.Delay(100);
    overview = await client.GetOverviewAsync(period: PeriodName.Last7Days, domain: "shop.example");
}

var page = await client.GetDeliveriesAsync(search: "to:nswag@example.net", status: [DeliveryStatus.HardBounced], reason: Reason.Recipient_unknown);

while (page.Items.Count == 0)
{
    await Task.Delay(100);
    page = await client.GetDeliveriesAsync(search: "to:nswag@example.net", status: [DeliveryStatus.HardBounced], reason: Reason.Recipient_unknown);
}

var delivery = await client.GetDeliveryAsync(page.Items.First().Id);
Check(delivery is { Status: DeliveryStatus.HardBounced, Reason: Reason.Recipient_unknown, SpamScore: null }, "the delivery is what was sent");
Check(delivery.Attempts.Single() is { Outcome: AttemptOutcome.Bounced, SmtpCode: 550 }, "its attempt too");

var series = await client.GetAttemptsAsync(interval: AttemptInterval._5m, by: [AttemptGrouping.Outcome]);
Check(series.Interval == AttemptInterval._5m && series.Points.Any(point => point.Outcome == CountedOutcome.Hard), "words that are no names are read");

try
{
    await client.GetOverviewAsync(from: "yesterday");
    Check(false, "a wrong day is refused");
}
catch (ApiException<HttpValidationProblemDetails> refused)
{
    Check(refused.StatusCode == 400 && refused.Result.Errors.ContainsKey("from") && refused.Result.TraceId.Length > 0, "the problem names the field");
}

static void Check(bool holds, string what)
{
    if (!holds)
    {
        throw new InvalidOperationException($"It does not hold that {what}.");
    }
}
