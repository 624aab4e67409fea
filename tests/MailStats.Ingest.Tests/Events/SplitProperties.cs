using System.Globalization;
using System.Text;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Ingest.Events;
using MailStats.Mail.Deliveries;

namespace MailStats.Ingest.Tests.Events;

/// <summary>
/// The same events make the same deliveries, however a client cuts its requests and orders them: over random histories with
/// equal times and ids that come again with other content.
/// </summary>
public sealed class SplitProperties
{
    private static readonly string[] Words = ["accepted", "deferred", "delivered", "bounced", "expired", "rejected", "complained"];

    [Fact]
    public void Every_split_and_order_of_a_history_makes_the_same_deliveries()
    {
        var random = new Random(20261129);

        for (var round = 0; round < 400; round++)
        {
            var history = Enumerable.Range(0, random.Next(2, 12)).Select(_ => Item(random)).ToList();
            var whole = States([history]);

            for (var split = 0; split < 5; split++)
            {
                var shuffled = history.OrderBy(_ => random.Next()).ToList();
                Assert.Equal(whole, States(Cut(shuffled, random)));
            }

            Assert.Equal(whole, States(history.Select(item => new List<string> { item })));
        }
    }

    private static string Item(Random random)
    {
        var fields = new Dictionary<string, object>
        {
            ["event"] = Words[random.Next(Words.Length)],
            ["occurredAt"] = string.Create(CultureInfo.InvariantCulture, $"2026-11-20T09:14:0{random.Next(2)}Z"),
            ["messageKey"] = "m" + random.Next(2),
            ["recipient"] = random.Next(2) == 0 ? "ann@example.net" : "bob@example.net",
            ["sender"] = "news@shop.example",
        };

        if (random.Next(3) > 0) { fields["eventId"] = "e" + random.Next(3); }
        if (random.Next(3) == 0) { fields["local"] = true; }
        if (random.Next(2) == 0) { fields["reply"] = random.Next(2) == 0 ? "550 5.1.1 no such user" : "452 4.2.2 mailbox full"; }
        if (random.Next(3) == 0) { fields["remoteHost"] = "mx" + random.Next(2); }
        if (random.Next(3) == 0) { fields["subject"] = "subject " + random.Next(2); }
        if (random.Next(3) == 0) { fields["bytes"] = random.Next(2); }
        if (random.Next(4) == 0) { fields["attempted"] = false; }
        if (random.Next(4) == 0) { fields["attemptNumber"] = random.Next(1, 3); }

        return JsonSerializer.Serialize(fields);
    }

    private static IEnumerable<List<string>> Cut(List<string> history, Random random)
    {
        for (var start = 0; start < history.Count;)
        {
            var length = random.Next(1, history.Count - start + 1);
            yield return history.GetRange(start, length);
            start += length;
        }
    }

    /// <summary>What is known of each delivery in the end, byte for byte.</summary>
    private static string States(IEnumerable<List<string>> requests)
    {
        var states = new SortedDictionary<string, DeliveryState>(StringComparer.Ordinal);

        foreach (var request in requests)
        {
            var reader = new EventReader(1_000);
            reader.Read(Encoding.UTF8.GetBytes(string.Join('\n', request)), lines: true);
            var maker = new EventMaker(new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero));
            reader.Items.ForEach(item => maker.Add(item, "acme"));
            Repetitions.Remove(maker.Events);

            foreach (var made in maker.Events)
            {
                var key = $"{made.MessageKey} {made.Recipient}";
                var state = states.TryGetValue(key, out var known) ? known : states[key] = new DeliveryState();
                state.Merge(new ClassifiedDelivery { Event = made, Provider = "example.net" });
            }
        }

        return JsonSerializer.Serialize(states);
    }
}
