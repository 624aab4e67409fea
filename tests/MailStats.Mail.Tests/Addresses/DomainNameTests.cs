using MailStats.Mail.Addresses;

namespace MailStats.Mail.Tests.Addresses;

public sealed class DomainNameTests
{
    [Theory]
    [InlineData("shop.example", "shop.example")]
    [InlineData("Shop.EXAMPLE", "shop.example")]
    [InlineData("shop.example.", "shop.example")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("BÜCHER.example", "xn--bcher-kva.example")]
    [InlineData("bu\u0308cher.example", "xn--bcher-kva.example")]
    [InlineData("例え.jp", "xn--r8jz45g.jp")]
    [InlineData("localhost", "localhost")]
    [InlineData("my_host.example", "my_host.example")]
    [InlineData("[192.0.2.1]", "[192.0.2.1]")]
    [InlineData("[IPv6:2001:DB8::1]", "[ipv6:2001:db8::1]")]
    public void A_domain_has_one_form(string given, string expected)
    {
        Assert.Equal(expected, DomainName.Read(given, out var error));
        Assert.Null(error);
        Assert.Equal(expected, DomainName.Fold(given));
        Assert.Equal(expected, DomainName.Read(expected, out _));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("..", "")]
    [InlineData("shop.example..", "shop.example")]
    [InlineData("A..example", "a..example")]
    [InlineData("-a.example", "-a.example")]
    [InlineData("exa mple.net", "exa mple.net")]
    [InlineData("ann@shop.example", "ann@shop.example")]
    [InlineData("a/b", "a/b")]
    [InlineData("xn--\u0001.example", "xn--\u0001.example")]
    [InlineData("[300.1.1.1]", "[300.1.1.1]")]
    [InlineData("BÜ\u0001.example", "bü\u0001.example")]
    public void What_is_no_domain_is_refused_by_name_and_folded_where_it_counts(string given, string folded)
    {
        Assert.Null(DomainName.Read(given, out var error));
        Assert.NotNull(error);
        Assert.Equal(folded, DomainName.Fold(given));
    }

    [Fact]
    public void A_label_has_63_octets_and_a_domain_253()
    {
        var label = new string('b', 63);
        var longest = $"{label}.{label}.{label}.{new string('c', DomainName.MaxLength - (3 * 64))}";

        Assert.Equal(DomainName.MaxLength, longest.Length);
        Assert.Equal(longest, DomainName.Read(longest, out _));
        Assert.Null(DomainName.Read("c" + longest, out _));
        Assert.Null(DomainName.Read($"b{label}.example", out _));
    }
}
