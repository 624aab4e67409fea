using System.Text;
using MailStats.Collector.Formats;

namespace MailStats.Collector.Tests;

public sealed class EximReaderTests
{
    private const string Arrival = "2026-03-03 08:00:01 1vxLzR-0000AB-1a <= news@shop.example H=web.shop.example [192.0.2.10] P=esmtp S=2048 " +
        "id=first.1@web.shop.example";
    private const string Sent = "2026-03-03 08:00:02 1vxLzR-0000AB-1a => ann@example.net R=dnslookup T=remote_smtp H=mx.example.net [198.51.100.7] " +
        "C=\"250 2.0.0 Ok\"";

    [Fact]
    public void A_whole_log_is_read()
    {
        var reader = Samples.Reader("exim");
        Samples.Lines("exim.log").ForEach(line => reader.Read(line));

        var deliveries = Ledger.Of(reader.Messages.Events());
        Assert.Equal(
            ["admin@relay1.shop.example", "ann@example.net", "bob@example.org", "gone@example.org"], deliveries.Select(delivery => delivery.Recipient).Order());
        var bob = deliveries.Single(delivery => delivery.Recipient == "bob@example.org");
        Assert.Equal(("expired", 2, "452-4.2.2 The mailbox is full.\n452 4.2.2 Try later"), (bob.Status, bob.Attempts, bob.Last.Reply));
        Assert.Equal(("Späte \"Grüße\"", 1.5, 2048L, "first.1@web.shop.example"), (bob.Last.Subject, bob.Last.SpamScore, bob.Last.Bytes, bob.Last.MessageId));
        Assert.True(deliveries.Single(delivery => delivery.Recipient.StartsWith("admin", StringComparison.Ordinal)).Local);
        Assert.Equal(
            ("spam@bad.example", "relay not permitted"),
            (
                reader.Messages.Events().Single(item => item.Event == "rejected").Sender,
                reader.Messages.Events().Single(item => item.Event == "rejected").Reply));
    }

    [Theory]
    [InlineData("2026-03-03 08:00:02 ", "08:00:02.000")]
    [InlineData("2026-03-03 08:00:02.125 ", "08:00:02.125")]
    [InlineData("2026-03-03 08:00:02 +0200 ", "06:00:02.000")]
    [InlineData("2026-03-03 08:00:02.125 +0200 [4711] ", "06:00:02.125")]
    [InlineData("2026-03-03 08:00:02 [4711] ", "08:00:02.000")]
    public void Stamps_of_every_kind_are_read(string head, string time) => Assert.Equal(
        time,
        Samples.Read("exim", Arrival, head + Sent[20..]).Single().OccurredAt!.Value.UtcDateTime.ToString(
            "HH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void The_ids_of_newer_versions_are_read()
    {
        var events = Samples.Read(
            "exim",
            Arrival.Replace("1vxLzR-0000AB-1a", "1vxLzR-00000000AbC-1a2b", StringComparison.Ordinal),
            Sent.Replace("1vxLzR-0000AB-1a", "1vxLzR-00000000AbC-1a2b", StringComparison.Ordinal));

        Assert.Equal("1vxLzR-00000000AbC-1a2b", events.Single().QueueId);
    }

    [Theory]
    [InlineData("=> ann@example.net <Ann@Example.net> R=d T=s H=mx.example.net [198.51.100.7]", "Ann@Example.net")]
    [InlineData("=> ann smith@example.net <\"ann smith\"@example.net> R=d T=s H=mx.example.net [198.51.100.7]", "\"ann smith\"@example.net")]
    [InlineData("=> ann@example.net <team@shop.example> R=d T=s H=mx.example.net [198.51.100.7]", "ann@example.net")]
    [InlineData("=> ann smith@example.net <team@shop.example> R=d T=s H=mx.example.net [198.51.100.7]", "\"ann smith\"@example.net")]
    [InlineData("=> ann <ann@shop.example> R=local T=mbox", "ann@shop.example")]
    [InlineData("=> /var/mail/ann <ann@shop.example> R=local T=mbox", "ann@shop.example")]
    [InlineData("** ann@example.net: Unrouteable address", "ann@example.net")]
    [InlineData("** ann@example.net <Ann@example.net>: Unrouteable address", "Ann@example.net")]
    [InlineData("== ann@example.net routing defer (-52): retry time not reached", "ann@example.net")]
    [InlineData("-> ann@example.net F=<a@b.example> P=<a@b.example> R=d T=s H=mx.example.net [198.51.100.7]", "ann@example.net")]
    public void Addresses_are_as_the_sender_gave_them(string line, string recipient) =>
        Assert.Equal(recipient, Samples.Read("exim", Arrival, "2026-03-03 08:00:02 1vxLzR-0000AB-1a " + line).Single().Recipient);

    [Theory]
    [InlineData("retry time not reached for any host for 'example.net'", false)]
    [InlineData("Connection refused", null)]
    public void Waiting_for_the_retry_time_is_no_attempt(string reason, object? attempted) =>
        Assert.Equal(
            attempted,
            Samples.Read("exim", Arrival, $"2026-03-03 08:00:02 1vxLzR-0000AB-1a == ann@example.net R=d T=s defer (-54): {reason}").Single().Attempted);

    [Fact]
    public void Waiting_hides_no_reply_and_is_told_only_where_nothing_else_was()
    {
        const string Waits = "2026-03-03 08:30:00 1vxLzR-0000AB-1a == ann@example.net R=dnslookup T=remote_smtp defer (-54): retry time not reached " +
            "for any host for 'example.net'";
        const string Busy = "2026-03-03 08:00:02 1vxLzR-0000AB-1a == ann@example.net R=dnslookup T=remote_smtp defer (-44) H=mx.example.net " +
            "[198.51.100.7]: SMTP error from remote mail server after RCPT TO:<ann@example.net>: 451 4.7.1 busy";
        const string GaveUp = "2026-03-07 08:30:00 1vxLzR-0000AB-1a ** ann@example.net: retry timeout exceeded";

        Assert.Equal(["451 4.7.1 busy"], Samples.Read("exim", Arrival, Busy, Waits, Waits).Select(item => item.Reply!));
        Assert.Equal(
            ["retry time not reached for any host for 'example.net'", "451 4.7.1 busy"],
            Samples.Read("exim", Arrival, Waits, Waits, Busy).Select(item => item.Reply!));
        Assert.Equal((451, "expired"), Samples.Read("exim", Arrival, Busy, Waits, GaveUp).Select(item => (item.ReplyCode, item.Event)).Last());
    }

    [Fact]
    public void Two_lines_that_ran_into_each_other_make_no_delivery()
    {
        var reader = Samples.Reader("exim");
        reader.Read(Encoding.UTF8.GetBytes(Arrival));

        Assert.Equal(LineOutcome.Broken, reader.Read(Encoding.UTF8.GetBytes("2026-03-03 08:00:02 1vxLzR-0000AB-1a => bob@exam" + Sent)));
    }

    [Fact]
    public void The_format_is_guessed_and_not_mixed_up()
    {
        Assert.Equal("exim", LogFormats.Guess([.. Samples.Lines("exim.log")], Samples.Now));
        Assert.Equal("postfix", LogFormats.Guess([.. Samples.Lines("postfix.log")], Samples.Now));
        Assert.Equal("opensmtpd", LogFormats.Guess([.. Samples.Lines("opensmtpd.log")], Samples.Now));
        Assert.Null(LogFormats.Guess([.. "2026-03-03T08:00:02Z host cron[1]: nothing about mail\n2026-03-03 free text"u8.ToArray().Chunk(53)], Samples.Now));
    }
}
