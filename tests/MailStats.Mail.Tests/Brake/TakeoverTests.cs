using MailStats.BrakeBench;
using Xunit.Abstractions;

namespace MailStats.Mail.Tests.Brake;

/// <summary>
/// The aims: half of all thefts stopped by the sixtieth recipient, one stop for nothing in a thousand mailbox-months. Over many mailboxes:
/// <c>tests/bench/MailStats.BrakeBench</c>.
/// </summary>
public sealed class TakeoverTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("classes")]
    [InlineData("office")]
    [InlineData("company")]
    public void With_ten_weeks_of_history_thefts_are_stopped_after_tens_of_recipients_and_hardly_anybody_else_is(string maker)
    {
        var score = Of(maker, history: 78);

        Assert.True(score.Median <= 60, $"median {score.Median}");
        Assert.True(score.FalseStops <= 3, $"{score.FalseStops} false stops");
        Assert.True(score.Missed <= 0.15, $"{score.Missed} missed");
    }

    [Theory]
    [InlineData("classes")]
    [InlineData("office")]
    [InlineData("company")]
    public void In_a_systems_first_month_hardly_anybody_is_stopped_for_nothing(string maker)
    {
        var score = Of(maker, history: 0);

        Assert.True(score.Median <= 120, $"median {score.Median}");
        Assert.True(score.FalseStops <= 4, $"{score.FalseStops} false stops");
    }

    [Theory]
    [InlineData("company")]
    [InlineData("hosting")]
    public void Where_it_is_told_where_mail_comes_from_a_first_month_is_like_any_other(string maker)
    {
        var score = Of(maker, history: 0, thievesOfTheirOwn: 0.2);

        Assert.True(score.Median <= 60, $"median {score.Median}");
        Assert.True(score.FalseStops <= 5, $"{score.FalseStops} false stops");
        Assert.True(score.Missed <= 0.25, $"{score.Missed} missed");
    }

    private Score Of(string name, int history, double? thievesOfTheirOwn = null)
    {
        var score = new Score(
            draws => name switch
            {
                "classes" => new ClassesOfSize(draws),
                "office" => new OfficeMail(draws),
                "hosting" => new HostingMail(draws),
                _ => new CompanyMail(draws),
            },
            history,
            thievesOfTheirOwn);
        score.Thefts(seed: 731, ofEach: 8);
        score.Clean(seed: 732, mailboxes: 1_000);
        using var to = new StringWriter();
        score.Print(to, name, details: true);
        output.WriteLine(to.ToString());

        return score;
    }
}
