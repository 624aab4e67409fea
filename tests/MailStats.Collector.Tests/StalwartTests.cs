using System.Text;
using MailStats.Collector.Formats;

namespace MailStats.Collector.Tests;

public sealed class StalwartTests
{
    private const string Span = "queueId = 7, from = \"news@shop.example\", to = [\"ann@example.net\"], size = 189, total = 1";
    private const string Queued = "2026-03-03T08:00:01Z INFO Queued message for delivery (queue.queue-message) listenerId = \"smtp\", queueId = 7, " +
        "from = \"news@shop.example\", to = [\"ann@example.net\"], size = 189, nextRetry = 2026-03-03T08:00:01Z";

    [Fact]
    public void A_whole_log_is_read()
    {
        var reader = Samples.Reader("stalwart");
        Assert.All(Samples.Lines("stalwart.log"), line => Assert.True(reader.Read(line) < LineOutcome.NotThisFormat));

        var deliveries = Ledger.Of(reader.Messages.Events());
        Assert.Equal(
            [("ann@example.net", "delivered", 1), ("bob@example.org", "expired", 2), ("carl@down.example", "delivered", 2),
             ("gone@example.org", "bounced", 1), ("joe@shop.example", "delivered", 1)],
            deliveries.OrderBy(item => item.Recipient).Select(item => (item.Recipient, item.Status, item.Attempts)));
        Assert.Equal(["joe@shop.example"], deliveries.Where(item => item.Local).Select(item => item.Recipient));
        var bob = deliveries.Single(item => item.Recipient == "bob@example.org");
        Assert.Equal(
            ("452 The mailbox is full.\nTry later", "mx.example.org", 2048L, "stalwart-333028896586428416"),
            (bob.Last.Reply, bob.Last.RemoteHost, bob.Last.Bytes, bob.MessageKey));
        Assert.Equal(
            "I/O Error: Connection refused (os error 111)",
            reader.Messages.Events().Single(item => item is { Recipient: "carl@down.example", Event: "deferred" }).Reply);
        Assert.Equal("250 2.0.0 OK \"quoted\" text, no code", deliveries.Single(item => item.Recipient == "ann@example.net").Last.Reply);
        Assert.Equal(0, reader.Messages.Count);
    }

    [Fact]
    public void It_is_cut_anywhere_and_tells_the_same()
    {
        var lines = Samples.Lines("stalwart.log");
        var whole = Samples.Reader("stalwart");
        lines.ForEach(line => whole.Read(line));

        for (var cut = 1; cut < lines.Count - 1; cut++)
        {
            var (first, second) = (Samples.Reader("stalwart"), Samples.Reader("stalwart"));
            lines[..cut].ForEach(line => first.Read(line));
            lines[cut..].ForEach(line => second.Read(line));
            Joining.UnfinishedMessages.Join(first.Messages.Unfinished(), second.Messages.Unfinished(), second.Messages, Samples.Now);
            var got = Ledger.Of([.. first.Messages.Events(), .. second.Messages.Events()]);

            Assert.Equal(
                (cut, string.Join(' ', Ledger.Of(whole.Messages.Events()).Select(item => $"{item.Recipient}={item.Status}").Order())),
                (cut, string.Join(' ', got.Select(item => $"{item.Recipient}={item.Status}").Order())));
        }
    }

    [Theory]
    [InlineData("to = \"ann@example.net\", hostname = \"mx.example.net\", code = 550, details = \"no\", total = 0", "bounced", 550)]
    [InlineData(
        "to = \"ann@example.net\", hostname = \"mx.example.net\", details = \"Unexpected response from RCPT TO: Code: 550, Enhanced code: 5.1.1, " +
        "Message: no\", total = 0",
        "bounced",
        550)]
    [InlineData("to = \"ann@example.net\", hostname = \"mx.example.net\", code = 451, details = \"later\", total = 9", "expired", 451)]
    [InlineData(
        "to = \"ann@example.net\", details = SMTP error occurred (smtp.error) { details = Connection Error, reason = \"record not found for MX\" }, total = 0",
        "bounced",
        null)]
    [InlineData(
        "to = \"ann@example.net\", details = SMTP error occurred (smtp.error) { details = I/O Error, reason = \"timed out\" }, total = 9", "expired", null)]
    public void A_permanent_failure_is_told_from_giving_up(string keys, string kind, int? code)
    {
        var last = Samples.Read(
            "stalwart", Queued, $"2026-03-03T08:00:02Z INFO DSN permanent failure notification (delivery.dsn-perm-fail) {Span}, {keys}")[^1];

        Assert.Equal((kind, code), (last.Event, last.ReplyCode));
    }

