using System.Text;
using MailStats.Collector.Formats;

namespace MailStats.Collector.Tests;

public sealed class HarakaTests
{
    private const string Transaction = "D33D6290-C923-4DAC-A4B4-D0E7B8FAF010.1";

    [Fact]
    public void The_log_tells_each_recipient_s_outcome_though_its_lines_name_few_of_them()
    {
        var reader = Samples.Reader("haraka");
        Samples.Lines("haraka.log").ForEach(line => reader.Read(line));

        var deliveries = Ledger.Of(reader.Messages.Events());
        Assert.Equal(
            [
                ("ann@example.net", "delivered", 1), ("bob@example.org", "expired", 1), ("gone@example.net", "bounced", 1),
                ("later@example.net", "delivered", 2),
            ],
            deliveries.OrderBy(item => item.Recipient, StringComparer.Ordinal).Select(item => (item.Recipient, item.Status, item.Attempts)));
        Assert.Single(deliveries.Select(item => item.MessageKey).Distinct());
        Assert.Empty(reader.Messages.Unfinished());
    }

    [Fact]
    public void Every_fact_of_the_log_is_told()
    {
        var reader = Samples.Reader("haraka");
        Samples.Lines("haraka.log").ForEach(line => reader.Read(line));
        var events = reader.Messages.Events();

        var sent = events.Single(item => item is { Event: "delivered", Recipient: "ann@example.net" });
        Assert.Equal(
            ("haraka-" + Transaction, Transaction, "first.1@shop.example", 2048L, "news@shop.example"),
            (sent.MessageKey, sent.QueueId, sent.MessageId, sent.Bytes, sent.Sender));
        Assert.Equal(
            ("2.0.0 Ok: queued as \"77AA\" there", "2.0.0", "mx.example.net", "TLSv1.3"),
            (sent.Reply, sent.EnhancedCode, sent.RemoteHost, sent.TlsVersion));
        Assert.Equal(new DateTimeOffset(2026, 3, 3, 8, 0, 0, 200, TimeSpan.Zero), sent.AcceptedAt);
        var expired = events.Single(item => item.Event == "expired");
        Assert.Equal(("421 4.3.2 Too busy", 421, "4.3.2", false), (expired.Reply, expired.ReplyCode, expired.EnhancedCode, expired.Attempted));
        var refused = events.Single(item => item.Event == "rejected");
        Assert.Equal(("no@shop.example", "550 5.1.1 no mailbox here", 550), (refused.Recipient, refused.Reply, refused.ReplyCode));
    }

    [Fact]
    public void Older_versions_put_names_in_quotes()
    {
        var plain = Samples.Lines("haraka.log").ConvertAll(Encoding.UTF8.GetString);
        var quoted = plain.Select(line => System.Text.RegularExpressions.Regex.Replace(line, "(domain|host)=([^ \"]+)", "$1=\"$2\""));

        Assert.Equal(Samples.Read("haraka", [.. plain]), Samples.Read("haraka", [.. quoted]));
    }

    [Fact]
    public void Where_haraka_splits_a_delivery_is_one_recipient_s()
    {
        const string id = "E33D6290-C923-4DAC-A4B4-D0E7B8FAF010.1";
        const string delivered = "delivered file=f domain=example.net host=m ip=1.2.3.4 port=25 mode=SMTP tls=N auth=N "
            + "response=\"ok\" delay=1 fails=0 rcpts=1/0/0";
        var events = Samples.Read(
            "haraka",
            $"2026-03-03T08:00:00Z [NOTICE] [{id}] [core] sender <a@shop.example> code=CONT msg=\"\"",
            $"2026-03-03T08:00:00Z [NOTICE] [{id}] [core] recipient <b@example.net> code=OK msg=\"\" sender=\"a@shop.example\"",
            $"2026-03-03T08:00:00Z [NOTICE] [{id}] [core] recipient <c@example.net> code=OK msg=\"\" sender=\"a@shop.example\"",
            $"2026-03-03T08:00:00Z [NOTICE] [{id}] [core] queue code=OK msg=\"Message Queued ({id})\"",
            $"2026-03-03T08:00:01Z [NOTICE] [{id}.2] [outbound] {delivered}",
            $"2026-03-03T08:00:02Z [NOTICE] [{id}.1] [outbound] {delivered}");

        Assert.Equal(["c@example.net", "b@example.net"], events.Where(item => item.Event == "delivered").Select(item => item.Recipient));
    }

    [Fact]
    public void The_log_by_way_of_syslog_and_of_s6_tells_the_same()
    {
        var plain = Samples.Lines("haraka.log").ConvertAll(Encoding.UTF8.GetString);
        var syslog = plain.ConvertAll(line => $"Mar  3 {line[11..19]} mx5 haraka[7]: {line[25..]}");
        var s6 = plain.ConvertAll(line => $"{line[..10]} {line[11..23]}000000  {line[25..]}");

        Assert.Equal(Told(plain), Told(s6));
        Assert.Equal(Told(plain).Count, Told(syslog).Count);
        Assert.Equal("haraka", LogFormats.Guess([.. syslog.Select(Encoding.UTF8.GetBytes)], Samples.Now));
    }

    [Fact]
    public void The_plugin_s_lines_are_events_under_the_log_s_key()
    {
        var reader = Samples.Reader("haraka");
        Samples.Lines("haraka.jsonl").ForEach(line => reader.Read(line));
        var events = reader.Messages.Events();

        Assert.Equal(
            [("delivered", "ann@example.net"), ("deferred", "bob@example.org"), ("expired", "bob@example.org")],
            events.Select(item => (item.Event!, item.Recipient!)));
        Assert.Equal(["haraka-" + Transaction], events.Select(item => item.MessageKey).Distinct());
        Assert.Equal(("Grüße", "2.0.0 Ok", "2.0.0", "mx.example.net"), (events[0].Subject, events[0].Reply, events[0].EnhancedCode, events[0].RemoteHost));
        Assert.Equal((452, "The mailbox is full"), (events[1].ReplyCode, events[1].Reply));
        Assert.Equal("5.2.2", events[2].EnhancedCode);
        Assert.Equal("haraka", LogFormats.Guess([.. Samples.Lines("haraka.jsonl")], Samples.Now));
    }

    [Theory]
    [InlineData("2026-03-03T08:00:00Z [NOTICE] [-] [core] Listening on [::0]:25", LineOutcome.NoDelivery)]
    [InlineData("2026-03-03T08:00:00Z [NOTICE] without the rest", LineOutcome.NotThisFormat)]
    [InlineData("Mar  3 08:00:00 mx5 postfix/smtp[7]: [NOTICE] [-] [core] x", LineOutcome.NotThisFormat)]
    [InlineData("""{"name":"outbound_logger","type":"delivered","job_id":"x"}""", LineOutcome.Broken)]
    [InlineData("""{"name":"outbound_logger","msg":"started"}""", LineOutcome.NoDelivery)]
    [InlineData("""{"name":"another"}""", LineOutcome.NotThisFormat)]
    public void Other_lines_are_told_apart(string line, object outcome) => Assert.Equal(outcome, Samples.Reader("haraka").Read(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void The_format_is_guessed() => Assert.Equal("haraka", LogFormats.Guess([.. Samples.Lines("haraka.log")], Samples.Now));

    private static List<string> Told(List<string> lines) =>
        [.. Samples.Read("haraka", [.. lines]).Select(item => $"{item.Event} {item.OccurredAt:O} {item.Recipient} {item.Reply}")];
}
