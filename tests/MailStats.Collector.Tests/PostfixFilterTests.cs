using MailStats.Contracts;

namespace MailStats.Collector.Tests;

/// <summary>Mail that goes through the queue more than once: content filters, forwarding, <c>postsuper</c>. Lines as Postfix 3.7 wrote them.</summary>
public sealed class PostfixFilterTests
{
    private static readonly string Mail = Unfolded("""
        Mar  3 08:00:00 mx1 postfix/smtpd[1]: 27EFBB2431A: client=web.shop.example[192.0.2.10], sasl_method=PLAIN, sasl_username=news
        Mar  3 08:00:00 mx1 postfix/cleanup[2]: 27EFBB2431A: info: header Subject: Offers from web.shop.example[192.0.2.10];
            from=<news@shop.example> to=<ann@example.net> proto=ESMTP helo=<web>
        Mar  3 08:00:00 mx1 postfix/cleanup[2]: 27EFBB2431A: message-id=<a@shop.example>
        Mar  3 08:00:00 mx1 postfix/qmgr[3]: 27EFBB2431A: from=<news@shop.example>, size=281, nrcpt=2 (queue active)
        """);

    private static readonly string FilterDown = Unfolded("""
        Mar  3 08:00:00 mx1 postfix/scan/smtp[4]: connect to 127.0.0.1[127.0.0.1]:10024: Connection refused
        Mar  3 08:00:00 mx1 postfix/scan/smtp[4]: 27EFBB2431A: to=<ann@example.net>, relay=none, delay=0.04, delays=0.02/0.02/0/0,
            dsn=4.4.1, status=deferred (connect to 127.0.0.1[127.0.0.1]:10024: Connection refused)
        Mar  3 08:00:00 mx1 postfix/scan/smtp[4]: 27EFBB2431A: to=<gone@example.net>, relay=none, delay=0.04, delays=0.02/0.02/0/0,
            dsn=4.4.1, status=deferred (connect to 127.0.0.1[127.0.0.1]:10024: Connection refused)
        """);

    private static readonly string HandedBack = Unfolded("""
        Mar  3 08:05:00 mx1 postfix/reinject/smtpd[5]: 4DF0CB24320: client=CLIENT
        Mar  3 08:05:00 mx1 postfix/cleanup[2]: 4DF0CB24320: message-id=<a@shop.example>
        Mar  3 08:05:00 mx1 postfix/qmgr[3]: 4DF0CB24320: from=<news@shop.example>, size=435, nrcpt=2 (queue active)
        Mar  3 08:05:00 mx1 postfix/scan/smtp[4]: 27EFBB2431A: to=<ann@example.net>, relay=127.0.0.1[127.0.0.1]:10024, delay=300,
            delays=300/0/0.05/0.06, dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4DF0CB24320)
        Mar  3 08:05:00 mx1 postfix/scan/smtp[4]: 27EFBB2431A: to=<gone@example.net>, relay=127.0.0.1[127.0.0.1]:10024, delay=300,
            delays=300/0/0.05/0.06, dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4DF0CB24320)
        Mar  3 08:05:00 mx1 postfix/qmgr[3]: 27EFBB2431A: removed
        """);

    private static readonly string Out = Unfolded("""
        Mar  3 08:05:01 mx1 postfix/smtp[6]: 4DF0CB24320: to=<gone@example.net>, relay=mx.example.net[198.51.100.7]:25, delay=0.1,
            delays=0/0.01/0.04/0.05, dsn=5.1.1, status=bounced (host mx.example.net[198.51.100.7] said: 550 5.1.1 no such user (in reply to RCPT TO command))
        Mar  3 08:05:01 mx1 postfix/smtp[6]: 4DF0CB24320: to=<ann@example.net>, relay=mx.example.net[198.51.100.7]:25, delay=0.1,
            delays=0/0.01/0.04/0.05, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 77AA)
        Mar  3 08:05:01 mx1 postfix/qmgr[3]: 4DF0CB24320: removed
        """);

