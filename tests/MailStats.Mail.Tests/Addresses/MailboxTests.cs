using MailStats.Mail.Addresses;

namespace MailStats.Mail.Tests.Addresses;

public sealed class MailboxTests
{
    [Theory]
    [InlineData("Max.Power@Acme.Test", "max.power@acme.test")]
    [InlineData("j.o'neil@acme.test", "j.o'neil@acme.test")]
    [InlineData("info@Bücher.example", "info@xn--bcher-kva.example")]
    [InlineData("ann+orders@example.org", "ann+orders@example.org")]
    [InlineData("a=b@example.org", "a=b@example.org")]
    public void An_address_that_has_no_decoration_stays(string sender, string mailbox) => Assert.Equal(mailbox, Of(sender));

    [Theory]
    [InlineData("bounces+1027-ann=example.net@news.shop.example", "bounces@news.shop.example")]
    [InlineData("bounces+93651-Uwe.Yilmaz4=tiny-isp.test@news.sender.test", "bounces@news.sender.test")]
    [InlineData("bounces+96690-pedro.peetersspam-test=hotmail.test@news.sender.test", "bounces@news.sender.test")]
    [InlineData("bounce+9a8b7c.123456-ann=example.net@mg.shop.example", "bounce@mg.shop.example")]
    [InlineData("user-owner+ann=example.net@lists.example", "user-owner@lists.example")]
    [InlineData("list-return-12-ann-marie=example.net@lists.example", "list-return@lists.example")]
    [InlineData("news-ann=example.net@lists.example", "news@lists.example")]
    [InlineData("bounces+1027@news.shop.example", "bounces@news.shop.example")]
    [InlineData("0102017f3c1e2b4a-1a2b3c4d-11aa-22bb-33cc-0123456789ab-000000@eu-west-1.amazonses.com", "bounces@eu-west-1.amazonses.com")]
    public void VERP_is_taken_off(string sender, string mailbox) => Assert.Equal(mailbox, Of(sender));

    [Theory]
    [InlineData("prvs=2943fa7c11=ann@example.org", "ann@example.org")]
    [InlineData("prvs=ann/2943fa7c11@example.org", "ann@example.org")]
    [InlineData("btv1==029f5a3d1e0==ann@example.org", "ann@example.org")]
    [InlineData("msprvs1=17777abcDEF=bounces-12345-1@bounces.example.org", "bounces-12345-1@bounces.example.org")]
    [InlineData("prvs=2943fa7c11=bounces+7-ann=example.net@example.org", "bounces@example.org")]
    public void BATV_is_taken_off(string sender, string mailbox) => Assert.Equal(mailbox, Of(sender));

    [Theory]
    [InlineData("SRS0=HHH=TT=orig.example=ann@fwd.example", "ann@orig.example")]
    [InlineData("srs0+HHH=TT=orig.example=ann@fwd.example", "ann@orig.example")]
    [InlineData("SRS1=GGG=first.example==HHH=TT=orig.example=ann@second.example", "ann@orig.example")]
    [InlineData("ann+SRS=hASh=TT=orig.example=ann@tenant.example", "ann@orig.example")]
    [InlineData("SRS0=HHH=TT=orig.example=prvs=2943fa7c11=ann@fwd.example", "ann@orig.example")]
    [InlineData("SRS0=HHH=TT=news.example=bounces+7-ann=example.net@fwd.example", "bounces@news.example")]
    [InlineData("SRS0=HHH@fwd.example", "srs0=hhh@fwd.example")]
    public void SRS_is_taken_off(string sender, string mailbox) => Assert.Equal(mailbox, Of(sender));

    [Fact]
    public void The_header_From_is_what_people_know() =>
        Assert.Equal(new("shop.example", "ann@shop.example"), Mailbox.Of("Ann <Ann@shop.example>", "bounces+1-x=y.example@esp.example"));

    [Fact]
    public void The_null_sender_has_no_mailbox_whatever_its_header_says() => Assert.Null(Mailbox.Of("MAILER-DAEMON@mx.example", ""));

    [Fact]
    public void A_source_that_names_no_sender_is_counted_under_unknown() => Assert.Equal(Mailbox.Unknown, Mailbox.Of(null, null));

    [Theory]
    [InlineData("root", "root", "unknown")]
    [InlineData("@", "unknown", "unknown")]
    [InlineData("ann@", "ann", "unknown")]
    [InlineData("\"a@b\"@example.org", "\"a@b\"@example.org", "example.org")]
    [InlineData("ann@xn--\u0001.example", "ann@xn--\u0001.example", "xn--\u0001.example")]
    public void Whatever_stands_there_has_a_mailbox(string sender, string address, string domain) =>
        Assert.Equal(new(domain, address), Mailbox.Of(null, sender));

    [Theory]
    [InlineData("SRS0=HHH=TT=no such domain=ann@fwd.example")]
    [InlineData("SRS0=HHH=TT=a..example=ann@fwd.example")]
    [InlineData("\"x+SRS=HHH=TT=orig.example=ann\"@fwd.example")]
    public void A_decoration_around_no_address_stays(string sender) => Assert.Equal(sender.ToLowerInvariant(), Of(sender));

    /// <summary>A name out of a list asks for the very rows that the list shows.</summary>
    [Theory]
    [InlineData("Ann@Shop.Example")]
    [InlineData("bounces+1027-ann=example.net@news.shop.example")]
    [InlineData("SRS0=HHH=TT=Bücher.example=ann@fwd.example")]
    [InlineData("SRS0=HHH=TT=or!ig=ann@fwd.example")]
    [InlineData("prvs=2943fa7c11=\"ann@fwd.example")]
    [InlineData("\"a@b\"@[192.0.2.1]")]
    [InlineData("bu\u0308cher@bu\u0308cher.example")]
    [InlineData("root@localhost")]
    public void The_mailbox_of_every_address_can_be_named(string address)
    {
        if (EmailAddress.Read(address, out _) is not { } read)
        {
            Assert.Null(Mailbox.Named(address));

            return;
        }

        foreach (var listed in (Mailbox[])[Mailbox.Of(null, read)!.Value, Mailbox.Of(read, null)!.Value])
        {
            Assert.Equal(listed, Mailbox.Named(listed.Address));
            Assert.Equal(listed.Domain, DomainName.Read(listed.Domain, out _));
        }
    }

    [Fact]
    public void Nothing_is_taken_off_a_name_that_a_caller_gives() =>
        Assert.Equal(new("shop.example", "bounces+1@shop.example"), Mailbox.Named(" <Bounces+1@Shop.Example> "));

    [Theory]
    [InlineData("")]
    [InlineData("ann")]
    [InlineData("unknown")]
    [InlineData("ann b@shop.example")]
    [InlineData("ann@shop/example")]
    public void What_is_no_address_names_no_mailbox(string text) => Assert.Null(Mailbox.Named(text));

    private static string Of(string sender) => Mailbox.Of(null, sender)!.Value.Address;
}
