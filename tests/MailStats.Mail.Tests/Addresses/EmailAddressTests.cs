using MailStats.Mail.Addresses;

namespace MailStats.Mail.Tests.Addresses;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("ann@example.net", "ann@example.net")]
    [InlineData("  <ann@example.net> ", "ann@example.net")]
    [InlineData("Ann@Example.NET", "Ann@example.net")]
    [InlineData("ann@example.net.", "ann@example.net")]
    [InlineData("ann@bücher.example", "ann@xn--bcher-kva.example")]
    [InlineData("ann@BÜCHER.example", "ann@xn--bcher-kva.example")]
    [InlineData("ann@bu\u0308cher.example", "ann@xn--bcher-kva.example")]
    [InlineData("用户@例え.jp", "用户@xn--r8jz45g.jp")]
    [InlineData("\"ann b\"@example.net", "\"ann b\"@example.net")]
    [InlineData("\"a@b\"@example.net", "\"a@b\"@example.net")]
    [InlineData("SRS0=abc=de=example.org=ann@forward.example", "SRS0=abc=de=example.org=ann@forward.example")]
    [InlineData("ann@[192.0.2.1]", "ann@[192.0.2.1]")]
    [InlineData("ann@[IPv6:2001:db8::1]", "ann@[ipv6:2001:db8::1]")]
    [InlineData("root@localhost", "root@localhost")]
    [InlineData("a_b@my_host.example", "a_b@my_host.example")]
    [InlineData("a..b.@example.net", "a..b.@example.net")]
    public void An_address_is_brought_into_one_form(string given, string expected)
    {
        Assert.Equal(expected, EmailAddress.Read(given, out var error));
        Assert.Null(error);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("ann", "has no domain")]
    [InlineData("@example.net", "has no local part")]
    [InlineData("ann@", "not a valid domain name")]
    [InlineData("ann@.", "not a valid domain name")]
    [InlineData("ann@-a.example", "not a valid domain name")]
    [InlineData("ann@a..example", "not a valid domain name")]
    [InlineData("ann@exa mple.net", "not a valid domain name")]
    [InlineData("ann@[300.1.1.1]", "address literal")]
    [InlineData("ann b@example.net", "quoted")]
    [InlineData("a@b@example.net", "quoted")]
    [InlineData("ann\u0007@example.net", "control character")]
    [InlineData("ann\r\nBcc: x@example.net", "control character")]
    public void What_is_no_address_is_named(string given, string expected)
    {
        Assert.Null(EmailAddress.Read(given, out var error));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" user@gmail..com ", "user@gmail..com")]
    [InlineData("a@b@c.example", "a@b@c.example")]
    [InlineData("ro\u0007ot", "ro\ufffdot")]
    [InlineData("  ", null)]
    public void What_a_log_has_in_the_place_of_an_address_is_kept(string given, string? kept) => Assert.Equal(kept, EmailAddress.Keep(given));

    /// <summary>No attribute can hold such a text.</summary>
    [Fact]
    public void Half_a_character_is_kept_as_its_replacement() => Assert.Equal("half \ufffd", EmailAddress.Keep("half " + '\ud83d'));

    [Fact]
    public void What_is_kept_has_the_bound_of_an_address()
    {
        Assert.Equal(EmailAddress.MaxOctets, EmailAddress.Keep(new string('a', 255))!.Length);
        Assert.Equal(EmailAddress.MaxOctets / 2, EmailAddress.Keep(new string('é', 200))!.Length);
    }

    [Fact]
    public void Lengths_are_those_of_RFC_5321()
    {
        var longest = new string('a', EmailAddress.MaxOctets - "@example.net".Length) + "@example.net";

        Assert.Equal(longest, EmailAddress.Read(longest, out _));
        Assert.Null(EmailAddress.Read("a" + longest, out var error));
        Assert.Equal("is longer than 254 octets", error);
        Assert.Null(EmailAddress.Read(new string('a', 1_000_000), out _));
        Assert.Null(EmailAddress.Read("a@" + new string('b', 64) + ".example", out _));
        Assert.NotNull(EmailAddress.Read("a@" + new string('b', 63) + ".example", out _));
    }

    [Theory]
    [InlineData("News <news@shop.example>", "news@shop.example")]
    [InlineData("\"Shop, <The>\" <news@Shop.example>", "news@shop.example")]
    [InlineData("news@shop.example", "news@shop.example")]
    [InlineData("\"a<b\"@shop.example", "\"a<b\"@shop.example")]
    [InlineData("Ann <ann@shop.example>, Bob <bob@shop.example>", "bob@shop.example")]
    [InlineData("News <news@shop.exam", null)]
    public void The_header_form_gives_its_address(string given, string? expected) =>
        Assert.Equal(expected, EmailAddress.ReadHeader(given, out _));

    [Theory]
    [InlineData("ann@example.net", true)]
    [InlineData("ann+tag@Example.NET", true)]
    [InlineData("<ann@example.net>", false)]
    [InlineData(" ann@example.net", false)]
    [InlineData("Ann <ann@example.net>", false)]
    [InlineData("ann@example.net, bob@example.net", false)]
    [InlineData("ann@exa mple.net", false)]
    [InlineData("ann\r\n@example.net", false)]
    [InlineData("\"ann\r\nBcc: eve\"@example.net", false)]
    [InlineData("ann\u2028@example.net", false)]
    [InlineData("ann\u200b@example.net", false)]
    [InlineData("ann", false)]
    [InlineData("", false)]
    // Addresses to MTAs; the mail client throws at them.
    [InlineData("a..b.@example.net", false)]
    public void Notices_go_to_one_bare_address(string given, bool sendable) => Assert.Equal(sendable, EmailAddress.CanBeSentTo(given));

    [Theory]
    [InlineData("ann@example.net", "example.net")]
    [InlineData("\"a@b\"@example.net", "example.net")]
    [InlineData("root", "root")]
    [InlineData("ann@", "")]
    public void The_domain_stands_after_the_last_at(string address, string domain) => Assert.Equal(domain, EmailAddress.DomainOf(address).ToString());
}