    [Fact]
    public void Newer_versions_and_colours_are_read()
    {
        var events = Samples.Read(
            "stalwart",
            "\x1b[37m2026-03-03T08:00:01Z\x1b[0m \x1b[32;1mINFO\x1b[0m \x1b[37;1mQueued message for delivery\x1b[0m (queue.queue-message) " +
            "\x1b[36mqueueId\x1b[0m = 7, \x1b[36mfrom\x1b[0m = \"news@shop.example\", \x1b[36mto\x1b[0m = [\"ann@example.net\"], \x1b[36msize\x1b[0m = 189",
            "2026-03-03T08:00:02Z INFO Message delivered (delivery.delivered) queueId = 7, from = \"news@shop.example\", size = 189, hostname = " +
            "\"mx.example.net\", to = \"ann@example.net\", code = 250, details = \"say \\\"hi\\\"\\n\\\\o/\", elapsed = 1ms");

        Assert.Equal(["accepted", "delivered"], events.Select(item => item.Event));
        Assert.Equal("250 say \"hi\"\n\\o/", events[1].Reply);
    }

    [Fact]
    public void The_bodies_of_its_webhooks_are_read()
    {
        var events = Samples.Read(
            "stalwart",
            """{"events":[{"id":"1","createdAt":"2026-03-03T08:00:01Z","type":"queue.queue-message-authenticated","data":{"queueId":7,"from":"news@shop.example","to":["ann@example.net"],"size":189}},{"id":"2","createdAt":"2026-03-03T08:00:02Z","type":"delivery.delivered","data":{"queueId":7,"from":"news@shop.example","to":["ann@example.net"],"size":189,"hostname":"mx.example.net","code":250,"details":"OK"}}]}""",
            """{"id":"3","createdAt":"2026-03-03T08:00:02Z","type":"delivery.completed","data":{"queueId":7,"from":"news@shop.example","to":["ann@example.net"],"size":189}}""");

        Assert.Equal(
            [("accepted", "ann@example.net", 189L), ("delivered", "ann@example.net", 189L)],
            events.Select(item => (item.Event!, item.Recipient!, item.Bytes!.Value)));
    }

    [Theory]
    [InlineData("2026-03-03T08:00:02Z INFO TLS handshake (tls.handshake) listenerId = \"smtp\", version = \"TLSv1_3\"", LineOutcome.NoDelivery)]
    [InlineData(
        "2026-03-03T08:00:02Z INFO Message delivered (delivery.delivered) queueId = 7, from = \"a@b.example\", to = [\"x@y.example\", \"z@y.example\"]",
        LineOutcome.Broken)]
    [InlineData("2026-03-03T08:00:02Z INFO no event", LineOutcome.NotThisFormat)]
    [InlineData("2026-03-03T08:00:02Z mx1 postfix/smtp[1]: 4A1B2C3D4E: to=<ann@example.net>, relay=mx (x.y)", LineOutcome.NotThisFormat)]
    [InlineData("{\"createdAt\":\"never\",\"type\":\"delivery.delivered\",\"data\":{}}", LineOutcome.Broken)]
    [InlineData("{\"events\":", LineOutcome.Broken)]
    public void Other_lines_are_told_apart(string line, object outcome) => Assert.Equal(outcome, Samples.Reader("stalwart").Read(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void The_format_is_guessed() => Assert.Equal("stalwart", LogFormats.Guess([.. Samples.Lines("stalwart.log")], Samples.Now));
}
