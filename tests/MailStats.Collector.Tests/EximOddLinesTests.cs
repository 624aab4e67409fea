using System.Text;
using MailStats.Collector.Formats;

namespace MailStats.Collector.Tests;

/// <summary>What stands in main logs beside plain deliveries. Lines as Exim 4.96 wrote them.</summary>
public sealed class EximOddLinesTests
{
    private const string Id = "1vxLzR-0000AB-1a";
    private const string Arrival = "2026-03-03 08:00:01 " + Id + " <= news@shop.example H=(client.example) [192.0.2.10] P=esmtp S=269 " +
        "id=3036820@shop.example T=\"Gr\\303\\274 \\\"quoted\\\" \\\\back P=x S=1\"";
    private const string Deferred = "2026-03-03 08:00:02 " + Id + " == full@example.net R=dnslookup T=remote_smtp defer (-44) H=mx.example.net " +
        "[198.51.100.7]:25 DT=1s: SMTP error from remote mail server after RCPT TO:<full@example.net>: 452-4.2.2 full\\n452 4.2.2 later";

    [Theory]
    [InlineData("=> :blackhole: <black@shop.example> R=black", "black@shop.example")]
    [InlineData("=> |/bin/cat ann@x.example <prog@shop.example> R=pipe T=address_pipe", "prog@shop.example")]
    [InlineData("=> /var/mail/a@b.mbox <filer@shop.example> R=file T=address_file", "filer@shop.example")]
    [InlineData("=> vac <vac@shop.example> R=auto T=vacation", "vac@shop.example")]
    [InlineData("=> ann <ann@shop.example> R=virtual T=dovecot_lmtp C=\"250 2.0.0 <ann@shop.example> abc Saved\"", "ann@shop.example")]
    [InlineData("*> nn@example.net R=dnslookup T=remote_smtp H=mx.example.net [198.51.100.7] C=\"delivery bypassed by -N option\"", "nn@example.net")]
    public void What_stays_on_the_host_is_local(string line, string recipient)
    {
        var item = Samples.Read("exim", Arrival, Line(line)).Single();

        Assert.Equal(("delivered", recipient, true), (item.Event, item.Recipient, item.Local));
    }

    [Theory]
    [InlineData("F=<spam@bad.example> rejected RCPT <x@shop.example>: relay not permitted")]
    [InlineData("F=spam@bad.example rejected RCPT x@shop.example: relay not permitted")]
    [InlineData("F=<spam@bad.example> temporarily rejected RCPT x@shop.example: relay not permitted")]
    public void A_stranger_that_is_refused_is_told_with_and_without_brackets(string line)
    {
        var item = Samples.Read("exim", "2026-03-03 08:10:00 H=(bad) [203.0.113.9] " + line).Single();

        Assert.Equal(("rejected", "spam@bad.example", "x@shop.example", "relay not permitted"), (item.Event, item.Sender, item.Recipient, item.Reply));
    }

    [Theory]
    [InlineData("== joe@shop.example R=local_user T=mail_spool defer (-1): mailbox is full", true)]
    [InlineData("** joe@shop.example R=local_user T=mail_spool: mailbox is full", true)]
    [InlineData("== joe@shop.example R=dnslookup T=remote_smtp defer (111): Connection refused", null)]
    [InlineData("** joe@shop.example R=redirect: no longer here", null)]
    public void So_is_what_a_mailbox_of_the_host_refuses(string line, object? local) => Assert.Equal(
        local, Samples.Read("exim", Arrival, Line(line)).Single().Local);

    [Theory]
    [InlineData("retry time not reached for any host after a long failure period")]
    [InlineData("all hosts for 'example.net' have been failing for a long time (and retry time not reached)")]
    [InlineData("retry timeout exceeded")]
    public void What_was_never_refused_for_good_expires_with_its_last_reply(string text)
    {
        var events = Samples.Read("exim", Arrival, Deferred, Line("** full@example.net R=dnslookup T=remote_smtp: " + text));

        Assert.Equal([("deferred", 452), ("expired", 452)], events.Select(item => (item.Event!, item.ReplyCode!.Value)));
    }