    [Fact]
    public void Mail_through_a_Proxmox_Mail_Gateway_counts_once_with_its_score()
    {
        const string Gateway = """
            Mar  3 08:00:01 mx1 pmg-smtp-filter[9]: 30F2E69A7C1: new mail message-id=<a@shop.example>
            Mar  3 08:00:02 mx1 pmg-smtp-filter[9]: 30F2E69A7C1: SA score=1/5 time=0.8 bayes=0.00 autolearn=no autolearn_force=no hits=BAYES_00(-1.9)
            Mar  3 08:00:02 mx1 postfix/smtpd[5]: 4DF0CB24320: client=localhost.localdomain[127.0.0.1], orig_client=web.shop.example[192.0.2.10]
            Mar  3 08:00:02 mx1 postfix/cleanup[2]: 4DF0CB24320: message-id=<a@shop.example>
            Mar  3 08:00:02 mx1 postfix/qmgr[3]: 4DF0CB24320: from=<news@shop.example>, size=1435, nrcpt=1 (queue active)
            Mar  3 08:00:02 mx1 pmg-smtp-filter[9]: 30F2E69A7C1: accept mail to <ann@example.net> (4DF0CB24320) (rule: default-accept)
            Mar  3 08:00:02 mx1 pmg-smtp-filter[9]: 30F2E69A7C1: processing time: 1.1 seconds (0.8, 0.1, 0)
            Mar  3 08:00:02 mx1 postfix/lmtp[4]: 27EFBB2431A: to=<ann@example.net>, relay=127.0.0.1[127.0.0.1]:10023, delay=2,
                delays=0.4/0/0.5/1.1, dsn=2.5.0, status=sent (250 2.5.0 OK (30F2E69A7C1))
            Mar  3 08:00:02 mx1 postfix/qmgr[3]: 27EFBB2431A: removed
            Mar  3 08:00:03 mx1 postfix/smtp[6]: 4DF0CB24320: to=<ann@example.net>, relay=mx.example.net[198.51.100.7]:25, delay=1,
                delays=0/0/1/0, dsn=2.0.0, status=sent (250 2.0.0 Ok)
            Mar  3 08:00:03 mx1 postfix/qmgr[3]: 4DF0CB24320: removed
            """;
        var delivered = Assert.Single(Read(Mail, Unfolded(Gateway)));

        Assert.Equal(
            ("ann@example.net", "4DF0CB24320", 1.0, "mx.example.net", false, "news"),
            (delivered.Recipient, delivered.QueueId, delivered.SpamScore, delivered.RemoteHost, delivered.Local == true, delivered.Login));
    }

    [Theory]
    [InlineData("localhost[127.0.0.1]")]
    [InlineData("unknown[127.0.0.1]")]
    [InlineData("mx1.shop.example[::1]")]
    [InlineData("localhost[127.0.0.1], orig_queue_id=27EFBB2431A, orig_client=web.shop.example[192.0.2.10]")]
    [InlineData("scanner.shop.example[192.0.2.77]")]
    [InlineData("amavis.mailnet[172.22.1.5]")]
    public void Mail_that_a_filter_hands_back_counts_once_under_its_last_queue_id(string client)
    {
        var events = Read(Mail, HandedBack.Replace("CLIENT", client, StringComparison.Ordinal), Out);

        Assert.Equal(
            [("ann@example.net", "delivered", "4DF0CB24320", "Offers"), ("gone@example.net", "bounced", "4DF0CB24320", "Offers")],
            events.OrderBy(item => item.Recipient).Select(item => (item.Recipient!, item.Event!, item.QueueId!, item.Subject!)));
    }

    [Theory]
    [InlineData("localhost[127.0.0.1]")]
    [InlineData("localhost[127.0.0.1], orig_queue_id=27EFBB2431A, orig_client=web.shop.example[192.0.2.10]")]
    public void A_filter_that_was_down_leaves_nobody_pending_for_ever(string client)
    {
        var events = Read(Mail, FilterDown, HandedBack.Replace("CLIENT", client, StringComparison.Ordinal), Out);

        AssertCountsOnce(events);
    }

    [Theory]
    [InlineData("localhost[127.0.0.1]")]
    [InlineData("amavis.mailnet[172.22.1.5]")]
    public void Also_where_the_mail_that_came_back_has_left_before_the_filter_s_answer_is_logged(string client)
    {
        var lines = HandedBack.Replace("CLIENT", client, StringComparison.Ordinal).Split('\n');

        AssertCountsOnce(Read([Mail, .. lines[..3], Out, .. lines[3..]]));
    }

    [Theory]
    [InlineData("<a@shop.example>", 0)]
    [InlineData("<other@shop.example>", 2)]
    public void Also_where_thousands_of_others_leave_before_the_filter_s_answer(string messageId, int countedTwice)
    {
        var lines = HandedBack.Replace("CLIENT", "localhost[127.0.0.1]", StringComparison.Ordinal)
            .Replace("message-id=<a@shop.example>", $"message-id={messageId}", StringComparison.Ordinal).Split('\n');
        var others = Enumerable.Range(0, 5_000).Select(number => Unfolded($"""
            Mar  3 08:05:02 mx1 postfix/smtpd[5]: 5{number:D10}: client=web.shop.example[192.0.2.10]
            Mar  3 08:05:02 mx1 postfix/cleanup[2]: 5{number:D10}: message-id=<{number}@web.shop.example>
            Mar  3 08:05:02 mx1 postfix/qmgr[3]: 5{number:D10}: removed
            """));

        var events = Read([Mail, .. lines[..3], Out, .. others, .. lines[3..]]);

        Assert.Equal(2 + countedTwice, events.Count(item => item.Local is null));
    }

