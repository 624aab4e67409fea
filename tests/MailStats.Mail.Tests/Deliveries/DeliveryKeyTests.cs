using MailStats.Mail.Deliveries;

namespace MailStats.Mail.Tests.Deliveries;

public sealed class DeliveryKeyTests
{
    [Fact]
    public void Every_part_of_a_key_counts_and_none_runs_into_the_next()
    {
        DeliveryKey[] keys =
        [
            new("acme", "m1", "ann@example.net"), new("zeta", "m1", "ann@example.net"), new("acme", "m2", "ann@example.net"),
            new("acme", "m1", "Ann@example.net"),
            new("acm", "em1", "ann@example.net"), new("acme", "m1a", "nn@example.net"), new("", "", ""), new("acme", "", ""),
            new("acme", "20261005T041614-mx1-4F9D", "ann@example.net"), new("acme", "20261005041614-mx1-4F9D", "ann@example.net"),
            new("acme", "20261005T041614-mx1-4F9D", "bob@example.net"), new("acme", new('k', 5000), "ann@example.net"),
            new("acme", new('k', 5001), "ann@example.net"),
        ];

        Assert.Equal(keys.Length, keys.Select(HashOf).Distinct().Count());
        Assert.Equal(HashOf(keys[0]), HashOf(keys[0] with { }));
    }

    /// <summary>What a log tells together stands together.</summary>
    [Theory]
    [InlineData("20261005T041614-mx1-F", "20261005T041615-mx1-A")]
    [InlineData("mx1/20261005235959/F", "mx1/20261006000000/A")]
    [InlineData("20261231T235959-mx9-F", "20270101T000000-mx1-A")]
    public void Keys_of_logs_follow_each_other_in_time(string earlier, string later) => Assert.All(
        Enumerable.Range(0, 20),
        number => Assert.True(string.CompareOrdinal(
            HashOf(new("acme", earlier, $"{number}@a.example")), HashOf(new("acme", later, $"{number}@b.example"))) < 0));

    /// <summary>What is counted up stands together, whoever received it.</summary>
    [Theory]
    [InlineData("mx1/1A00", "mx1/1AFF")]
    [InlineData("order-20261005-17", "order-20261005-93")]
    [InlineData("0197f3c2-a1b0-7d5e-8f60-718293a4b5c6", "0197f3c2-ffff-7000-9a9b-000000000001")]
    public void Keys_that_follow_each_other_are_neighbours(string one, string other) => Assert.Single(
        Enumerable.Range(0, 20).Select(number => HashOf(new("acme", number % 2 == 0 ? one : other, $"{number}@a.example"))[..8]).Distinct());

    [Theory]
    [InlineData("2026100504161")]
    [InlineData("20261005T04161")]
    [InlineData("20261005-041614")]
    [InlineData("m1")]
    [InlineData("f47ac10b-58cc-4372-a567-0e02b2c3d479")]
    public void Keys_without_a_second_are_strewn(string messageKey) =>
        Assert.True(Enumerable.Range(0, 20).Select(number => HashOf(new("acme", $"{number}{messageKey}", "ann@a.example"))[..8]).Distinct().Count() > 15);

    private static string HashOf(DeliveryKey key)
    {
        var hash = new byte[DeliveryKey.HashLength];
        key.WriteHash(hash);

        return Convert.ToHexString(hash);
    }
}
