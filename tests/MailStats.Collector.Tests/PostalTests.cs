using System.Text;
using MailStats.Collector.Formats;

namespace MailStats.Collector.Tests;

public sealed class PostalTests
{
    [Fact]
    public void Deliveries_become_events_of_one_message_each()
    {
        var reader = Samples.Reader("postal");
        var outcomes = Samples.Lines("postal.log").Select(line => reader.Read(line)).ToList();

        Assert.Equal(
            [LineOutcome.Used, LineOutcome.Used, LineOutcome.Used, LineOutcome.Used, LineOutcome.Used,
             LineOutcome.NoDelivery, LineOutcome.Used, LineOutcome.NoDelivery],
            outcomes);
        var deliveries = Ledger.Of(reader.Messages.Events());
        Assert.Equal(
            [("ann@example.net", "bounced", 1), ("bob@example.org", "expired", 1), ("dora@example.net", "queued", 0), ("gone@example.org", "bounced", 1)],
            deliveries.OrderBy(item => item.Recipient).Select(item => (item.Recipient, item.Status, item.Attempts)));
    }

    [Fact]
    public void Every_fact_that_postal_has_is_told()
    {
        var reader = Samples.Reader("postal");
        Samples.Lines("postal.log").ForEach(line => reader.Read(line));

        var sent = reader.Messages.Events()[0];
        Assert.Equal(
            ("postal-kT1", "41", "news@shop.example", "Späte Grüße", "first.1@shop.example"),
            (sent.MessageKey, sent.QueueId, sent.Sender, sent.Subject, sent.MessageId));
        Assert.Equal(("250 2.0.0 Ok: queued as 77AA\n", "mx.example.net", "Sent"), (sent.Reply, sent.RemoteHost, sent.SourceVerdict));
        Assert.Equal(new DateTimeOffset(2026, 3, 3, 8, 0, 2, 125, TimeSpan.Zero), sent.OccurredAt);
        Assert.Equal(new DateTimeOffset(2026, 3, 3, 8, 0, 1, 250, TimeSpan.Zero), sent.AcceptedAt);
        var delayed = reader.Messages.Events()[1];
        Assert.Equal((2048L, 1.5, "452 4.2.2 The mailbox is full."), (delayed.Bytes, delayed.SpamScore, delayed.Reply));
    }

    [Fact]
    public void The_rows_of_the_documented_query_are_read()
    {
        // Of a bounce message that came back, the query has no more than the message itself.
        var events = Samples.Read(
            "postal",
            """{"event":"MessageSent","timestamp":1772524802.125000,"payload":{"status":"Sent","details":"Message for ann@example.net accepted by mx.example.net (198.51.100.7)","output":"250 Ok","timestamp":1772524802.125000,"message":{"id":41,"token":"kT1","direction":"outgoing","message_id":"a@shop.example","to":"ann@example.net","from":"news@shop.example","subject":null,"timestamp":1772524801.250000,"size":"2048","spam_score":-1.20}}}""",
            """{"event":"MessageBounced","timestamp":1772528404.000000,"payload":{"status":"Bounced","details":"We've received a bounce message for this e-mail.","output":null,"timestamp":1772528404.000000,"message":{"id":41,"token":"kT1","direction":"outgoing","message_id":"a@shop.example","to":"ann@example.net","from":"news@shop.example","subject":null,"timestamp":1772524801.250000,"size":"2048","spam_score":-1.20}}}""");

        Assert.Equal([("delivered", 2048L, -1.2), ("bounced", 2048L, -1.2)], events.Select(item => (item.Event!, item.Bytes!.Value, item.SpamScore!.Value)));
        Assert.Single(events.Select(item => item.MessageKey).Distinct());
    }

    [Theory]
    [InlineData("""{"event":"MessageSent","payload":{}}""", LineOutcome.Broken)]
    [InlineData("""{"event":"MessageSent","timestamp":1772524802,"payload":{"message":{"id":1,"to":"","from":"a@b.example"}}}""", LineOutcome.Broken)]
    [InlineData("""{"event":"MessageSent","timestamp":"never","payload":{"message":{"id":1,"to":"x@y.example","from":"a@b.example"}}}""", LineOutcome.Broken)]
    [InlineData("""{"event":"MessageSent","payl""", LineOutcome.Broken)]
    [InlineData("""{"event":"DomainDNSError","timestamp":1772524802,"payload":{"domain":"shop.example"}}""", LineOutcome.NoDelivery)]
    [InlineData("no json", LineOutcome.NotThisFormat)]
    public void Other_lines_are_told_apart(string line, object outcome) => Assert.Equal(outcome, Samples.Reader("postal").Read(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void The_format_is_guessed() => Assert.Equal("postal", LogFormats.Guess([.. Samples.Lines("postal.log")], Samples.Now));
}