    [Fact]
    public void Another_server_s_queue_id_that_looks_like_one_of_ours_is_another_mail()
    {
        var other = HandedBack.Replace("CLIENT", "app.shop.example[192.0.2.12]", StringComparison.Ordinal)
            .Replace("message-id=<a@shop.example>", "message-id=<b@shop.example>", StringComparison.Ordinal);

        var events = Read(Mail, other, Out);

        Assert.Equal(4, events.Count(item => item.Local is null));
    }

    [Fact]
    public void Also_where_the_log_is_cut_while_it_was_down()
    {
        var first = Samples.Reader("postfix");
        var second = Samples.Reader("postfix");
        ReadInto(first, Mail, FilterDown);
        ReadInto(second, HandedBack.Replace("CLIENT", "localhost[127.0.0.1]", StringComparison.Ordinal), Out);

        Joining.UnfinishedMessages.Join(first.Messages.Unfinished(), second.Messages.Unfinished(), second.Messages, Samples.Now);

        AssertCountsOnce([.. first.Messages.Events(), .. second.Messages.Events()]);
    }

    [Fact]
    public void A_filter_that_refuses_is_a_bounce_like_any_other()
    {
        var refused = HandedBack.Split('\n')[3].Trim().Replace(
            "dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4DF0CB24320)",
            "dsn=5.7.0, status=bounced (host 127.0.0.1[127.0.0.1] said: 554 5.7.0 Reject, id=00009-01 - INFECTED (in reply to end of DATA command))",
            StringComparison.Ordinal);

        Assert.Equal(("bounced", 554, null), Read(Mail, refused).Select(item => (item.Event, item.ReplyCode, item.Local)).Single());
    }

    [Fact]
    public void Forwarded_mail_keeps_its_subject_and_the_alias_is_local()
    {
        var events = Read(Mail, Unfolded("""
            Mar  3 08:00:00 mx1 postfix/cleanup[2]: AFEE2B241A7: message-id=<a@shop.example>
            Mar  3 08:00:00 mx1 postfix/qmgr[3]: AFEE2B241A7: from=<news@shop.example>, size=559, nrcpt=1 (queue active)
            Mar  3 08:00:00 mx1 postfix/local[7]: 27EFBB2431A: to=<fwd@shop.example>, orig_to=<forward@shop.example>,
                relay=local, delay=0.02, delays=0/0.01/0/0, dsn=2.0.0, status=sent (forwarded as AFEE2B241A7)
            Mar  3 08:00:01 mx1 postfix/smtp[6]: AFEE2B241A7: to=<eve@example.org>, orig_to=<forward@shop.example>,
                relay=mx.example.org[198.51.100.8]:25, delay=0.1, delays=0/0/0/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok)
            """));

        Assert.Equal(
            [("fwd@shop.example", true, "Offers"), ("eve@example.org", null, "Offers")], events.Select(item => (item.Recipient!, item.Local, item.Subject!)));
    }

    [Fact]
    public void Mail_that_was_requeued_stays_the_same_message()
    {
        var events = Read(Mail, FilterDown, Unfolded("""
            Mar  3 08:10:00 mx1 postfix/postsuper[8]: 27EFBB2431A: requeued
            Mar  3 08:10:01 mx1 postfix/pickup[9]: 15FEFB24445: uid=100 from=<news@shop.example> orig_id=27EFBB2431A
            Mar  3 08:10:01 mx1 postfix/cleanup[2]: 15FEFB24445: message-id=<a@shop.example>
            Mar  3 08:10:01 mx1 postfix/qmgr[3]: 15FEFB24445: from=<news@shop.example>, size=414, nrcpt=2 (queue active)
            Mar  3 08:10:02 mx1 postfix/smtp[6]: 15FEFB24445: to=<ann@example.net>,
                relay=mx.example.net[198.51.100.7]:25, delay=602, delays=602/0.01/0.04/0.05, dsn=2.0.0, status=sent (250 2.0.0 Ok)
            Mar  3 08:20:02 mx1 postfix/qmgr[3]: 15FEFB24445: from=<news@shop.example>, status=expired, returned to sender
            """));

        Assert.Equal("20260303T080000-mx1-27EFBB2431A", events.Select(item => item.MessageKey).Distinct().Single());
        Assert.Equal(
            [("ann@example.net", "delivered", "15FEFB24445"), ("gone@example.net", "expired", "15FEFB24445")],
            Ledger.Of(events).OrderBy(item => item.Recipient).Select(item => (item.Recipient, item.Status, item.Last.QueueId!)));
    }