    [Fact]
    public void A_mailbox_behind_an_alias_that_deferred_is_the_one_that_is_delivered()
    {
        var events = Samples.Read(
            "exim",
            Arrival,
            Line("== joe@shop.example <Team@shop.example> R=local_user T=mail_spool defer (-1): locked"),
            Line("=> joe <Team@shop.example> R=local_user T=mail_spool"));

        Assert.Equal(["joe@shop.example"], events.Select(item => item.Recipient!).Distinct());
    }

    [Fact]
    public void Mail_taken_under_a_feigned_rejection_is_mail() =>
        Assert.Single(
            Samples.Read(
                "exim",
                Arrival.Replace(" <= ", " (= ", StringComparison.Ordinal),
                Line("=> ann@example.net R=dnslookup T=remote_smtp H=mx.example.net [198.51.100.7] C=\"250 Ok\"")));

    [Theory]
    [InlineData("removed by root", "removed")]
    [InlineData("cancelled by ann", "removed")]
    [InlineData("address <full@example.net> marked delivered by root", "marked delivered")]
    public void What_an_operator_ends_is_given_up_with_the_last_reply(string line, string verdict)
    {
        var waited = "2026-03-03 08:30:00 " + Id + " == full@example.net R=dnslookup T=remote_smtp defer (-54): retry time not reached for any host " +
            "for 'example.net'";

        var last = Samples.Read("exim", Arrival, Deferred, waited, Line(line), Line("Completed"))[^1];
        var neverTried = Samples.Read("exim", Arrival, waited, Line(line))[^1];

        Assert.Equal(("expired", verdict, false, 452), (last.Event, last.SourceVerdict, last.Attempted, last.ReplyCode));
        Assert.Equal(("expired", verdict, false), (neverTried.Event, neverTried.SourceVerdict, neverTried.Attempted));
    }

    [Theory]
    [InlineData("2026-03-03 08:00:01 " + Id + " Frozen (message created with -f <>)")]
    [InlineData("2026-03-03 08:00:01 " + Id + " Message is frozen")]
    [InlineData("2026-03-03 08:00:01 " + Id + " Unfrozen by errmsg timer")]
    [InlineData("2026-03-03 08:00:01 " + Id + " DKIM: d=shop.example s=mail c=relaxed/relaxed a=rsa-sha256 b=2048 [verification succeeded]")]
    [InlineData("2026-03-03 08:00:01 " + Id + " Spool file for 1vxLzR-0000AB-1a is locked (another process is handling this message)")]
    [InlineData("2026-03-03 08:00:01 " + Id + " H=(z) [192.0.2.10] F=<news@shop.example> rejected after DATA: no such subject")]
    [InlineData("2026-03-03 08:00:01 no host name found for IP address 192.0.2.10")]
    [InlineData("2026-03-03 08:00:01 SMTP connection from (z) [192.0.2.10] lost D=0s")]
    public void Lines_about_no_delivery_are_known_and_tell_none(string line)
    {
        var reader = Samples.Reader("exim");
        reader.Read(Encoding.UTF8.GetBytes(Arrival));

        Assert.Equal((LineOutcome.NoDelivery, 0), (reader.Read(Encoding.UTF8.GetBytes(line)), reader.Messages.Events().Count));
    }

    [Theory]
    [InlineData("X-Spam-Score: 2.5 (++)", 2.5)]
    [InlineData("spam score=-0.3", -0.3)]
    [InlineData("H=web.shop.example [192.0.2.10]:4711 Warning: \"SpamAssassin as ann detected message as spam (7.1)\"", 7.1)]
    [InlineData("H=web.shop.example [192.0.2.10]:4711 Warning: \"SpamAssassin as ann detected message as NOT spam (-1.2)\"", -1.2)]
    public void Spam_scores_are_read_from_what_is_logged_of_them(string line, double score) =>
        Assert.Equal(
            score,
            Samples.Read("exim", Line(line), Arrival, Line("=> ann@example.net R=dnslookup T=remote_smtp H=mx.example.net [198.51.100.7]")).Single().SpamScore);

