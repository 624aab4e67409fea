using System.Globalization;
using Microsoft.Extensions.Time.Testing;

namespace MailStats.ServiceDefaults.Tests;

public sealed class ProvenCallersTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void One_that_is_used_again_and_again_is_remembered()
    {
        var proven = new ProvenCallers(_time);

        for (var round = 0; round < 10; round++)
        {
            proven.Proven("a", "caller");
            _time.Advance(ProvenCallers.Generation * 0.9);

            Assert.Equal("caller", proven.Find("a"));
        }
    }

    [Fact]
    public void One_that_is_not_used_is_forgotten_after_two_generations()
    {
        var proven = new ProvenCallers(_time);
        proven.Proven("a", "caller");

        _time.Advance(2 * ProvenCallers.Generation);

        Assert.Null(proven.Find("a"));
    }

    [Fact]
    public void One_that_is_refused_is_forgotten_at_once()
    {
        var proven = new ProvenCallers(_time);
        proven.Proven("a", "caller");

        proven.Refused("a");

        Assert.Null(proven.Find("a"));
    }

    [Fact]
    public void Past_two_full_generations_the_oldest_are_forgotten()
    {
        var proven = new ProvenCallers(_time);

        for (var number = 0; number <= 2 * ProvenCallers.MaxOfGeneration; number++)
        {
            proven.Proven(number.ToString(CultureInfo.InvariantCulture), "caller");
        }

        Assert.Null(proven.Find("0"));
        Assert.Null(proven.Find((ProvenCallers.MaxOfGeneration - 1).ToString(CultureInfo.InvariantCulture)));
        Assert.Equal("caller", proven.Find(ProvenCallers.MaxOfGeneration.ToString(CultureInfo.InvariantCulture)));
        Assert.Equal("caller", proven.Find((2 * ProvenCallers.MaxOfGeneration).ToString(CultureInfo.InvariantCulture)));
    }
}
