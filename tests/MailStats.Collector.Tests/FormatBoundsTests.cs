using System.Text;
using MailStats.Collector.Formats;
using MailStats.Collector.Import;
using MailStats.Collector.Joining;

namespace MailStats.Collector.Tests;

/// <summary>One past each bound of the formats: told, and the rest is still taken.</summary>
public sealed class FormatBoundsTests
{
    [Theory]
    [InlineData(SeparatedLine.MaximumFields, true)]
    [InlineData(SeparatedLine.MaximumFields + 1, false)]
    public void A_line_has_so_many_fields(int count, bool isRead)
    {
        var fields = new List<string>();

        Assert.Equal(isRead, SeparatedLine.TryCut(string.Join(',', Enumerable.Repeat("x", count)), ',', fields));
        Assert.Equal(SeparatedLine.MaximumFields, fields.Count);
    }

    [Theory]
    [InlineData("a,b", "a|b")]
    [InlineData("a,", "a|")]
    [InlineData("", "")]
    [InlineData("\"a,\"\"b\"\"\",c", "a,\"b\"|c")]
    [InlineData("\"a \"quoted\" word\",c", "a \"quoted\" word|c")]
    [InlineData("a \"b\",c", "a \"b\"|c")]
    [InlineData("\"\",\"\"", "|")]
    public void Fields_are_cut_at_the_separator_outside_of_quotes(string line, string expected)
    {
        var fields = new List<string>();

        Assert.True(SeparatedLine.TryCut(line, ',', fields));
        Assert.Equal(expected.Split('|'), fields);
    }

    [Theory]
    [InlineData("a,\"b")]
    [InlineData("\"")]
    [InlineData("\"a\"\"")]
    public void A_quote_that_is_not_closed_is_a_line_cut_off(string line) => Assert.False(SeparatedLine.TryCut(line, ',', []));

    [Fact]
    public void A_log_s_text_does_nothing_to_a_terminal_and_is_cut()
    {
        Assert.Equal("a [31mb c", PlainText.Of("a\u001b[31mb\nc"));
        Assert.Equal(PlainText.MaximumLength, PlainText.Of(new string('x', PlainText.MaximumLength)).Length);
        Assert.Equal(new string('x', PlainText.MaximumLength) + "…", PlainText.Of(new string('x', PlainText.MaximumLength + 1)));
    }

    [Fact]
    public void The_latest_entries_are_remembered()
    {
        var table = new RecentTable<int, int>(10);
        for (var key = 0; key < 100; key++)
        {
            table.Set(key, key);
        }

        Assert.Equal(10, Enumerable.Range(90, 10).Count(key => table.TryGet(key, out _)));
        Assert.InRange(Enumerable.Range(0, 100).Count(key => table.TryGet(key, out _)), 10, 20);
        table.Remove(99);
        Assert.False(table.TryGet(99, out _));
    }

    [Theory]
    [InlineData(SendmailReader.MaximumRecipients, LineOutcome.Used)]
    [InlineData(SendmailReader.MaximumRecipients + 1, LineOutcome.Broken)]
    public void A_line_of_sendmail_has_so_many_recipients(int count, object outcome)
    {
        var list = string.Join(',', Enumerable.Range(0, count).Select(number => $"<r{number}@example.net>"));
        var line = $"Mar  3 08:00:02 mx3 sm-mta[1]: 62380001000001: to={list}, delay=00:00:01, mailer=esmtp, dsn=2.0.0, stat=Sent (ok)";

        Assert.Equal(outcome, Samples.Reader("sendmail").Read(Encoding.UTF8.GetBytes(line)));
    }

    [Theory]
    [InlineData(MappingReader.MaximumRecipients, LineOutcome.Used)]
    [InlineData(MappingReader.MaximumRecipients + 1, LineOutcome.Broken)]
    public void A_mapped_line_has_so_many_recipients(int count, object outcome)
    {
        var mapping = MappingFile.Read(
            "map.yaml", "recipients: ' '\nfields: { occurredAt: t, event: e, recipient: r, sender: s, queueId: q }\nevents: { delivered: d }", out _);
        var reader = LogFormats.Create(LogFormats.Mapped, new LogClock(TimeZoneInfo.Utc, Samples.Now), mapping: mapping);
        reader.Read("t,e,r,s,q"u8);
        var list = string.Join(' ', Enumerable.Range(0, count).Select(number => $"r{number}@example.net"));

        Assert.Equal(outcome, reader.Read(Encoding.UTF8.GetBytes($"2026-03-03 08:00:00Z,d,{list},a@shop.example,1")));
    }

    [Fact]
    public void A_message_of_haraka_has_so_many_recipients()
    {
        const string id = "E33D6290-C923-4DAC-A4B4-D0E7B8FAF010.1";
        var reader = Samples.Reader("haraka");
        reader.Read(Encoding.UTF8.GetBytes($"2026-03-03T08:00:00Z [NOTICE] [{id}] [core] sender <a@shop.example> code=CONT msg=\"\""));
        var outcomes = Enumerable.Range(0, HarakaReader.MaximumRecipients + 1).Select(number => reader.Read(
            Encoding.UTF8.GetBytes($"2026-03-03T08:00:00Z [NOTICE] [{id}] [core] recipient <r{number}@example.net> code=OK msg=\"\" sender=\"a\""))).ToList();

        Assert.All(outcomes[..^1], outcome => Assert.Equal(LineOutcome.Used, outcome));
        Assert.Equal((LineOutcome.Broken, "the message has more than 1000 recipients"), (outcomes[^1], reader.Problem));
    }

    [Fact]
    public void A_conversation_has_so_many_recipients()
    {
        var session = new OutgoingSession();
        session.Mail("a@shop.example");
        for (var number = 0; number <= OutgoingSession.MaximumRecipients; number++)
        {
            Assert.False(session.HasTooMany);
            session.Recipient($"r{number}@example.net");
            session.Answer("250 ok");
        }

        Assert.True(session.HasTooMany);
        session.Data();
        session.Answer("354 go on");
        Assert.Equal(OutgoingSession.MaximumRecipients, session.Answer("250 taken").Count);
    }

    [Fact]
    public void Hmailserver_delivers_to_so_many_at_once()
    {
        var reader = Samples.Reader("hmailserver");
        var list = string.Join(", ", Enumerable.Range(0, HMailServerReader.MaximumWaiting).Select(number => $"r{number}@example.net"));

        Assert.Equal(LineOutcome.Used, reader.Read(Delivering(1, list)));
        Assert.Equal(LineOutcome.Broken, reader.Read(Delivering(2, "one@example.net")));
        Assert.StartsWith("more than 20,000 recipients", reader.Problem, StringComparison.Ordinal);
    }

    private static byte[] Delivering(int id, string recipients) => Encoding.UTF8.GetBytes(
        $"\"APPLICATION\"\t1\t\"2026-03-03 08:00:00.000\"\t\"SMTPDeliverer - Message {id}: "
        + $"Delivering message from a@shop.example to {recipients}. File: x.eml\"");
}
