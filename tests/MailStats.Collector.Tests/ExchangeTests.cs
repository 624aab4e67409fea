using System.Text;
using MailStats.Collector.Formats;

namespace MailStats.Collector.Tests;

public sealed class ExchangeTests
{
    [Fact]
    public void Events_become_deliveries_of_one_recipient_each()
    {
        var reader = Samples.Reader("exchange");
        var outcomes = Samples.Lines("exchange.log").Select(line => reader.Read(line)).ToList();

        Assert.DoesNotContain(outcomes, outcome => outcome >= LineOutcome.NotThisFormat);
        Assert.Equal(2, outcomes.Count(outcome => outcome == LineOutcome.OwnMail));
        Assert.Equal(
            [
                ("amy@example.net", "delivered", 1, false), ("ann@example.net", "delivered", 1, false), ("bob@example.org", "bounced", 1, false),
                ("carl@shop.example", "delivered", 1, true), ("late@example.net", "expired", 1, false), ("old@shop.example", "bounced", 0, true),
                ("typo@shop.example", "bounced", 0, true),
            ],
            Ledger.Of(reader.Messages.Events()).OrderBy(item => item.Recipient, StringComparer.Ordinal)
                .Select(item => (item.Recipient, item.Status, item.Attempts, item.Local)));
    }

    [Fact]
    public void Every_fact_that_exchange_has_is_told()
    {
        var reader = Samples.Reader("exchange");
        Samples.Lines("exchange.log").ForEach(line => reader.Read(line));
        var events = reader.Messages.Events();

        var sent = events.Single(item => item.Recipient == "ann@example.net");
        Assert.Equal(
            ("exchange-11111111-aaaa-4000-8000-000000000001", "701", "first.1@shop.example", "Offers, new \"today\"", 2048L, "EX01"),
            (sent.MessageKey, sent.QueueId, sent.MessageId, sent.Subject, sent.Bytes, sent.Host));
        Assert.Equal(
            ("250 2.6.0 <first.1@shop.example> Queued, thanks", 250, "2.6.0", "mx.example.net", "192.0.2.20", "SMTP SENDEXTERNAL"),
            (sent.Reply, sent.ReplyCode, sent.EnhancedCode, sent.RemoteHost, sent.OutgoingIp, sent.SourceVerdict));
        Assert.Equal(new DateTimeOffset(2026, 3, 3, 8, 0, 0, 90, TimeSpan.Zero), sent.AcceptedAt);
        var failed = events.Single(item => item.Recipient == "bob@example.org");
        Assert.Equal((550, "5.1.1", "550 5.1.1 No such user", "mx.example.org"), (failed.ReplyCode, failed.EnhancedCode, failed.Reply, failed.RemoteHost));
        Assert.Equal(new DateTimeOffset(2026, 3, 3, 8, 0, 0, 100, TimeSpan.Zero), failed.AcceptedAt);
    }

    [Fact]
    public void Before_exchange_2013_sending_is_by_a_connector_that_is_not_the_organization_s_own()
    {
        var events = Samples.Read(
            "exchange",
            "#Fields: date-time,client-hostname,server-hostname,source-context,connector-id,source,event-id,message-id,recipient-address,"
                + "recipient-status,return-path",
            "2026-03-03T08:00:02.000Z,HUB1,HUB2,08DE,Intra-Organization SMTP Send Connector,SMTP,SEND,<1@shop.example>,ann@example.net,250 Ok,a@shop.example",
            "2026-03-03T08:00:03.000Z,HUB2,mx.example.net,08DE,Internet,SMTP,SEND,<1@shop.example>,ann@example.net,250 2.1.5 Ok,a@shop.example");

        var sent = Assert.Single(events);
        Assert.Equal(("exchange-1@shop.example", "HUB2", "250 2.1.5 Ok"), (sent.MessageKey, sent.Host, sent.Reply));
    }

    [Theory]
    [InlineData("2026-03-03T08:00:02.000Z,EX01,\"cut", LineOutcome.Broken)]
    [InlineData("2026-03-03T08:00:02.000Z,SENDEXTERNAL,,<1@x>,a@b.example", LineOutcome.Broken)]
    [InlineData("2026-03-03T08:00:02.000Z,SENDEXTERNAL,ann@example.net,,a@b.example", LineOutcome.Broken)]
    [InlineData("2026-03-03T08:00:02.000Z,NOTIFYMAPI,,,", LineOutcome.NoDelivery)]
    [InlineData("#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context", LineOutcome.NotThisFormat)]
    [InlineData("#Log-type: Message Tracking Log", LineOutcome.NoDelivery)]
    [InlineData("nothing", LineOutcome.NotThisFormat)]
    public void Other_lines_are_told_apart(string line, object outcome)
    {
        var reader = Samples.Reader("exchange");
        reader.Read("#Fields: date-time,event-id,recipient-address,message-id,return-path"u8);

        Assert.Equal(outcome, reader.Read(Encoding.UTF8.GetBytes(line)));
    }

    [Fact]
    public void The_format_is_guessed() => Assert.Equal("exchange", LogFormats.Guess([.. Samples.Lines("exchange.log")], Samples.Now));
}
