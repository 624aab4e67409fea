using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MailStats.Pipeline.Tests;

/// <summary>What one server tells of the same mail in its log and by its webhook.</summary>
internal sealed record ToldTwice(IReadOnlyList<string> Log, IReadOnlyList<string> Posts)
{
    private const string Sender = "news@shop.example";

    private static readonly DateTimeOffset Began = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().AddDays(-2).ToUnixTimeSeconds());

    public static ToldTwice By(string server) => server switch
    {
        "kumomta" => Same(KumoMta()),
        "postal" => Same(Postal()),
        _ => Stalwart(),
    };

    /// <summary>A webhook's body is a line of the log.</summary>
    private static ToldTwice Same(IEnumerable<JsonObject> records)
    {
        var lines = records.Select(record => record.ToJsonString()).ToList();

        return new(lines, lines);
    }

    private static IEnumerable<JsonObject> KumoMta() =>
    [
        .. Mail("k1", "delivered@example.net", At("Delivery", 2, 250, "2.0.0", "OK", 0)),
        .. Mail("k2", "later@example.net", At("TransientFailure", 2, 451, "4.7.1", "Greylisted", 0), At("Delivery", 600, 250, "2.0.0", "OK", 1)),
        .. Mail(
            "k3", "full@example.net", At("TransientFailure", 2, 452, "4.2.2", "The mailbox is full", 0),
            At("TransientFailure", 900, 452, "4.2.2", "The mailbox is full", 1),
            At("Expiration", 90_000, 551, "5.4.7", "Next delivery time would exceed the expiry time", 2)),
        .. Mail("k4", "gone@example.net", At("Bounce", 2, 550, "5.1.1", "No such user", 0)),
        .. Mail(
            "k5", "purged@example.net", At("TransientFailure", 2, 421, "4.7.0", "Too many connections", 0),
            At("AdminBounce", 700, 551, "5.7.1", "Administrator bounced with reason: spam run", 1)),
        .. Mail("k6", "angry@example.net", At("Delivery", 2, 250, "2.0.0", "OK", 0), Complaint("k6", "angry@example.net", "abuse")),
        .. Mail("k7", "calm@example.net", At("Delivery", 2, 250, "2.0.0", "OK", 0), Complaint("k7", "calm@example.net", "not-spam")),
        .. Mail("k8", "moved@example.net", At("Delivery", 2, 250, "2.0.0", "OK", 0), CameBack("k8", "moved@example.net")),
        .. Mail("k9", "refused@example.net", At("Bounce", 2, 554, "5.7.1", "Message rejected due to content", 0)),
    ];

    private static IEnumerable<JsonObject> Mail(string id, string recipient, params Func<string, string, JsonObject>[] records) =>
    [
        KumoRecord("Reception", id, recipient, 0, 250, null, "ok", 0),
        .. records.Select(record => record(id, recipient)),
    ];

    private static Func<string, string, JsonObject> At(string type, int after, int code, string enhanced, string text, int attempts) =>
        (id, recipient) => KumoRecord(type, id, recipient, after, code, enhanced, text, attempts);

    private static JsonObject KumoRecord(string type, string id, string recipient, int after, int code, string? enhanced, string text, int attempts) => new()
    {
        ["type"] = type,
        ["id"] = id,
        ["sender"] = "bounces+7@bounce.shop.example",
        ["recipient"] = recipient,
        ["queue"] = "news:shop@example.net",
        ["size"] = 1047,
        ["response"] = new JsonObject
        {
            ["code"] = code,
            ["enhanced_code"] = enhanced?.Split('.') is [var kind, var subject, var detail]
                ? new JsonObject { ["class"] = Number(kind), ["subject"] = Number(subject), ["detail"] = Number(detail) }
                : null,
            ["content"] = text,
        },
        ["peer_address"] = new JsonObject { ["name"] = "mx.example.net.", ["addr"] = "198.51.100.7" },
        ["timestamp"] = Seconds(after),
        ["created"] = Seconds(0),
        ["num_attempts"] = attempts,
        ["bounce_classification"] = "Uncategorized",
        ["headers"] = new JsonObject { ["From"] = $"Shop News <{Sender}>", ["Subject"] = "Hello", ["Message-ID"] = $"<{id}@shop.example>" },
        ["nodename"] = "out1",
    };

    /// <summary>The record is of the report that came in: what it is about stands within.</summary>
    private static Func<string, string, JsonObject> Complaint(string id, string recipient, string kind) => (_, _) => Report(
        "Feedback", 40_000, "fbl@shop.example", new JsonObject
        {
            ["feedback_type"] = kind,
            ["original_mail_from"] = "bounces+7@bounce.shop.example",
            ["original_rcpto_to"] = new JsonArray("hidden@example.net"),
            ["supplemental_trace"] = new JsonObject { ["id"] = id, ["recipient"] = recipient, ["sender"] = "bounces+7@bounce.shop.example" },
            ["original_message"] = $"From: Shop News <{Sender}>\nMessage-ID: <{id}@shop.example>\n\n",
        });

    private static Func<string, string, JsonObject> CameBack(string id, string recipient) => (_, _) =>
    {
        var record = Report("OOB", 7_000, recipient, null);
        record["sender"] = "bounces+7@bounce.shop.example";
        record["response"] = new JsonObject
        {
            ["code"] = 550, ["enhanced_code"] = new JsonObject { ["class"] = 5, ["subject"] = 1, ["detail"] = 1 }, ["content"] = "User unknown",
        };
        record["meta"] = new JsonObject { ["original_id"] = id };
        record["headers"] = new JsonObject { ["From"] = $"Shop News <{Sender}>" };

        return record;
    };

    private static JsonObject Report(string type, int after, string recipient, JsonObject? feedback)
    {
        var record = KumoRecord(type, "report" + after + recipient, recipient, after, 250, null, "ok", 0);
        record["sender"] = "";
        record["headers"] = new JsonObject();
        record["feedback_report"] = feedback;

        return record;
    }

    private static IEnumerable<JsonObject> Postal() =>
    [
        Post(1, "MessageSent", "delivered@example.net", 2, "Sent", "Message for delivered@example.net accepted by mx.example.net (192.0.2.7)", "250 2.0.0 OK"),
        Post(2, "MessageDelayed", "later@example.net", 2, "SoftFail", "Temporary SMTP delivery error", "451 4.7.1 Greylisted"),
        Post(2, "MessageDelayed", "later@example.net", 300, "SoftFail", "Temporary SMTP delivery error", "451 4.7.1 Greylisted"),
        Post(2, "MessageSent", "later@example.net", 900, "Sent", "Message for later@example.net accepted by mx.example.net (192.0.2.7)", "250 2.0.0 OK"),
        Post(3, "MessageDelayed", "full@example.net", 2, "SoftFail", "Temporary SMTP delivery error", "452 4.2.2 The mailbox is full"),
        Post(3, "MessageDeliveryFailed", "full@example.net", 90_000, "HardFail", "Maximum number of delivery attempts (18) has been reached", ""),
        Post(4, "MessageDeliveryFailed", "gone@example.net", 2, "HardFail", "Permanent SMTP delivery error", "550 5.1.1 No such user"),
        Post(5, "MessageHeld", "held@example.net", 2, "Held", "Recipient (held@example.net) is on the suppression list", ""),
        Post(6, "MessageSent", "moved@example.net", 2, "Sent", "Message for moved@example.net accepted by mx.example.net (192.0.2.7)", "250 2.0.0 OK"),
        Post(6, "MessageBounced", "moved@example.net", 7_000, "Bounced", "We've received a bounce message for this e-mail.", ""),
    ];

    private static JsonObject Post(int number, string name, string recipient, int after, string status, string details, string output)
    {
        var message = new JsonObject
        {
            ["id"] = number, ["token"] = "t" + number, ["direction"] = "outgoing", ["message_id"] = $"{number}@rp.shop.example", ["to"] = recipient,
            ["from"] = Sender, ["subject"] = "Hello", ["timestamp"] = Seconds(0) + 0.25, ["spam_status"] = "NotSpam", ["tag"] = "news",
        };

        return new()
        {
            ["event"] = name,
            ["timestamp"] = Seconds(after) + 0.5,
            ["uuid"] = $"{name}-{number}-{after}",
            ["payload"] = new JsonObject
            {
                ["status"] = status, ["details"] = details, ["output"] = output, ["timestamp"] = Seconds(after) + 0.25,
                [name == "MessageBounced" ? "original_message" : "message"] = message,
            },
        };
    }

    private static ToldTwice Stalwart()
    {
        var log = new List<string>();
        var posts = new List<string>();
        Queue(1, "delivered@example.net");
        Tell(1, 2, "delivery.delivered", "delivered@example.net", ("hostname", "mx.example.net"), ("code", 250), ("details", "2.0.0 OK"));
        Queue(2, "later@example.net");
        Tell(2, 2, "delivery.rcpt-to-rejected", "later@example.net", ("hostname", "mx.example.net"), ("code", 451), ("details", "4.7.1 Greylisted"));
        Tell(
            2, 2, "delivery.dsn-temp-fail", "later@example.net", ("hostname", "mx.example.net"), ("code", 451), ("details", "4.7.1 Greylisted"),
            ("total", 0));
        Tell(2, 600, "delivery.delivered", "later@example.net", ("hostname", "mx.example.net"), ("code", 250), ("details", "2.0.0 OK"));
        Queue(3, "gone@example.net");
        Tell(3, 2, "delivery.rcpt-to-rejected", "gone@example.net", ("hostname", "mx.example.net"), ("code", 550), ("details", "5.1.1 No such user"));
        Tell(
            3, 2, "delivery.dsn-perm-fail", "gone@example.net", ("hostname", "mx.example.net"), ("code", 550), ("details", "5.1.1 No such user"),
            ("total", 0));
        Queue(4, "full@example.net");
        Tell(4, 2, "delivery.rcpt-to-rejected", "full@example.net", ("hostname", "mx.example.net"), ("code", 452), ("details", "4.2.2 Mailbox full"));
        Tell(4, 900, "delivery.rcpt-to-rejected", "full@example.net", ("hostname", "mx.example.net"), ("code", 452), ("details", "4.2.2 Mailbox full"));
        Tell(
            4, 901, "delivery.dsn-perm-fail", "full@example.net", ("hostname", "mx.example.net"), ("code", 452), ("details", "4.2.2 Mailbox full"),
            ("total", 9));

        return new(log, posts);

        void Queue(int id, string recipient) => Add(0, "queue.queue-message-authenticated", id, new JsonArray(recipient), ("size", 189));

        void Tell(int id, int after, string type, string recipient, params (string Name, JsonNode Value)[] fields) => Add(after, type, id, recipient, fields);

        void Add(int after, string type, int id, JsonNode to, params (string Name, JsonNode Value)[] fields)
        {
            var data = new JsonObject { ["queueId"] = id, ["from"] = Sender, ["to"] = to };

            foreach (var (name, value) in fields)
            {
                data[name] = value;
            }

            var at = Began.AddSeconds(after).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            log.Add($"{at} INFO Something happened ({type}) {string.Join(", ", data.Select(field => $"{field.Key} = {field.Value!.ToJsonString()}"))}");
            posts.Add(new JsonObject
            {
                ["events"] = new JsonArray(new JsonObject { ["id"] = $"{posts.Count}", ["createdAt"] = at, ["type"] = type, ["data"] = data }),
            }.ToJsonString());
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static long Seconds(int after) => Began.AddSeconds(after).ToUnixTimeSeconds();
}
