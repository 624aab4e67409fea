using MailStats.Mail.Addresses;

namespace MailStats.Mail.Tests.Addresses;

public sealed class AddressMaskTests
{
    [Theory]
    [InlineData("ann.smith@example.net", "a•••@example.net")]
    [InlineData("Éva@example.net", "É•••@example.net")]
    [InlineData("al@example.net", "•••@example.net")]
    [InlineData("a@example.net", "•••@example.net")]
    [InlineData("@example.net", "•••@example.net")]
    [InlineData("\"will popescu\"@example.org", "•••@example.org")]
    [InlineData("🎉party@example.net", "•••@example.net")]
    [InlineData("root", "r•••")]
    [InlineData("", "•••")]
    [InlineData("a***+AbCdEfGhIjKlMnOp@example.net", "a•••@example.net")]
    [InlineData("~AbCdEfGhIjKlMnOp@example.net", "•••@example.net")]
    public void First_letter_and_domain_are_left(string address, string shown) => Assert.Equal(shown, AddressMask.Of(address));

    [Theory]
    [InlineData("550 5.1.1 <ann.smith@example.net>: no", "550 5.1.1 <a•••@example.net>: no")]
    [InlineData("user ANN.SMITH unknown, not ann.smithson", "user ••• unknown, not ann.smithson")]
    [InlineData("bounces+1-ann.smith=example.net@shop.example, bob@x.example.", "b•••@shop.example, b•••@x.example.")]
    [InlineData("to \"ann smith\"@example.net now", "to •••@example.net now")]
    [InlineData("a @ b and @example.org and x@", "a @ b and @example.org and •••@")]
    [InlineData("\"@a", "\"@a")]
    [InlineData("nothing here", "nothing here")]
    [InlineData("ann.smith@example.net@example.org", "a•••@example.net@example.org")]
    public void No_address_is_left_in_a_text(string text, string shown) => Assert.Equal(shown, AddressMask.Within(text, "ann.smith@example.net"));

    [Fact]
    public void Masking_what_is_masked_changes_nothing()
    {
        var once = AddressMask.Within("ann.smith@example.net, user ann.smith", "ann.smith@example.net");

        Assert.Equal(once, AddressMask.Within(once, "ann.smith@example.net"));
    }
}
