using System.Text;
using MailStats.Collector.Formats;

namespace MailStats.Collector.Tests;

public sealed class PostfixReaderTests
{
    private const string Begin = "Mar  3 08:00:01 mx1 postfix/smtpd[1]: 4A1B2C3D4E: client=web.shop.example[192.0.2.10]";
    private const string Queued = "Mar  3 08:00:01 mx1 postfix/qmgr[1]: 4A1B2C3D4E: from=<news@shop.example>, size=2048, nrcpt=1 (queue active)";
    private const string Sent = "Mar  3 08:00:02 mx1 postfix/smtp[1]: 4A1B2C3D4E: to=<ann@example.net>, relay=mx.example.net[198.51.100.7]:25, " +
        "delay=0.9, delays=0.1/0/0.4/0.4, dsn=2.0.0, status=sent (250 2.0.0 Ok)";
    private const string Removed = "Mar  3 08:00:02 mx1 postfix/qmgr[1]: 4A1B2C3D4E: removed";

    [Theory]
    [InlineData("Mar  3 08:00:02 mx1 ", "2026-03-03T08:00:02.0000000")]
    [InlineData("Mar 03 08:00:02 mx1 ", "2026-03-03T08:00:02.0000000")]
    [InlineData("2026-03-03T09:00:02.125000+01:00 mx1 ", "2026-03-03T08:00:02.1250000")]
    [InlineData("2026-03-03T08:00:02Z mx1 ", "2026-03-03T08:00:02.0000000")]
    [InlineData("2026-03-03T08:00:02+0000 mx1 ", "2026-03-03T08:00:02.0000000")]
    [InlineData("<22>Mar  3 08:00:02 mx1 ", "2026-03-03T08:00:02.0000000")]
    public void Stamps_of_every_kind_are_read(string head, string time)
    {
        var line = Sent[20..];

        var events = Samples.Read("postfix", Begin, Queued, head + line);

        Assert.Equal(time, events.Single().OccurredAt!.Value.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffff", null));
    }

    [Fact]
    public void A_queue_manager_that_tells_of_recipients_itself_is_read()
    {
        var item = Samples.Read(
            "postfix",
            "Mar  3 08:00:00 mx1 postfix/smtpd[1]: 4A1B2C3D4E: client=web.shop.example[192.0.2.10]",
            "Mar  3 08:00:00 mx1 postfix/qmgr[2]: 4A1B2C3D4E: from=<a@shop.example>, size=9, nrcpt=1 (queue active)",
            "Mar  3 08:00:01 mx1 postfix/qmgr[2]: 4A1B2C3D4E: to=<b@example.net>, relay=none, delay=1, status=deferred (delivery temporarily suspended: " +
            "host mx.example.net[198.51.100.7] refused to talk to me: 421 4.7.0 later)").Single();

        Assert.Equal(("deferred", "b@example.net", 421, false), (item.Event, item.Recipient, item.ReplyCode, item.Attempted));
    }

    [Fact]
    public void A_line_of_rfc_5424_is_read() =>
        Assert.Single(
            Samples.Read(
                "postfix", Begin, Queued, "<22>1 2026-03-03T08:00:02Z mx1 postfix/smtp 99 - - " + Sent[Sent.IndexOf("4A1B", StringComparison.Ordinal)..]));

    [Fact]
    public void The_journal_is_read()
    {
        static string Entry(string program, string message, long second) =>
            $$"""
            {"__REALTIME_TIMESTAMP":"{{1772524800 + second}}000000","_HOSTNAME":"mx1","SYSLOG_IDENTIFIER":"{{program}}",
            "PRIORITY":"6","MESSAGE":{{message}}}
            """.ReplaceLineEndings("");
        static string Text(string line) => "\"" + line[line.IndexOf("4A1B", StringComparison.Ordinal)..] + "\"";
        static string Bytes(string line) => "[" + string.Join(',', Encoding.UTF8.GetBytes(line[line.IndexOf("4A1B", StringComparison.Ordinal)..])) + "]";

        var events = Samples.Read(
            "postfix", Entry("postfix/smtpd", Text(Begin), 1), Entry("postfix/qmgr", Text(Queued), 1), Entry("postfix/smtp", Bytes(Sent), 2));

        Assert.Equal(new DateTimeOffset(2026, 3, 3, 8, 0, 2, TimeSpan.Zero), events.Single().OccurredAt);
        Assert.Equal("postfix", LogFormats.Guess([Encoding.UTF8.GetBytes(Entry("postfix/smtpd", Text(Begin), 1))], Samples.Now));
    }

    [Fact]
    public void A_queue_id_that_comes_again_is_another_message()
    {
        var events = Samples.Read("postfix", Begin, Queued, Sent, Removed, Later(Begin), Later(Queued), Later(Sent));

        Assert.Equal(["20260303T080001-mx1-4A1B2C3D4E", "20260304T080001-mx1-4A1B2C3D4E"], events.Select(item => item.MessageKey));
    }

    [Fact]
    public void Also_where_the_line_that_ends_the_first_is_missing() =>
        Assert.Equal(
            2, Samples.Read("postfix", Begin, Queued, Sent, Later(Begin), Later(Queued), Later(Sent)).Select(item => item.MessageKey).Distinct().Count());

    [Fact]
    public void Hosts_and_instances_keep_their_queue_ids_apart()
    {
        var events = Samples.Read(
            "postfix", Begin, Begin.Replace("mx1 postfix", "mx2 postfix-out", StringComparison.Ordinal),
            Queued, Queued.Replace("mx1 postfix", "mx2 postfix-out", StringComparison.Ordinal), Sent,
            Sent.Replace("mx1 postfix", "mx2 postfix-out", StringComparison.Ordinal));

        Assert.Equal(["mx1", "mx2"], events.Select(item => item.Host));
    }

    [Fact]
    public void A_filter_that_hands_mail_back_makes_no_second_delivery()
    {
        var events = Samples.Read(
            "postfix", Begin, Queued,
            "Mar  3 08:00:02 mx1 postfix/smtpd[2]: 5B00000001: client=localhost[127.0.0.1]",
            "Mar  3 08:00:02 mx1 postfix/qmgr[1]: 5B00000001: from=<news@shop.example>, size=2300, nrcpt=1 (queue active)",
            "Mar  3 08:00:02 mx1 amavis[9]: (00009-01) Passed CLEAN {RelayedOutbound}, MYNETS LOCAL [192.0.2.10] <news@shop.example> -> " +
            "<ann@example.net>, Queue-ID: 4A1B2C3D4E, mail_id: x, Hits: -1.25, size: 2048, queued_as: 5B00000001, 300 ms",
            "Mar  3 08:00:02 mx1 postfix/lmtp[3]: 4A1B2C3D4E: to=<ann@example.net>, relay=127.0.0.1[127.0.0.1]:10024, delay=0.4, delays=0.1/0/0/0.3, " +
            "dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 5B00000001)",
            Sent.Replace("4A1B2C3D4E", "5B00000001", StringComparison.Ordinal));

        Assert.Equal(("5B00000001", -1.25), (events.Single().QueueId, events.Single().SpamScore));
    }

    [Theory]
    [InlineData("to=<ann@exam")]
    [InlineData("to=<ann@example.net>, relay=mx.exa")]
    [InlineData("to=<ann@example.net>, relay=mx.example.net[198.51.100.7]:25, delay=0.9, del")]
    public void Two_lines_that_ran_into_each_other_make_no_delivery(string half)
    {
        var reader = Samples.Reader("postfix");
        foreach (var line in (string[])[Begin, Queued])
        {
            reader.Read(Encoding.UTF8.GetBytes(line));
        }

        var outcome = reader.Read(
            Encoding.UTF8.GetBytes("Mar  3 08:00:02 mx1 postfix/smtp[9]: 4A1B2C3D4E: " + half + Sent.Replace("ann@", "bob@", StringComparison.Ordinal)));

        Assert.Equal((LineOutcome.Broken, 0), (outcome, reader.Messages.Events().Count));
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_taken_as_latin1()
    {
        var line = Sent.Replace("250 2.0.0 Ok", "250 Danke sch~n", StringComparison.Ordinal);
        var reader = Samples.Reader("postfix");
        foreach (
            var bytes in (byte[][])[Encoding.UTF8.GetBytes(Begin), Encoding.UTF8.GetBytes(Queued),
                [.. Encoding.UTF8.GetBytes(line).Select(value => value == '~' ? (byte)0xF6 : value)]])
        {
            reader.Read(bytes);
        }

        Assert.Equal("250 Danke schön", reader.Messages.Events().Single().Reply);
    }

    [Theory]
    [InlineData("m\u00e9x1", false)]
    [InlineData("m\u00e9x1", true)]
    public void A_host_whose_name_is_no_ascii_is_one_host(string host, bool latin1)
    {
        var reader = Samples.Reader("postfix");
        foreach (var line in (string[])[Begin, Queued, Sent, Begin.Replace("4A1B2C3D4E", "5B00000001", StringComparison.Ordinal)])
        {
            reader.Read((latin1 ? Encoding.Latin1 : Encoding.UTF8).GetBytes(line.Replace("mx1 ", host + " ", StringComparison.Ordinal)));
        }

        Assert.Equal(host, reader.Messages.Events().Single().Host);
    }

    [Fact]
    public void Rspamd_tells_the_score_by_queue_id()
    {
        var events = Samples.Read(
            "postfix", Begin,
            "Mar  3 08:00:01 mx1 rspamd[8]: <ab12>; task; rspamd_task_write_log: id: <x@y>, qid: <4A1B2C3D4E>, ip: 192.0.2.10, from: " +
            "<news@shop.example>, (default: F (no action): [2.30/15.00] [A(0.1){}]), len: 2048",
            Queued, Sent);

        Assert.Equal(2.30, events.Single().SpamScore);
    }

    [Fact]
    public void A_suspended_delivery_is_no_attempt_and_keeps_the_reply()
    {
        var line = "Mar  3 08:00:02 mx1 postfix/error[1]: 4A1B2C3D4E: to=<ann@example.net>, relay=none, delay=9, delays=9/0/0/0, dsn=4.7.0, " +
            "status=deferred (delivery temporarily suspended: host mx.example.net[198.51.100.7] refused to talk to me: 421 4.7.0 busy)";

        var deferred = Samples.Read("postfix", Begin, Queued, line).Single();

        Assert.Equal((false, 421, "421 4.7.0 busy"), (deferred.Attempted, deferred.ReplyCode, deferred.Reply));
    }

    [Theory]
    [InlineData("smtp", "mx.example.net[198.51.100.7]:25", null)]
    [InlineData("virtual", "virtual", true)]
    [InlineData("local", "local", true)]
    [InlineData("pipe", "dovecot", true)]
    [InlineData("lmtp", "mx1.shop.example[private/dovecot-lmtp]", true)]
    [InlineData("lmtp", "store.shop.example[192.0.2.30]:24", true)]
    public void Mailboxes_of_the_host_itself_are_local(string daemon, string relay, object? local) => Assert.Equal(
        local,
        Samples.Read(
            "postfix",
            Begin,
            Queued,
            Sent.Replace("postfix/smtp", "postfix/" + daemon, StringComparison.Ordinal).Replace(
                "mx.example.net[198.51.100.7]:25", relay, StringComparison.Ordinal)).Single().Local);

    [Fact]
    public void A_log_without_submission_lines_is_read_by_its_queue_lines()
    {
        var reader = Samples.Reader("postfix");
        reader.Read(Encoding.UTF8.GetBytes(Queued));
        reader.Read(Encoding.UTF8.GetBytes(Sent));

        var kept = Joining.UnfinishedMessages.Join([], reader.Messages.Unfinished(), reader.Messages, Samples.Now);

        Assert.Equal(0, kept.WaitingAttempts);
        Assert.Equal("20260303T080001-mx1-4A1B2C3D4E", reader.Messages.Events().Single().MessageKey);
    }

    [Fact]
    public void Old_messages_are_dropped_by_number_and_counted()
    {
        var reader = LogFormats.Create("postfix", new LogClock(TimeZoneInfo.Utc, Samples.Now), capacity: 100);
        for (var message = 0; message < 1_000; message++)
        {
            reader.Read(Encoding.UTF8.GetBytes(Begin.Replace("4A1B2C3D4E", $"{message:X10}", StringComparison.Ordinal)));
        }

        Assert.InRange(reader.Messages.Count, 1, 100);
        Assert.Equal(1_000 - reader.Messages.Count, reader.Messages.DroppedMessages);
    }

    [Fact]
    public void A_line_from_the_far_future_drops_nothing()
    {
        var far = Begin.Replace(
            "Mar  3 08:00:01", "2999-03-03T08:00:01Z", StringComparison.Ordinal).Replace("4A1B2C3D4E", "5B00000001", StringComparison.Ordinal);

        Assert.Single(Samples.Read("postfix", Begin, Queued, far, Sent));
    }

    [Theory]
    [InlineData("421-4.7.0 one 421-4.7.0 two 421 4.7.0 three", "421-4.7.0 one\n421-4.7.0 two\n421 4.7.0 three")]
    [InlineData("550-a 550 b 550 c", "550-a\n550 b 550 c")]
    [InlineData("550 5.1.1 no 550 here", "550 5.1.1 no 550 here")]
    [InlineData("550-5501 x 550 y", "550-5501 x\n550 y")]
    [InlineData("550-", "550-")]
    public void Lines_of_a_reply_are_found_again(string joined, string lines) => Assert.Equal(lines, ReplyLines.TextOf(Encoding.UTF8.GetBytes(joined)));

    [Theory]
    [InlineData("=?UTF-8?Q?Sp=C3=A4te_Gr=C3=BC=C3=9Fe?=", "Späte Grüße")]
    [InlineData("=?utf-8?b?R3LDvMOfZQ==?= and more", "Grüße and more")]
    [InlineData("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab")]
    [InlineData("=?UTF-8?Q?a?=? =?UTF-8?Q?b?=", "ab")]
    [InlineData("=?windows-1252?Q?=80?=", "€")]
    [InlineData("=?no-such-charset?Q?a?=", "=?no-such-charset?Q?a?=")]
    [InlineData("=?UTF-8?B?***?=", "=?UTF-8?B?***?=")]
    [InlineData("2 =? 3", "2 =? 3")]
    [InlineData("?= =?UTF-8?Q?a?=", "?= a")]
    public void Encoded_words_are_decoded(string header, string text) => Assert.Equal(text, EncodedWords.Decode(header));

    private static string Later(string line) => line.Replace("Mar  3", "Mar  4", StringComparison.Ordinal);
}