    [Fact]
    public void Hosts_with_a_port_and_quoted_subjects_are_read()
    {
        var events = Samples.Read(
            "exim",
            Arrival,
            Deferred,
            Line(
                "=> full@example.net R=dnslookup T=remote_smtp H=[198.51.100.7]:25 X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=yes " +
                "DN=\"CN=mx.example.net\" K C=\"250- 300 byte chunk\\\\n250 2.0.0 Ok \\\"queued\\\"\" QT=3s DT=1s"));

        Assert.Equal(("Grü \"quoted\" \\back P=x S=1", 269L), (events[0].Subject, events[0].Bytes));
        Assert.Equal(("mx.example.net", "452-4.2.2 full\n452 4.2.2 later", 452), (events[0].RemoteHost, events[0].Reply, events[0].ReplyCode));
        Assert.Equal(("[198.51.100.7]:25", 250), (events[1].RemoteHost, events[1].ReplyCode));
    }

    [Theory]
    [InlineData("Mar  3 08:00:02 mx2 exim[99]: ", true)]
    [InlineData("Mar  3 08:00:02 mx2 exim[99]: ", false)]
    [InlineData("2026-03-03T08:00:02+00:00 mx2 exim4[99]: ", false)]
    public void Exim_in_syslog_is_the_same(string head, bool ownStamp)
    {
        var sent = "2026-03-03 08:00:02 " + Id + " => ann@example.net R=dnslookup T=remote_smtp H=mx.example.net [198.51.100.7]";

        var events = Samples.Read("exim", head + Arrival, head + (ownStamp ? sent : sent[20..]));

        Assert.Equal(Samples.Read("exim", Arrival, sent).Select(item => item.ToString()), events.Select(item => item.ToString()));
        Assert.Equal("exim", LogFormats.Guess([Encoding.UTF8.GetBytes(head + Arrival)], Samples.Now));
    }

