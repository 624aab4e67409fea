using Xunit.Abstractions;

namespace MailStats.Collector.Tests;

public sealed class PostfixCorporaTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names { get; } = ["postfix/main", "postfix/rotated", "postfix/twohosts", "postfix/longids", "postfix/rfc3339"];

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void Every_delivery_is_as_the_truth_says(string corpus)
    {
        Corpora.SkipUnlessPresent(corpus);

        var events = Corpora.Read(corpus, "postfix", out _);

        var differences = TruthComparison.Differences(Corpora.Truth(corpus), Ledger.Of(events));
        foreach (var difference in differences.Take(60))
        {
            output.WriteLine(difference);
        }

        Assert.Empty(differences);
    }
}
