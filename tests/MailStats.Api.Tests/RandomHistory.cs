using System.Globalization;
using System.Text.Json;

namespace MailStats.Api.Tests;

/// <summary>Items of <c>POST /v1/events</c> that contradict and repeat each other: few mails, few times, few ids.</summary>
internal static class RandomHistory
{
    private static readonly string[] Words = ["accepted", "deferred", "delivered", "bounced", "expired", "rejected", "complained"];

    private static readonly string[] Replies =
    [
        "550 5.1.1 no such user", "452 4.2.2 mailbox full", "554 5.7.1 blocked by policy", "451 the zebra is asleep", "450 4.7.1 greylisted", "250 2.0.0 OK",
    ];

    private static readonly string[] Recipients = ["ann@example.net", "bob@gmail.com", "cleo@example.net"];

    private static readonly string[] Senders = ["news@shop.example", "ann@shop.example", "news@other.example"];

    private static readonly string[] Verdicts = ["hard_bounce", "soft_bounce", "suppressed", "spam"];

    public static List<string> Of(Random random) => [.. Enumerable.Range(0, random.Next(2, 9)).Select(_ => Item(random))];

    /// <summary>The same items in another order, cut into requests.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Cut(List<string> history, Random random)
    {
        var shuffled = history.OrderBy(_ => random.Next()).ToList();
        var requests = new List<IReadOnlyList<string>>();
        var most = random.Next(3) == 0 ? 1 : shuffled.Count;

        for (var start = 0; start < shuffled.Count;)
        {
            var length = random.Next(1, Math.Min(most, shuffled.Count - start) + 1);
            requests.Add(shuffled.GetRange(start, length));
            start += length;
        }

        return requests;
    }

    private static string Item(Random random)
    {
        var fields = new Dictionary<string, object>
        {
            ["event"] = Pick(random, Words),
            ["occurredAt"] = Time(random),
            ["messageKey"] = "m" + random.Next(3),
            ["recipient"] = Pick(random, Recipients),
            ["sender"] = random.Next(6) > 0 ? Senders[0] : Pick(random, Senders),
        };

        Add("eventId", 2, () => "e" + random.Next(4));
        Add("reply", 2, () => Pick(random, Replies));
        Add("from", 4, () => Pick(random, Senders));
        Add("local", 5, () => true);
        Add("attempted", 5, () => false);
        Add("attemptNumber", 5, () => random.Next(1, 4));
        Add("remoteHost", 3, () => "mx" + random.Next(2) + ".example.net");
        Add("host", 4, () => "out" + random.Next(2));
        Add("queueId", 4, () => "Q" + random.Next(2));
        Add("messageId", 4, () => "a" + random.Next(2) + "@shop.example");
        Add("subject", 3, () => "subject " + random.Next(2));
        Add("bytes", 4, () => random.Next(3));
        Add("spamScore", 4, () => random.Next(3));
        Add("acceptedAt", 4, () => Time(random));
        Add("outgoingIp", 4, () => "192.0.2." + random.Next(2));
        Add("pool", 6, () => "pool" + random.Next(2));
        Add("tags", 6, () => new[] { "tag" + random.Next(2), "tag" + random.Next(2) });
        Add("tlsVersion", 6, () => "TLSv1." + random.Next(2, 4));
        Add("clientAddress", 6, () => "198.51.100." + random.Next(2));
        Add("login", 6, () => "login" + random.Next(2));
        Add("sourceVerdict", 5, () => Pick(random, Verdicts));
        Add("source", 5, () => "source" + random.Next(2));
        Add("deferrals", 5, () => Enumerable.Range(0, random.Next(1, 3)).Select(_ => new { occurredAt = Time(random), reply = Pick(random, Replies) }));

        return JsonSerializer.Serialize(fields);

        void Add(string name, int oneIn, Func<object> value)
        {
            if (random.Next(oneIn) == 0)
            {
                fields[name] = value();
            }
        }
    }

    private static string Time(Random random) => string.Create(CultureInfo.InvariantCulture, $"2026-11-20T09:1{random.Next(2) * 5}:0{random.Next(2)}Z");

    private static string Pick(Random random, string[] texts) => texts[random.Next(texts.Length)];
}
