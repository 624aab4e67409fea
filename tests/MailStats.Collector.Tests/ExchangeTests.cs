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

    [Theory]
    [InlineData(30)]
    [InlineData(27)]
    public void Without_the_line_that_names_the_columns_their_number_does(int columns)
    {
        var rows = Samples.Lines("exchange.log").Select(Encoding.UTF8.GetString).Where(line => line[0] != '#').ToList();
        var shipped = Samples.Reader("exchange");
        rows.ForEach(row => shipped.Read(Encoding.UTF8.GetBytes(Cut(row, columns))));
        var whole = Samples.Reader("exchange");
        Samples.Lines("exchange.log").ForEach(line => whole.Read(line));

        Assert.Equal(whole.Messages.Events().Select(item => item.ToString()), shipped.Messages.Events().Select(item => item.ToString()));
        Assert.Equal("exchange", LogFormats.Guess([.. rows.Select(Encoding.UTF8.GetBytes)], Samples.Now));
    }

    [Fact]
    public void Exchange_2010_has_26_columns_and_no_network_message_id()
    {
        var sent = Assert.Single(Samples.Read(
            "exchange",
            "2026-03-03T08:00:03.000Z,192.0.2.20,HUB2,203.0.113.9,mx.example.net,08DE,Internet,SMTP,SEND,701,<1@shop.example>,ann@example.net,"
                + "250 2.1.5 Ok,2048,1,,,Offers,a@shop.example,a@shop.example,,Originating,,192.0.2.5,192.0.2.20,"));

        Assert.Equal(("exchange-1@shop.example", "HUB2", 2048L, "Offers"), (sent.MessageKey, sent.Host, sent.Bytes, sent.Subject));
    }

    [Fact]
    public void Rows_of_another_table_are_not_taken_for_them()
    {
        var reader = Samples.Reader("exchange");

        Assert.Equal(LineOutcome.NotThisFormat, reader.Read(Encoding.UTF8.GetBytes("2026-03-03T08:00:03.000Z" + new string(',', 29))));
        Assert.Contains("#Fields", reader.Problem, StringComparison.Ordinal);
    }

    /// <summary>The first fields of a row of the sample, in which only fields that are kept hold commas.</summary>
    private static string Cut(string row, int columns)
    {
        var fields = new List<string>();
        Assert.True(SeparatedLine.TryCut(row, ',', fields));

        return string.Join(',', fields.Take(columns).Select(field =>
            field.AsSpan().ContainsAny(",\"") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field));
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
