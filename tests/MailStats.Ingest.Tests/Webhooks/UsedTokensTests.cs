using System.Globalization;
using MailStats.Ingest.Webhooks;

namespace MailStats.Ingest.Tests.Webhooks;

public sealed class UsedTokensTests
{
    private static readonly TimeSpan Oldest = TimeSpan.FromHours(12);
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private readonly UsedTokens _tokens = new(Oldest, most: 3);

    [Fact]
    public void A_token_proves_the_first_body_and_repetitions_of_it()
    {
        Assert.True(_tokens.Proves("t", "a"u8, Noon));
        Assert.True(_tokens.Proves("t", "a"u8, Noon));
        Assert.False(_tokens.Proves("t", "b"u8, Noon));
    }

    [Fact]
    public void It_is_remembered_as_long_as_it_may_come()
    {
        Assert.True(_tokens.Proves("t", "a"u8, Noon));

        Assert.False(_tokens.Proves("t", "b"u8, Noon + Oldest));
    }

    [Fact]
    public void Past_two_full_generations_the_oldest_are_forgotten()
    {
        for (var number = 0; number < 7; number++)
        {
            Assert.True(_tokens.Proves(number.ToString(CultureInfo.InvariantCulture), "a"u8, Noon));
        }

        Assert.False(_tokens.Proves("3", "b"u8, Noon));
        Assert.False(_tokens.Proves("6", "b"u8, Noon));
        Assert.True(_tokens.Proves("0", "b"u8, Noon));
    }
}