    [Fact]
    public void Mail_that_an_operator_deletes_is_given_up()
    {
        var deleted = Read(Mail, FilterDown, "Mar  3 08:10:00 mx1 postfix/postsuper[8]: 27EFBB2431A: removed");

        Assert.Equal(["expired", "expired"], Ledger.Of(deleted).Select(item => item.Status));
        Assert.All(Ledger.Of(deleted), item => Assert.Equal(("removed", false), (item.Last.SourceVerdict, item.Last.Attempted)));
    }

    [Fact]
    public void A_copy_for_the_archive_is_a_delivery_of_its_own()
    {
        var archived = Out.Split('\n')[1].Trim().Replace("4DF0CB24320", "27EFBB2431A", StringComparison.Ordinal);

        var events = Read(
            Mail,
            archived,
            archived.Replace("smtp[6]", "virtual[6]", StringComparison.Ordinal).Replace(
                "to=<ann@example.net>, relay=mx.example.net[198.51.100.7]:25", "to=<archive@shop.example>, relay=virtual", StringComparison.Ordinal));

        Assert.Equal([("ann@example.net", null), ("archive@shop.example", true)], events.Select(item => (item.Recipient!, item.Local)));
    }

    [Fact]
    public void Fields_that_a_newer_version_adds_do_no_harm() =>
        Assert.Single(
            Read(
                Mail,
                "Mar  3 08:00:02 mx1 postfix/smtp[6]: 27EFBB2431A: to=<ann@example.net>, relay=mx.example.net[198.51.100.7]:25, conn_use=2, " +
                "delay=0.1, delays=0/0.01/0.04/0.05, tls=verified, dsn=2.0.0, status=sent (250 2.0.0 Ok)"));

    [Theory]
    [InlineData("lmtp", "localhost[127.0.0.1]:24", true)]
    [InlineData("lmtp", "127.0.0.1[127.0.0.1]:24", true)]
    [InlineData("lmtp", "store.shop.example[192.0.2.30]:24", true)]
    [InlineData("lmtp", "dovecot[172.22.1.250]:24", true)]
    [InlineData("smtp", "127.0.0.1[127.0.0.1]:2525", null)]
    public void A_mail_store_is_local_wherever_it_is(string daemon, string relay, object? local) => Assert.Equal(
        local,
        Read(
            Mail,
            $"Mar  3 08:00:02 mx1 postfix/{daemon}[6]: 27EFBB2431A: to=<ann@shop.example>, relay={relay}, delay=0.1, " +
            "delays=0/0.01/0.04/0.05, dsn=2.0.0, status=sent (250 2.0.0 <ann@shop.example> Saved)").Single().Local);

    /// <summary>A recipient counts where none of its events says that it was delivered on the host itself.</summary>
    private static void AssertCountsOnce(IReadOnlyList<SubmittedEvent> events)
    {
        var counted = events.GroupBy(item => (item.MessageKey, item.Recipient)).Where(delivery => delivery.All(item => item.Local is null)).ToList();

        Assert.Equal(["ann@example.net", "gone@example.net"], counted.Select(delivery => delivery.Key.Recipient!).Order());
        Assert.All(counted, delivery => Assert.Equal("20260303T080500-mx1-4DF0CB24320", delivery.Key.MessageKey));
        Assert.Equal(["bounced", "delivered"], counted.SelectMany(delivery => delivery).Select(item => item.Event!).Order());
    }

    /// <summary>Joins each line that begins with spaces to the line before it: the log has it in one.</summary>
    private static string Unfolded(string text) => text.Replace("\n    ", " ", StringComparison.Ordinal);

    private static List<SubmittedEvent> Read(params string[] texts)
    {
        var reader = Samples.Reader("postfix");
        ReadInto(reader, texts);

        return reader.Messages.Events();
    }

    private static void ReadInto(Formats.ILogFormat reader, params string[] texts)
    {
        foreach (var line in texts.SelectMany(text => text.Split('\n')))
        {
            Assert.True(reader.Read(System.Text.Encoding.UTF8.GetBytes(line.TrimEnd('\r'))) < Formats.LineOutcome.NotThisFormat, line);
        }
    }
}
