using System.Net;
using System.Text.Json;
using MailStats.Pipeline.Tests.Processes;

namespace MailStats.Pipeline.Tests;

/// <summary>The whole of Standalone is killed between an answer and the next question: intake, Classifier, Aggregator and Policy at once.</summary>
public sealed class SuppressionKillTests
{
    private const int Addresses = 40;

    [Theory]
    [MemberData(nameof(StandaloneTests.JournalAfter), MemberType = typeof(StandaloneTests))]
    public async Task Who_was_added_or_is_shown_after_a_bounce_is_refused_through_kills_and_no_acknowledged_bounce_is_lost(string journalAfter)
    {
        await using var app = await StandaloneApp.StartAsync(("Ingest__JournalAfter", journalAfter));
        await app.Client.PutAsync("/v1/settings/suppression", new { mode = "enforce" });

        for (var number = 0; number < Addresses; number++)
        {
            var byHand = number % 4 == 3;

            if (byHand)
            {
                using var added = await app.Client.PostAsync("/v1/suppressions", new { address = AddressOf(number) });
                Assert.Equal(HttpStatusCode.Created, added.StatusCode);
            }
            else
            {
                await app.Client.IngestAsync([Some.Delivery(number, "bounced")]);
            }

            // Both kinds: with nothing but the answer, and with more behind it.
            if (number is 11 or 18 or 27 or 34)
            {
                await app.KillAndRestartAsync();
            }

            // Added by hand it is there with the answer. A bounce holds once it is shown, and it is shown sooner or later.
            if (!byHand)
            {
                await Eventually.HoldsAsync(async () => (await ListedAsync(app, AddressOf(number))).Length == 1, $"the entry of bounce {number}");
            }

            Assert.Equal(Enumerable.Range(0, number + 1).Select(AddressOf), await RefusedAsync(app, number));
        }
    }

    private static string AddressOf(int number) => Some.Delivery(number, "bounced").Recipient!;

    private static async Task<JsonElement[]> ListedAsync(StandaloneApp app, string address) =>
        [.. (await app.Client.GetAsync($"/v1/suppressions?address={Uri.EscapeDataString(address)}")).GetProperty("items").EnumerateArray()];

    /// <summary>Who of the first recipients and one that nothing speaks against is refused at the MTA.</summary>
    private static async Task<string[]> RefusedAsync(StandaloneApp app, int last)
    {
        var recipients = Enumerable.Range(0, last + 1).Select(AddressOf).Append("nobody-complained@example.net");
        using var answer = await app.Client.PostAsync("/v1/policy/recipients", new { sender = "news@shop1.example", recipients, idempotencyKey = $"q{last}" });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

        return [.. body.GetProperty("refused").EnumerateArray().Select(refused => refused.GetProperty("address").GetString()!)];
    }
}
