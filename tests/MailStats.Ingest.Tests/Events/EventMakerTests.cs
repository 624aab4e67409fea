using FsCheck;
using FsCheck.Fluent;
using MailStats.Contracts;
using MailStats.Ingest.Events;

namespace MailStats.Ingest.Tests.Events;

public sealed class EventMakerTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    private static readonly SubmittedEvent Sample = new()
    {
        Event = "bounced",
        OccurredAt = Now,
        MessageKey = "m1",
        Recipient = "ann@example.net",
        Sender = "news@shop.example",
        Reply = "550 5.1.1 no such user",
    };

    [Fact]
    public void A_message_form_gives_one_event_a_recipient()
    {
        var maker = Make(Sample with { Recipient = null, Recipients = ["ann@example.net", "nobody", "Bob@EXAMPLE.org"] });

        Assert.Equal(["ann@example.net", "Bob@example.org"], maker.Events.Select(made => made.Recipient));
        Assert.Equal(("recipients[1]", "has no domain"), (maker.Rejected.Single().Field, maker.Rejected.Single().Error));
        Assert.Equal(2, maker.Events.Select(made => made.EventId).Distinct().Count());
    }

    [Theory]
    [InlineData("user@gmail..com")]
    [InlineData("user@gmail,com")]
    [InlineData("a@b@c.example")]
    [InlineData("root")]
    [InlineData("Print Connections")]
    public void What_a_log_has_for_an_address_is_kept_where_the_item_says_so(string text)
    {
        var asLogged = Make(Sample with { Recipient = text, Sender = text, AsLogged = true });

        Assert.Equal((text, text), (asLogged.Events.Single().Recipient, asLogged.Events.Single().Sender));
        Assert.Empty(asLogged.Rejected);
        Assert.Equal(["sender", "recipient"], Make(Sample with { Recipient = text, Sender = text }).Rejected.Select(field => field.Field));
    }

    [Fact]
    public void An_item_as_logged_still_needs_a_recipient() =>
        Assert.Equal("recipient", Make(Sample with { Recipient = " ", AsLogged = true }).Rejected.Single().Field);

    [Fact]
    public void An_address_in_an_item_as_logged_is_brought_into_its_form() =>
        Assert.Equal("Ann@example.net", Make(Sample with { Recipient = "Ann@EXAMPLE.net", AsLogged = true }).Events.Single().Recipient);

    [Fact]
    public void What_is_older_than_is_kept_is_counted_with_the_settings()
    {
        var kept = new MailStats.Stores.StorageOptions();
        var events = new[] { 0, 89, 91, 400, 800 }.SelectMany(days => Make(Sample with { OccurredAt = Now.AddDays(-days) }).Events).ToList();

        Assert.Equal(new OldEvents(3, 90, 1, 25), OldEvents.Among(events, kept, Now));
        Assert.Null(OldEvents.Among(events[..2], kept, Now));
    }

    /// <summary>Whether they come with their outcome or alone, deferrals are the same events, with the same ids.</summary>
    [Fact]
    public void A_deferral_of_an_item_is_the_event_that_it_would_be_alone() => Prop.ForAll(
        (from minutes in Gen.Choose(0, 3)
         from reply in Gen.Elements(null, "451 4.7.1 greylisted", "try later\r\n", " ")
         from code in Gen.Elements<int?>(null, 421)
         from host in Gen.Elements(null, "mx.example.net")
         from number in Gen.Elements<int?>(null, 2)
         from attempted in Gen.Elements<bool?>(null, false)
         from id in Gen.Elements(null, "e1")
         select new SubmittedDeferral
         {
             OccurredAt = Now.AddMinutes(-minutes),
             Reply = reply,
             ReplyCode = code,
             EnhancedCode = code is null ? null : "4.4.1",
             RemoteHost = host,
             AttemptNumber = number,
             Attempted = attempted,
             SourceVerdict = host is null ? null : "TransientFailure",
             OutgoingIp = host is null ? null : "192.0.2.9",
             TlsVersion = code is null ? null : "TLSv1.2",
             EventId = id,
         }).ListOf().ToArbitrary(),
        deferrals =>
        {
            var item = Sample with
            {
                Subject = "Offer", From = "Shop <shop@shop.example>", QueueId = "Q1", Host = "mx1",
                Bytes = 9, SpamScore = 1.5, AcceptedAt = Now.AddHours(-1), OutgoingIp = "192.0.2.1", TlsVersion = "TLSv1.3", Pool = "bulk",
            };
            var alone = deferrals.SelectMany(deferral => Make(item with
            {
                Event = "deferred",
                OccurredAt = deferral.OccurredAt,
                Reply = deferral.Reply,
                ReplyCode = deferral.ReplyCode,
                EnhancedCode = deferral.EnhancedCode,
                RemoteHost = deferral.RemoteHost,
                AttemptNumber = deferral.AttemptNumber,
                Attempted = deferral.Attempted,
                SourceVerdict = deferral.SourceVerdict,
                OutgoingIp = deferral.OutgoingIp,
                TlsVersion = deferral.TlsVersion,
                EventId = deferral.EventId,
            }).Events);

            Assert.Equal([.. alone, .. Make(item).Events], Make(item with { Deferrals = [.. deferrals] }).Events);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_known_of_the_way_out_is_taken()
    {
        var made = Make(Sample with
        {
            OutgoingIp = " 2001:DB8:0:0::1 ", Pool = "bulk", Tags = ["vip", "spring", " vip ", ""], TlsVersion = "TLSv1.3",
            ClientAddress = "198.51.100.7", Login = "shop",
        }).Events.Single();

        Assert.Equal(("2001:db8::1", "bulk", "TLSv1.3", "198.51.100.7", "shop"), (made.OutgoingIp, made.Pool, made.TlsVersion, made.ClientAddress, made.Login));
        Assert.Equal(["spring", "vip"], made.Tags!);
        Assert.Null(Make(Sample with { Tags = [" "], OutgoingIp = "" }).Events.Single().Tags);
    }

    [Theory]
    [InlineData("300.0.0.1")]
    [InlineData("1")]
    [InlineData("mx1.example")]
    [InlineData("0x7f.1")]
    public void What_is_no_ip_address_is_refused(string text) =>
        Assert.Equal(
            [("clientAddress", "must be an IPv4 or IPv6 address"), ("outgoingIp", "must be an IPv4 or IPv6 address")],
            Make(Sample with { OutgoingIp = text, ClientAddress = text }).Rejected.Select(field => (field.Field, field.Error)).Order());

    [Fact]
    public void Facts_of_the_way_out_have_bounds()
    {
        var longest = new string('a', EventMaker.MaxWord);
        var most = Enumerable.Range(0, EventMaker.MaxTags).Select(number => $"{number:D2}").ToList();
        Assert.Empty(Make(Sample with { Pool = longest, TlsVersion = longest, Tags = [longest], Login = new('a', EventMaker.MaxKey) }).Rejected);
        Assert.Empty(Make(Sample with { Tags = most }).Rejected);

        var wrong = Make(Sample with
        {
            Pool = longest + "a", TlsVersion = longest + "a", Tags = ["ok", longest + "a", "a\nb"], Login = new('a', EventMaker.MaxKey + 1),
        });

        Assert.Equal(["login", "pool", "tags[1]", "tags[2]", "tlsVersion"], wrong.Rejected.Select(field => field.Field).Order(StringComparer.Ordinal));
        var refused = Make(Sample with { Tags = [.. most, "more"] }).Rejected.Single();
        Assert.Equal(("tags", "are more than 16"), (refused.Field, refused.Error));
    }

    [Fact]
    public void A_wrong_deferral_costs_no_other_event_of_its_item()
    {
        var right = new SubmittedDeferral { OccurredAt = Now };
        var maker = Make(Sample with
        {
            Deferrals =
            [
                right,
                new() { RemoteHost = "a\nb", SourceVerdict = new('v', 256), EventId = "\0", EnhancedCode = "4", ReplyCode = 600, AttemptNumber = 0 },
                right with { OccurredAt = Now.AddDays(2) },
            ],
        });

        Assert.Equal([DeliveryEventKind.Deferred, DeliveryEventKind.Bounced], maker.Events.Select(made => made.Kind));
        Assert.Equal(
            [
                "deferrals[1].attemptNumber", "deferrals[1].enhancedCode", "deferrals[1].eventId", "deferrals[1].occurredAt", "deferrals[1].remoteHost",
                "deferrals[1].replyCode", "deferrals[1].sourceVerdict", "deferrals[2].occurredAt",
            ],
            maker.Rejected.Select(field => field.Field).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Deferrals_of_several_recipients_are_refused()
    {
        var maker = Make(Sample with { Recipient = null, Recipients = ["ann@example.net"], Deferrals = [new() { OccurredAt = Now }] });

        Assert.Empty(maker.Events);
        Assert.Equal(("deferrals", "cannot stand beside recipients"), (maker.Rejected.Single().Field, maker.Rejected.Single().Error));
    }

    [Fact]
    public void The_reply_gives_the_codes_it_begins_with()
    {
        var made = Make(Sample).Events.Single();

        Assert.Equal((550, "5.1.1", "550 5.1.1 no such user"), (made.ReplyCode, made.EnhancedCode, made.ReplyText));
    }

    [Theory]
    [InlineData("550-5.7.26 first\r\n550 5.7.26 last", 550, "5.7.26")]
    [InlineData("4.2.2 mailbox full", null, "4.2.2")]
    [InlineData("host mx said: 550 no", null, null)]
    [InlineData("550", 550, null)]
    [InlineData("5501 x", null, null)]
    [InlineData("550 192.0.2.1 is listed", 550, null)]
    [InlineData("999 x", null, null)]
    public void Codes_deeper_in_the_text_are_left_to_the_classifier(string reply, int? code, string? enhanced)
    {
        var made = Make(Sample with { Reply = reply }).Events.Single();

        Assert.Equal((code, enhanced), (made.ReplyCode, made.EnhancedCode));
        Assert.DoesNotContain('\r', made.ReplyText!);
    }

    [Fact]
    public void Every_wrong_field_is_named_at_once()
    {
        var maker = Make(new SubmittedEvent
        {
            Event = "opened",
            OccurredAt = Now.AddDays(2),
            AcceptedAt = DateTimeOffset.MinValue,
            Recipients = ["x"],
            From = "nobody",
            EnhancedCode = "5.7",
            ReplyCode = 99,
            Bytes = -1,
            AttemptNumber = 0,
            QueueId = "a\nb",
            Source = new string('s', 65),
        });

        Assert.Empty(maker.Events);
        Assert.Equal(
            ["acceptedAt", "attemptNumber", "bytes", "enhancedCode", "event", "from", "occurredAt", "queueId", "recipients[0]", "replyCode", "source"],
            maker.Rejected.Select(field => field.Field).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_wanted_is_said()
    {
        var maker = Make(new SubmittedEvent());

        Assert.Equal(["event", "messageKey", "occurredAt", "recipient", "sender"], maker.Rejected.Select(field => field.Field).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Long_texts_are_cut_and_control_characters_leave()
    {
        var made = Make(Sample with { Subject = "a\0b\u001b[31m" + new string('x', 1_000_000), Reply = new string('y', 100_000) }).Events.Single();

        Assert.Equal(EventMaker.MaxSubject, made.Subject!.Length);
        Assert.StartsWith("a b [31m", made.Subject, StringComparison.Ordinal);
        Assert.Equal(EventMaker.MaxReply, made.ReplyText!.Length);
    }

    [Fact]
    public void A_cut_leaves_no_half_character()
    {
        var made = Make(Sample with { Subject = new string('x', EventMaker.MaxSubject - 1) + "😀😀" }).Events.Single();

        Assert.Equal(EventMaker.MaxSubject - 1, made.Subject!.Length);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("<>", "")]
    [InlineData("News@Shop.example", "News@shop.example")]
    public void The_null_sender_is_empty(string given, string sender) =>
        Assert.Equal(sender, Make(Sample with { Sender = given }).Events.Single().Sender);

    [Theory]
    [InlineData("k", "<m@x>", "k")]
    [InlineData(null, "<m@x>", "m@x")]
    [InlineData(null, null, "mx1/ABC")]
    public void The_message_key_is_found(string? key, string? messageId, string expected) =>
        Assert.Equal(expected, Make(Sample with { MessageKey = key, MessageId = messageId, Host = "mx1", QueueId = "ABC" }).Events.Single().MessageKey);

    [Fact]
    public void A_repetition_has_the_same_id_and_a_difference_another()
    {
        var id = Make(Sample).Events.Single().EventId;
        SubmittedEvent[] others =
        [
            Sample with { Recipient = "bob@example.net" },
            Sample with { MessageKey = "m2" },
            Sample with { OccurredAt = Now.AddMilliseconds(1) },
            Sample with { Event = "deferred" },
            Sample with { Reply = "550 5.1.1 no such user." },
            Sample with { AttemptNumber = 2 },
            Sample with { EventId = "e1" },
        ];

        Assert.Equal(id, Make(Sample with { OccurredAt = Now.ToOffset(TimeSpan.FromHours(5)), Recipient = "ann@EXAMPLE.net" }).Events.Single().EventId);
        Assert.Equal(others.Length + 1, others.Select(other => Make(other).Events.Single().EventId).Append(id).Distinct().Count());
        Assert.NotEqual(id, Make(Sample, tenant: "other").Events.Single().EventId);
    }

    [Fact]
    public void The_sources_own_id_wins_over_the_content()
    {
        var first = Make(Sample with { EventId = "e1", Source = "sendgrid/a" }).Events.Single();
        var again = Make(Sample with { EventId = "e1", Source = "sendgrid/a", Reply = "cut" }).Events.Single();
        var other = Make(Sample with { EventId = "e1", Source = "sendgrid/b" }).Events.Single();

        Assert.Equal(first.EventId, again.EventId);
        Assert.NotEqual(first.EventId, other.EventId);
    }

    [Fact]
    public void No_text_whatever_breaks_it()
    {
        var text = ArbMap.Default.ArbFor<string?>();

        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(text, text, text, (one, two, three) =>
        {
            var maker = Make(Sample with { Recipient = one, Sender = two, From = three, Subject = one, Reply = two, MessageKey = three, Event = "delivered" });

            return maker.Events.Count == 1 ^ maker.Rejected.Count > 0;
        }));
    }

    private static EventMaker Make(SubmittedEvent submitted, string tenant = "acme")
    {
        var maker = new EventMaker(Now);
        maker.Add(new(0, null, submitted), tenant);

        return maker;
    }
}
