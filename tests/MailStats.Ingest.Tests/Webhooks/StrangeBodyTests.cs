using System.Text.Json;
using System.Text.Json.Nodes;
using MailStats.Ingest.Events;
using MailStats.Ingest.Tests.Webhooks.Samples;
using MailStats.Ingest.Webhooks;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Tests.Webhooks;

public sealed class StrangeBodyTests
{
    private static readonly string[] Samples =
    [
        """
        [{"email":"a@b.example","timestamp":1,"event":"bounce","type":"blocked","reason":"550 x","status":"5.1.1",
        "sg_event_id":"e","sg_message_id":"m.1","attempt":"2"}]
        """,
        """
        {"signature":{},"event-data":{"id":"x","event":"failed","severity":"permanent","reason":"old","timestamp":1.5,
        "recipient":"a@b.example","envelope":{"sender":"c@d.example"},"message":{"headers":{"message-id":"m",
        "from":"c@d.example","subject":"s"},"size":1},"delivery-status":{"code":550,"message":"x","attempt-no":1}}}
        """,
        """
        {"RecordType":"Bounce","ID":1,"Type":"HardBounce","MessageID":"m","Details":"smtp;550 x","Email":"a@b.example",
        "From":"c@d.example","BouncedAt":"2026-11-20T04:14:03-05:00"}
        """,
        """
        [{"msys":{"message_event":{"type":"bounce","event_id":"1","timestamp":"1","message_id":"m","rcpt_to":"a@b.example",
        "msg_from":"c@d.example","error_code":"550","num_retries":"0","msg_size":"1","reason":"x"}}}]
        """,
        """
        [{"type":"Bounce","id":"m","sender":"c@d.example","recipient":["a@b.example"],"size":1,"response":{"code":550,
        "enhanced_code":{"class":5,"subject":1,"detail":1},"content":"x"},"peer_address":{"name":"mx."},"timestamp":1,
        "created":1,"num_attempts":0,"headers":{"Subject":"s"},"nodeid":"n"}]
        """,
        """
        {"event":"MessageBounced","timestamp":1.5,"uuid":"u","payload":{"status":"x","output":"550 x","timestamp":1.5,
        "original_message":{"id":1,"direction":"outgoing","message_id":"m","to":"a@b.example","from":"c@d.example",
        "timestamp":1.5}}}
        """,
        """
        {"events":[{"id":"1","createdAt":"2026-11-20T09:14:03Z","type":"delivery.rcpt-to-rejected","data":{"queueId":1,
        "from":"c@d.example","to":["a@b.example"],"code":550,"details":"x"}}]}
        """,
        """{"Type":"Notification","Message":"{\"eventType\":\"Bounce\",\"bounce\":{\"timestamp\":\"2026-11-20T09:14:03Z\","""
            + """\"bouncedRecipients\":[{\"emailAddress\":\"a@b.example\",\"status\":\"5.1.1\"}]},"""
            + """\"mail\":{\"messageId\":\"m\",\"source\":\"c@d.example\"}}"}""",
    ];

    private static readonly string[] Odd =
    [
        "null", "true", "[]", "{}", "[[[]]]", "-1", "1e999", "99999999999999999999", "0.1", "\"\"", "\"\\ud800\"",
        "\"x\"", "{\"emailAddress\":[]}", "[null,5,{}]", "\"{\"", "\"{}\"", "\"2026-13-45\"",
    ];

    [Fact]
    public void No_JSON_whatever_breaks_a_provider()
    {
        using var posts = new SignedPosts();
        // Those of SES and Scaleway as they stand within their envelopes.
        string[] samples = [.. Samples, .. ProviderSample.All.Where(sample => sample.Told.Count > 0).Select(SignedPosts.Unsigned)];
        var random = new Random(20261121);

        for (var round = 0; round < 5_000; round++)
        {
            var body = JsonNode.Parse(samples[round % samples.Length])!;
            var odd = Odd[random.Next(Odd.Length)];
            var places = Places(body).ToList();
            var (parent, key) = places[random.Next(places.Count)];
            Replace(parent, key, odd);
            using var document = JsonDocument.Parse(round % 50 == 0 ? odd : Text(body));

            foreach (var provider in posts.Providers.Values)
            {
                var source = new WebhookSource("wh_x", "acme", provider.Name, "main", "secret", "news@shop.example", DateTimeOffset.UnixEpoch);
                var maker = new EventMaker(new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero));

                foreach (var submitted in provider.Read(document.RootElement, source))
                {
                    maker.Add(new(0, null, submitted), "acme");
                }
            }
        }
    }

    private static IEnumerable<(JsonNode Parent, object Key)> Places(JsonNode node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Below(fields, field.Key, field.Value)),
        JsonArray items => items.SelectMany((item, index) => Below(items, index, item)),
        _ => [],
    };

    private static IEnumerable<(JsonNode, object)> Below(JsonNode parent, object key, JsonNode? value) =>
        (value is null ? [] : Places(value)).Prepend((parent, key));

    // Put in as text afterwards: a number out of range is JSON, but no JsonNode.
    private static void Replace(JsonNode parent, object key, string odd)
    {
        var mark = JsonValue.Create("@@" + odd);

        if (parent is JsonObject fields)
        {
            fields[(string)key] = mark;
        }
        else
        {
            ((JsonArray)parent)[(int)key] = mark;
        }
    }

    private static string Text(JsonNode body)
    {
        var text = body.ToJsonString();

        foreach (var odd in Odd)
        {
            text = text.Replace(JsonValue.Create("@@" + odd).ToJsonString(), odd, StringComparison.Ordinal);
        }

        return text;
    }
}