    [Theory]
    [InlineData('/')]
    [InlineData('\\')]
    public void What_syslog_was_given_in_pieces_is_one_line_again(char cut)
    {
        var refusal = "550-5.7.26 " + string.Concat(Enumerable.Repeat("This mail is unauthenticated, which poses a security risk. ", 20)).Trim();
        var whole = Line($"** ann@example.net R=dnslookup T=remote_smtp H=mx.example.net [198.51.100.7]: SMTP error from remote mail server after end " +
            $"of data: {refusal}");
        const string Head = "Mar  3 08:00:02 mx2 exim[99]: ";
        const string Other = "Mar  3 08:00:02 mx2 exim[98]: ";

        var events = Samples.Read(
            "exim",
            "Mar  3 08:00:01 mx2 exim[97]: " + Arrival,
            Head + $"[1{cut}2] " + whole[..870],
            Other + "[2/2] the rest of a line whose beginning is in no log",
            Other + "2026-03-03 08:00:02 no host name found for IP address 192.0.2.10",
            Head + "[2/2] " + whole[870..]);

        var bounce = events.Single();
        Assert.Equal(("bounced", "ann@example.net", 550), (bounce.Event, bounce.Recipient, bounce.ReplyCode));
        Assert.Equal(refusal, bounce.Reply!.Replace("\n", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("== away@gmail.example (info@shop.example) <info@shop.example> R=dkim_lookuphost T=dkim_remote_forwarded_smtp defer (-46) " +
        "H=mx.gmail.example [198.51.100.9]: SMTP error from remote mail server after end of data: 421-4.7.28 rate", "deferred")]
    [InlineData("==  away@gmail.example (info@shop.example) <info@shop.example> R=dkim_lookuphost T=dkim_remote_forwarded_smtp defer (-53): retry " +
        "time not reached for any host", "deferred")]
    [InlineData("** away@gmail.example (info@shop.example, all@shop.example) <team@shop.example> R=l T=s H=mx.gmail.example [198.51.100.9]: SMTP " +
        "error from remote mail server after RCPT TO:<away@gmail.example>: 550-5.1.1 no such user", "bounced")]
    [InlineData("** away@gmail.example (info@shop.example): Unrouteable address", "bounced")]
    [InlineData("=> away@gmail.example (info@shop.example) <info@shop.example> R=l T=s H=mx.gmail.example [198.51.100.9] X=TLS1.3 CV=yes C=\"250 " +
        "2.0.0 OK\"", "delivered")]
    [InlineData("->  away@gmail.example (info@shop.example) R=l T=s H=mx.gmail.example [198.51.100.9] C=\"250 2.0.0 OK\"", "delivered")]
    [InlineData(">> away@gmail.example (info@shop.example) <info@shop.example> R=l T=s H=mx.gmail.example [198.51.100.9] C=\"250 2.0.0 OK\"", "delivered")]
    [InlineData("** away@gmail.example mua_wrapper forced failure for deferred delivery", "expired")]
    public void With_all_parents_the_recipient_is_the_address_that_the_mail_goes_to(string line, string kind)
    {
        var item = Samples.Read("exim", Arrival, Line(line)).Single();

        Assert.Equal((kind, "away@gmail.example", null), (item.Event, item.Recipient, item.Local));
    }

    [Theory]
    [InlineData("=> |/usr/bin/filter (joe@shop.example) <info@shop.example> R=pipe T=address_pipe", "info@shop.example")]
    [InlineData("=> joe (joe@shop.example) <info@shop.example> R=localuser T=local_delivery", "info@shop.example")]
    [InlineData("=> info+spam |/usr/local/cpanel/bin/autorespond info@shop.example /home/shop/.autorespond (info+spam@shop.example) <info@shop.example> R=v " +
        "T=virtual_address_pipe", "info@shop.example")]
    [InlineData("=> ann.lee+01 - Notes (\"ann.lee+01 - Notes, more\"@shop.example, ann@shop.example) <info@shop.example> SRS=<SRS0=z=ZG=x=y@shop.example> " +
        "R=virtual_user T=dovecot_virtual_delivery C=\"250 2.0.0 <ann.lee+01 - Notes@shop.example> Saved\"", "info@shop.example")]
    [InlineData("=> ann@shop.example R=dovecot T=dovecot_lmtp H=dovecot [172.22.1.250] C=\"250 2.0.0 <ann@shop.example> Saved\"", "ann@shop.example")]
    public void A_mailbox_is_local_also_behind_parents_and_behind_LMTP(string line, string recipient)
    {
        var item = Samples.Read("exim", Arrival, Line(line)).Single();

        Assert.Equal((recipient, true), (item.Recipient, item.Local));
    }

    [Theory]
    [InlineData("=> blackhole (DATA ACL discarded message)")]
    [InlineData("=> blackhole (ACL discarded recipients)")]
    public void What_an_ACL_throws_away_is_delivered_to_nobody_and_is_not_broken(string line)
    {
        var reader = Samples.Reader("exim");
        reader.Read(Encoding.UTF8.GetBytes(Arrival));

        Assert.Equal((LineOutcome.NoDelivery, 0), (reader.Read(Encoding.UTF8.GetBytes(Line(line))), reader.Messages.Events().Count));
    }

    [Fact]
    public void Other_programs_of_that_syslog_are_told_apart() =>
        Assert.Equal(LineOutcome.OtherProgram, Samples.Reader("exim").Read("Mar  3 08:00:02 mx2 dovecot: imap-login: Login"u8));

    [Fact]
    public void Mail_of_the_null_sender_that_a_client_handed_in_is_no_notice() =>
        Assert.Equal(
            "",
            Samples.Read(
                "exim",
                Arrival.Replace("news@shop.example", "<>", StringComparison.Ordinal),
                Line("=> ann@example.net R=d T=s H=mx.example.net [198.51.100.7]")).Single().Sender);

    private static string Line(string rest) => $"2026-03-03 08:00:02 {Id} {rest}";
}
