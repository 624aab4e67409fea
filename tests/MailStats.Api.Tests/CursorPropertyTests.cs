using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MailStats.Contracts;
using MailStats.Stores.Deliveries;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.Api.Tests;

/// <summary>
/// Lists are read page by page while rows arrive and change, in ways that a seed decides: what was there at the start and was
/// left alone is read exactly once, nothing is read twice, and the order holds from the first page to the last.
/// </summary>
public sealed class CursorPropertyTests
{
    private const int Scenarios = 60;

    private static readonly string[] _filters = ["", "", "&domain=b.example", "&search=1@", "&status=hardBounced,delivered", "&mailbox=news@a.example"];

    private static readonly DateTimeOffset _start = TimeProvider.System.GetUtcNow().AddDays(-2);

    [Theory]
    [InlineData("/v1/activities", "recipient")]
    [InlineData("/v1/deliveries", "recipient")]
    [InlineData("/v1/error-events", "to")]
    public async Task Pages_neither_miss_nor_repeat_a_row_whatever_arrives_between_them(string list, string recipient)
    {
        await using var app = await ApiApp.StartAsync();

        for (var seed = 0; seed < Scenarios; seed++)
        {
            using var client = await app.ClientAsync($"t{seed}", "read");
            await RunAsync(new Scenario(seed, app.Services.GetRequiredService<IDeliveryStore>()), client, list, recipient);
        }
    }

    private static async Task RunAsync(Scenario scenario, HttpClient client, string list, string recipient)
    {
        var random = scenario.Random;
        var filter = _filters[random.Next(_filters.Length)].Replace(",delivered", list == "/v1/error-events" ? "" : ",delivered", StringComparison.Ordinal);
        await scenario.AddAsync(random.Next(60));
        var expected = await ReadAllAsync(client, $"{list}?limit=500{filter}", recipient);
        var read = new List<Row>();
        string? cursor = null;

        do
        {
            var page = (await client.GetFromJsonAsync<JsonNode>($"{list}?limit={random.Next(1, 9)}{filter}{(cursor is null ? "" : $"&cursor={cursor}")}"))!;
            read.AddRange(Rows(page, recipient));
            cursor = page["next"]?.GetValue<string>();
            await scenario.ChangeAsync();
        }
        while (cursor is not null);

        var told = $"seed {scenario.Seed}, {list}{filter}";
        var leftAlone = expected.Where(row => !scenario.Changed.Contains(row.Recipient)).ToList();
        Assert.True(leftAlone.TrueForAll(row => read.Count(other => other == row) == 1), $"{told}: a row was missed or repeated");
        Assert.True(read.Distinct().Count() == read.Count, $"{told}: a row came twice");
        Assert.True(read.SequenceEqual(read.OrderByDescending(row => row.At)), $"{told}: the order broke");
    }

    private static async Task<List<Row>> ReadAllAsync(HttpClient client, string path, string recipient) =>
        [.. Rows((await client.GetFromJsonAsync<JsonNode>(path))!, recipient)];

    private static IEnumerable<Row> Rows(JsonNode page, string recipient) =>
        page["items"]!.AsArray().Select(
            item => new Row(
                item![recipient]!.GetValue<string>(), item["occurredAt"]!.GetValue<DateTimeOffset>(), item["status"]!.GetValue<string>()));

    // A delivery that bounced in the minute in which it was delivered stands in the list twice, by status.
    private sealed record Row(string Recipient, DateTimeOffset At, string Status);

    /// <summary>What happens to one tenant's mail.</summary>
    private sealed class Scenario(int seed, IDeliveryStore store)
    {
        private int _made;

        public int Seed => seed;

        public Random Random { get; } = new(seed);

        /// <summary>Recipients of deliveries that something happened to after the first page was read.</summary>
        public HashSet<string> Changed { get; } = [];

        public async Task AddAsync(int count)
        {
            var first = _made;
            _made += count;
            await store.ApplyAsync([.. Enumerable.Range(first, count).Select(number => Event(number, Random.Next(3)))], CancellationToken.None);
        }

        public async Task ChangeAsync()
        {
            switch (Random.Next(4))
            {
                case 0:
                    await AddAsync(Random.Next(1, 6));
                    break;
                case 1 when _made > 0:
                    var number = Random.Next(_made);
                    Changed.Add(Recipient(number));
                    await store.ApplyAsync([Event(number, 2)], CancellationToken.None);
                    break;
                default:
                    break;
            }
        }

        private ClassifiedDelivery Event(int number, int kind) => new()
        {
            Event = new DeliveryEvent
            {
                EventId = Guid.CreateVersion7(),
                TenantId = $"t{seed}",
                MessageKey = $"m{number}",
                Recipient = Recipient(number),
                Kind = kind switch { 0 => DeliveryEventKind.Delivered, 1 => DeliveryEventKind.Deferred, _ => DeliveryEventKind.Bounced },
                // Few different times, so that many rows share one.
                OccurredAt = _start.AddMinutes(Random.Next(20)),
                Sender = number % 2 == 0 ? "news@a.example" : "news@b.example",
            },
            Provider = "example.net",
            Classification = kind == 0 ? null : new Classification
            {
                Reason = "recipient_unknown", Hard = kind == 2, Permanent = kind == 2, Unknown = false, Actor = "recipient", Advice = "Remove the address.",
            },
        };

        private static string Recipient(int number) => string.Create(CultureInfo.InvariantCulture, $"r{number}@example.net");
    }
}
