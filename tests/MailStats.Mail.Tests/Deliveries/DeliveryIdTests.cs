using MailStats.Mail.Deliveries;

namespace MailStats.Mail.Tests.Deliveries;

public sealed class DeliveryIdTests
{
    [Fact]
    public void It_is_the_hash_of_the_key_in_hexadecimal_digits()
    {
        var key = new DeliveryKey("acme", "20261005T041614-mx1-4F2A", "ann@example.net");
        var hash = new byte[DeliveryKey.HashLength];
        key.WriteHash(hash);

        var id = DeliveryId.Of(key);

        Assert.Equal(Convert.ToHexStringLower(hash), id.ToString());
        Assert.True(DeliveryId.TryParse(id.ToString(), out var parsed));
        Assert.Equal(id, parsed);
        var written = new byte[DeliveryKey.HashLength];
        parsed.Write(written);
        Assert.Equal(hash, written);
    }

    [Fact]
    public void Texts_compare_as_ids_do()
    {
        var ids = Enumerable.Range(0, 200).Select(number => DeliveryId.Of(new("acme", $"key-{number}", "ann@example.net"))).ToList();

        Assert.Equal(ids.Order().Select(id => id.ToString()), ids.Select(id => id.ToString()).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0123456789abcdef0123456789abcde")]
    [InlineData("0123456789abcdef0123456789abcdef0")]
    [InlineData("0123456789ABCDEF0123456789abcdef")]
    [InlineData("0123456789abcdeg0123456789abcdef")]
    [InlineData(" 123456789abcdef0123456789abcdef")]
    [InlineData("+0123456789abcdef0123456789abcde")]
    public void Anything_else_is_no_id(string? text) => Assert.False(DeliveryId.TryParse(text, out _));
}
