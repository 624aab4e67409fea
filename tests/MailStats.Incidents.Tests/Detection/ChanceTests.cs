using MailStats.Incidents.Detection;

namespace MailStats.Incidents.Tests.Detection;

public sealed class ChanceTests
{
    [Theory]
    [InlineData(12, 40, 0.02, 50)]
    [InlineData(30, 30, 0.05, 20)]
    [InlineData(8, 200, 0.004, 500)]
    public void The_bound_is_just_above_the_exact_probability(int failed, int tried, double rate, double strength)
    {
        var exact = 0.0;

        for (var count = failed; count <= tried; count++)
        {
            exact += Math.Exp(
                Chance.LogGamma(tried + 1) - Chance.LogGamma(count + 1) - Chance.LogGamma(tried - count + 1)
                + Chance.LogGamma(count + rate * strength) + Chance.LogGamma(tried - count + (1 - rate) * strength) - Chance.LogGamma(tried + strength)
                + Chance.LogGamma(strength) - Chance.LogGamma(rate * strength) - Chance.LogGamma((1 - rate) * strength));
        }

        Assert.InRange(Chance.LogTail(failed, tried, rate, strength), Math.Log(exact) - 1e-6, Math.Log(exact) + 1);
    }

    [Fact]
    public void What_is_expected_is_not_unlikely() => Assert.Equal(0, Chance.LogTail(2, 100, 0.02, 50));

    [Theory]
    [InlineData(1, 0)]
    [InlineData(5, 3.1780538303479458)]
    [InlineData(0.5, 0.57236494292470009)]
    [InlineData(100, 359.13420536957540)]
    public void The_gamma_function_is_right(double x, double expected) => Assert.Equal(expected, Chance.LogGamma(x), 1e-8);
}
