using System.Text.RegularExpressions;

namespace MailStats.Dashboard.Tests;

public sealed partial class ReasonTests
{
    [Fact]
    public void Rules_can_give_every_reason_that_the_classifier_knows()
    {
        var rules = File.ReadAllText(Path.Combine(Checkout.Root, "services/Classifier/Rules/reasons.rules"));
        var known = Reason().Matches(rules).Select(match => match.Value).Where(reason => reason != "unknown").ToHashSet();
        var source = File.ReadAllText(Path.Combine(Checkout.Root, "gateway/dashboard/src/bounces/reasons.ts"));
        var offered = Quoted().Matches(source[..source.IndexOf("as const", StringComparison.Ordinal)]).Select(match => match.Groups[1].Value).ToHashSet();

        Assert.Equal(known.Order(), offered.Order());
    }

    [GeneratedRegex("^[a-z_]+$", RegexOptions.Multiline)]
    private static partial Regex Reason();

    [GeneratedRegex("'([a-z_]+)'")]
    private static partial Regex Quoted();
}
