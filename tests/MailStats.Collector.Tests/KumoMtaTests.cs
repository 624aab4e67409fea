using System.Text;
using MailStats.Collector.Formats;

namespace MailStats.Collector.Tests;

public sealed class KumoMtaTests
{
    private static readonly string Reception = """
        {"type":"Reception","id":"d7ef132b5d7711eea8c8000c29c33806","sender":"news@shop.example","recipient":["ann@example.net",
        "bob@example.org"],"queue":"","site":"","size":1047,"response":{"code":250,"enhanced_code":null,"content":"ok",
        "command":null},"peer_address":{"name":"app","addr":"192.0.2.10"},"timestamp":1795176000,"created":1795176000,
        "num_attempts":0,"bounce_classification":"Uncategorized","egress_pool":null,"egress_source":null,"feedback_report":null,
        "headers":{"Subject":"=?UTF-8?B?R3LDvMOfZQ==?=","X-Spam-Score":"1.5","From":"Shop <hello@shop.example>"},"meta":{},
        "nodeid":"n1"}
        """.ReplaceLineEndings("");

    private static readonly string Delivery = """
        {"type":"Delivery","id":"d7ef132b5d7711eea8c8000c29c33806","sender":"news@shop.example","recipient":"ann@example.net",
        "queue":"example.net","site":"mx->example.net@smtp_client","size":1047,"response":{"code":250,"enhanced_code":{"class":2,
        "subject":0,"detail":0},"content":"Ok: queued","command":"."},"peer_address":{"name":"mx.example.net.",
        "addr":"198.51.100.7"},"timestamp":1795176002,"created":1795176000,"num_attempts":1,"headers":{}}
        """.ReplaceLineEndings("");

    private static readonly string Transient = """
        {"type":"TransientFailure","id":"d7ef132b5d7711eea8c8000c29c33806","sender":"news@shop.example",
        "recipient":"bob@example.org","size":1047,"response":{"code":452,"enhanced_code":{"class":4,"subject":2,"detail":2},
        "content":"full","command":"RCPT TO:<bob@example.org>"},"peer_address":{"name":"mx.example.org","addr":"198.51.100.8"},
        "timestamp":1795176003,"created":1795176000,"event_time":"2026-11-20T12:00:03.250Z","headers":{}}
        """.ReplaceLineEndings("");

    private static readonly string Expiration = """
        {"type":"Expiration","id":"d7ef132b5d7711eea8c8000c29c33806","sender":"news@shop.example","recipient":"bob@example.org",
        "size":1047,"response":{"code":551,"enhanced_code":{"class":5,"subject":4,"detail":7},
        "content":"Next delivery time would be at ... which exceeds the expiry time","command":null},"timestamp":1795608003,
        "created":1795176000,"headers":{}}
        """.ReplaceLineEndings("");

    [Fact]
    public void Records_become_events_of_each_recipient_under_one_key()
    {
        var events = Samples.Read("kumomta", Reception, Delivery, Transient, Expiration);

        Assert.Equal(["accepted", "accepted", "delivered", "deferred", "expired"], events.Select(item => item.Event));
        Assert.Single(events.Select(item => item.MessageKey).Distinct());
        Assert.Equal(("Grüße", 1.5, "Shop <hello@shop.example>"), (events[0].Subject, events[0].SpamScore, events[0].From));
        Assert.Equal(("250 2.0.0 Ok: queued", 250, "2.0.0"), (events[2].Reply, events[2].ReplyCode, events[2].EnhancedCode));
        Assert.Equal(new DateTimeOffset(2026, 11, 20, 12, 0, 3, 250, TimeSpan.Zero), events[3].OccurredAt);
        Assert.False(events[4].Attempted);
    }

    [Fact]
    public void What_a_log_hook_sends_is_no_mail()
    {
        var hooked = Delivery.Replace("\"size\":1047", "\"reception_protocol\":\"LogRecord\",\"size\":1047", StringComparison.Ordinal);

        Assert.Equal(LineOutcome.NoDelivery, Samples.Reader("kumomta").Read(Encoding.UTF8.GetBytes(hooked)));
        Assert.Single(Samples.Read("kumomta", hooked.Replace("LogRecord", "ESMTP", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("OOB", "bounced")]
    [InlineData("Feedback", "complained")]
    public void What_comes_back_later_is_told_of_the_same_recipient(string type, string kind)
    {
        var late = Delivery.Replace("\"Delivery\"", $"\"{type}\"", StringComparison.Ordinal)
            .Replace("\"size\"", "\"meta\":{\"original_id\":\"d7ef132b5d7711eea8c8000c29c33806\"},\"size\"", StringComparison.Ordinal)
            .Replace("\"id\":\"d7ef", "\"id\":\"fefe", StringComparison.Ordinal).Replace("1795176002", "1795276002", StringComparison.Ordinal)
            .Replace("\"code\":250", "\"code\":550", StringComparison.Ordinal);

        var events = Samples.Read("kumomta", Delivery, late);

        Assert.Equal(("delivered", kind, false), (events[0].Event, events[1].Event, events[1].Attempted));
        Assert.Equal((events[0].MessageKey, events[0].Recipient), (events[1].MessageKey, events[1].Recipient));
    }

    [Fact]
    public void Mail_into_a_mailbox_by_LMTP_is_local() =>
        Assert.True(Samples.Read("kumomta", Delivery.Replace("\"size\"", "\"delivery_protocol\":\"LMTP\",\"size\"", StringComparison.Ordinal)).Single().Local);

    [Theory]
    [InlineData("{\"type\":\"Delivery\",\"id\":\"a\"}", LineOutcome.Broken)]
    [InlineData("{\"type\":\"Delivery\",\"id\":\"a\",\"sender\":\"a@b.example\",\"recipient\":{},\"timestamp\":1795176002}", LineOutcome.Broken)]
    [InlineData("{\"type\":\"Delivery\",\"id\":", LineOutcome.Broken)]
    [InlineData("{\"type\":\"Feedback\",\"id\":\"a\"}", LineOutcome.Broken)]
    [InlineData("{\"type\":\"AdminRebind\",\"id\":\"a\"}", LineOutcome.NoDelivery)]
    [InlineData("no json", LineOutcome.NotThisFormat)]
    public void Other_lines_are_told_apart(string line, object outcome) => Assert.Equal(outcome, Samples.Reader("kumomta").Read(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void The_format_is_guessed() => Assert.Equal("kumomta", LogFormats.Guess([Encoding.UTF8.GetBytes(Reception)], Samples.Now));
}
