using System.Text;
using MailStats.Collector.Formats;
using MailStats.Contracts;

namespace MailStats.Collector.Tests;

public sealed class PowerMtaTests
{
    private const string Header = "type,timeLogged,timeQueued,orig,rcpt,dsnStatus,dsnDiag,bounceCat,vmta,jobId,envId";

    [Fact]
    public void Records_become_the_deliveries_that_they_are_about()
    {
        var reader = Samples.Reader("powermta");
        var outcomes = Samples.Lines("powermta.csv").Select(line => reader.Read(line)).ToList();

        Assert.Equal(
            [LineOutcome.NoDelivery, LineOutcome.Used, LineOutcome.Used, LineOutcome.Used, LineOutcome.NoDelivery, LineOutcome.Used, LineOutcome.Used,
             LineOutcome.Used, LineOutcome.OwnMail, LineOutcome.Used, LineOutcome.Used, LineOutcome.NoDelivery, LineOutcome.Used],
            outcomes);
        var deliveries = Ledger.Of(reader.Messages.Events().Where(item => item.Event != "complained"));
        Assert.Equal(
            [("ann@example.net", "bounced", 1), ("bob@example.org", "expired", 1), ("gone@example.org", "bounced", 1), ("who@nowhere.example", "bounced", 0)],
            deliveries.OrderBy(item => item.Recipient, StringComparer.Ordinal).Select(item => (item.Recipient, item.Status, item.Attempts)));
        Assert.Single(deliveries.Select(item => item.MessageKey).Distinct());
    }

    [Fact]
    public void Every_fact_that_powermta_has_is_told()
    {
        var events = Read("powermta.csv");
        var sent = events.Single(item => item.Event == "delivered");

        Assert.Equal(("2.0.0", 250, "250 2.0.0 OK, taken", "mx.example.net"), (sent.EnhancedCode, sent.ReplyCode, sent.Reply, sent.RemoteHost));
        Assert.Equal(("Grüße", 2048L, "e1", "news@shop.example"), (sent.Subject, sent.Bytes, sent.QueueId, sent.Sender));
        Assert.Equal(("192.0.2.25", "spring-1", "TLSv1.3"), (sent.OutgoingIp, sent.Pool, sent.TlsVersion));
        Assert.Equal(["spring-2026"], sent.Tags);
        Assert.Equal(new DateTimeOffset(2026, 3, 3, 7, 0, 2, TimeSpan.Zero), sent.OccurredAt);
        Assert.Equal(new DateTimeOffset(2026, 3, 3, 7, 0, 0, TimeSpan.Zero), sent.AcceptedAt);
        var deferred = events.Single(item => item.Event == "deferred");
        Assert.Equal(("452 4.2.2 The \"mailbox\" is full", "bulk", "quota-issues"), (deferred.Reply, deferred.Pool, deferred.SourceVerdict));
        var complained = events.Single(item => item.Event == "complained");
        Assert.Equal((sent.MessageKey, "ann@example.net", "abuse"), (complained.MessageKey, complained.Recipient, complained.SourceVerdict));
    }

    [Fact]
    public void A_bounce_message_whose_delivery_was_never_read_waits_for_it()
    {
        var reader = Samples.Reader("powermta");
        Samples.Lines("powermta.csv").ForEach(line => reader.Read(line));

        var waiting = Assert.Single(reader.Messages.Unfinished());
        Assert.Equal("early@example.net", Assert.Single(waiting.Held!).Recipient);
        Assert.DoesNotContain(reader.Messages.Events(), item => item.Recipient == "early@example.net");
    }

    [Fact]
    public void Records_may_have_other_columns_in_another_order_from_one_line_on()
    {
        var events = Samples.Read(
            "powermta",
            "type,timeQueued,timeLogged,rcpt,orig",
            "d,2026-03-03 08:00:00+0000,2026-03-03 08:00:01+0000,ann@example.net,news@shop.example",
            "\"type\",\"timeLogged\",\"timeQueued\",\"orig\",\"rcpt\"",
            "d,2026-03-03 08:00:02+0000,2026-03-03 08:00:00+0000,news@shop.example,bob@example.org");

        Assert.Equal(["ann@example.net", "bob@example.org"], events.Select(item => item.Recipient));
        Assert.Single(events.Select(item => item.MessageKey).Distinct());
    }

    [Fact]
    public void A_recorded_message_id_names_the_message_and_finds_its_late_bounce()
    {
        var events = Samples.Read(
            "powermta",
            "type,timeLogged,orig,rcpt,dsnStatus,header_Message-Id",
            "d,1772524802,news@shop.example,ann@example.net,2.0.0 (success),<a.1@shop.example>",
            "d,1772524802,news@shop.example,ann@example.net,2.0.0 (success),<a.2@shop.example>",
            "rb,1772528402,news@shop.example,ann@example.net,5.1.1 (bad),<a.1@shop.example>");

        Assert.Equal(["powermta-a.1@shop.example", "powermta-a.2@shop.example", "powermta-a.1@shop.example"], events.Select(item => item.MessageKey));
        Assert.Equal("bounced", events[2].Event);
    }

    [Theory]
    [InlineData("d,2026-03-03 08:00:02+0000,2026-03-03 08:00:00+0000,a@b.example,\"ann@exam", LineOutcome.Broken, null)]
    [InlineData("d,yesterday,2026-03-03 08:00:00+0000,a@b.example,ann@example.net", LineOutcome.Broken, "timeLogged: is required")]
    [InlineData("d,2026-03-03 08:00:02+0000,,a@b.example,ann@example.net", LineOutcome.Broken,
        "timeQueued: is required where header_Message-Id is not recorded: they tell messages apart")]
    [InlineData("d,2026-03-03 08:00:02+0000,2026-03-03 08:00:00+0000,a@b.example,", LineOutcome.Broken, "rcpt: is required")]
    [InlineData("rs,2026-03-03 08:00:02+0000,2026-03-03 08:00:00+0000,a@b.example,ann@example.net", LineOutcome.NoDelivery, null)]
    [InlineData("x,y,z", LineOutcome.NotThisFormat, null)]
    [InlineData("no csv", LineOutcome.NotThisFormat, null)]
    public void Other_lines_are_told_apart(string line, object outcome, string? problem)
    {
        var reader = Samples.Reader("powermta");
        reader.Read(Encoding.UTF8.GetBytes(Header));

        Assert.Equal((outcome, problem), (reader.Read(Encoding.UTF8.GetBytes(line)), reader.Problem));
    }

    [Fact]
    public void Records_before_the_line_that_names_the_columns_are_not_guessed_at()
    {
        var reader = Samples.Reader("powermta");

        Assert.Equal(LineOutcome.NotThisFormat, reader.Read("d,2026-03-03 08:00:02+0000,2026-03-03 08:00:00+0000,a@b.example,c@d.example"u8));
        Assert.Contains("columns are unknown", reader.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_format_is_guessed() => Assert.Equal("powermta", LogFormats.Guess([.. Samples.Lines("powermta.csv")], Samples.Now));

    private static List<SubmittedEvent> Read(string sample)
    {
        var reader = Samples.Reader("powermta");
        Samples.Lines(sample).ForEach(line => reader.Read(line));

        return reader.Messages.Events();
    }
}
