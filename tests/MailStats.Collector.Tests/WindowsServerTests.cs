using System.Text;
using MailStats.Collector.Formats;

namespace MailStats.Collector.Tests;

/// <summary>hMailServer and MailEnable: their logs quote the conversations with other servers.</summary>
public sealed class WindowsServerTests
{
    [Fact]
    public void Conversations_of_hmailserver_belong_to_the_message_that_waits_for_them()
    {
        var reader = Samples.Reader("hmailserver");
        Lines("hmailserver.log").ForEach(line => reader.Read(line));

        var deliveries = Ledger.Of(reader.Messages.Events());
        Assert.Equal(
            [
                ("ann@example.net", "delivered", 1), ("bob@example.org", "expired", 2), ("dora@nowhere.example", "queued", 0),
                ("gone@example.net", "bounced", 1),
            ],
            deliveries.OrderBy(item => item.Recipient, StringComparer.Ordinal).Select(item => (item.Recipient, item.Status, item.Attempts)));
        Assert.Equal("7", Assert.Single(reader.Messages.Unfinished()).QueueId);
    }

    [Fact]
    public void Every_fact_that_hmailserver_has_is_told()
    {
        var reader = Samples.Reader("hmailserver", "Europe/Berlin");
        Lines("hmailserver.log").ForEach(line => reader.Read(line));
        var gone = reader.Messages.Events().Single(item => item.Recipient == "gone@example.net");

        Assert.Equal(
            ("hmailserver-F2B0A721-8B1C-4F0E-9D3A-0123456789AB", "5", "news@shop.example", "mx.example.net"),
            (gone.MessageKey, gone.QueueId, gone.Sender, gone.RemoteHost));
        Assert.Equal((550, "5.1.1", "550-5.1.1 No such user\n550 5.1.1 here"), (gone.ReplyCode, gone.EnhancedCode, gone.Reply));
        Assert.Equal(new DateTimeOffset(2026, 3, 3, 7, 0, 2, 8, TimeSpan.Zero), gone.OccurredAt);
    }

    [Fact]
    public void Two_messages_of_one_sender_to_one_recipient_get_a_conversation_each()
    {
        List<string> lines = [];
        foreach (var id in (int[])[1, 2])
        {
            const string text = "Delivering message from a@shop.example to b@example.net. File: x.eml";
            lines.Add($"\"APPLICATION\"\t1\t\"2026-03-03 08:00:0{id}.000\"\t\"SMTPDeliverer - Message {id}: {text}\"");
        }

        foreach (var (session, reply) in (((int, string)[])[(7, "450 4.2.0 later"), (8, "550 5.1.1 no")]))
        {
            lines.Add($"\"SMTPC\"\t1\t{session}\t\"2026-03-03 08:00:05.000\"\t\"1.2.3.4\"\t\"SENT: MAIL FROM:<a@shop.example>\"");
            lines.Add($"\"SMTPC\"\t1\t{session}\t\"2026-03-03 08:00:05.000\"\t\"1.2.3.4\"\t\"SENT: RCPT TO:<b@example.net>\"");
            lines.Add($"\"SMTPC\"\t1\t{session}\t\"2026-03-03 08:00:05.000\"\t\"1.2.3.4\"\t\"RECEIVED: {reply}\"");
        }

        Assert.Equal(
            [("hmailserver-1", "deferred"), ("hmailserver-2", "bounced")],
            Samples.Read("hmailserver", [.. lines]).Select(item => (item.MessageKey!, item.Event!)));
    }

    [Fact]
    public void Conversations_of_mailenable_become_deliveries()
    {
        var reader = Samples.Reader("mailenable");
        Lines("mailenable.log").ForEach(line => reader.Read(line));
        var events = reader.Messages.Events();

        Assert.Equal(
            [("ann@example.net", "delivered", 1), ("bob@example.org", "delivered", 2), ("gone@example.net", "bounced", 1)],
            Ledger.Of(events).OrderBy(item => item.Recipient, StringComparer.Ordinal).Select(item => (item.Recipient, item.Status, item.Attempts)));
        var sent = events.Single(item => item.Recipient == "ann@example.net");
        Assert.Equal(
            ("mailenable-FE7A5EF7F5334F7ABB9DD341121BCE8F.MAI", "250 2.0.0 Ok: queued as 77AA", "2.0.0", "mx.example.net"),
            (sent.MessageKey, sent.Reply, sent.EnhancedCode, sent.RemoteHost));
        Assert.Equal(new DateTimeOffset(2026, 3, 3, 8, 0, 1, TimeSpan.Zero), sent.AcceptedAt);
    }

    [Theory]
    [InlineData("hmailserver", "\"SMTPC\"\t1\t2\t\"2026-03-03 08:00:00.000\"\t\"1.2.3.4\"\t\"SENT: RC", LineOutcome.Broken)]
    [InlineData("hmailserver", "\"SMTPC\"\t1\t2\t\"never\"\t\"1.2.3.4\"\t\"SENT: QUIT\"", LineOutcome.Broken)]
    [InlineData("hmailserver", "\"TCPIP\"\t1\t\"2026-03-03 08:00:00.000\"\t\"TCP - 1.2.3.4 connected\"", LineOutcome.NoDelivery)]
    [InlineData("hmailserver", "nothing", LineOutcome.NotThisFormat)]
    [InlineData("mailenable", "03/03/26 08:00:00\tSMTP-OU\tA.MAI\t1", LineOutcome.Broken)]
    [InlineData("mailenable", "13/33/26 08:00:00\tSMTP-OU\tA.MAI\t1\t1.2.3.4\tQUIT\t\t221 Bye\t1\t1\t", LineOutcome.Broken)]
    [InlineData("mailenable", "nothing", LineOutcome.NotThisFormat)]
    public void Other_lines_are_told_apart(string format, string line, object outcome) =>
        Assert.Equal(outcome, Samples.Reader(format).Read(Encoding.UTF8.GetBytes(line)));

    [Theory]
    [InlineData("hmailserver")]
    [InlineData("mailenable")]
    public void The_formats_are_guessed(string format) => Assert.Equal(format, LogFormats.Guess([.. Lines(format + ".log")], Samples.Now));

    /// <summary>As the reader of lines gives them, without the line ends of Windows.</summary>
    private static List<byte[]> Lines(string sample) => Samples.Lines(sample).ConvertAll(line => line is [.. var text, (byte)'\r'] ? text : line);
}
