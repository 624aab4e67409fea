using FsCheck;
using FsCheck.Fluent;
using MailStats.Classifier.Rules;

namespace MailStats.Classifier.Tests;

public class PhraseIndexTests
{
    [Fact]
    public void It_finds_what_a_plain_search_finds()
    {
        var letters = Gen.Elements('a', 'b', ' ', '.', '1', '\u4e00', '\u0436');
        var fragment = from text in letters.ListOf(4) select string.Concat(text.Append('b'));
        var cases =
            from fragments in fragment.ListOf(6)
            from text in letters.ListOf(60)
            select (Fragments: fragments.Select(part => part.Trim()).Where(part => part.Length >= 2).Distinct().ToArray(), Text: string.Concat(text));

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(cases.ToArbitrary(), test =>
        {
            var index = new PhraseIndex([.. test.Fragments.Select(part => new Pattern(part, [new Stage([part], 0)]))]);

            return index.Find(test.Text).Patterns.Order().SequenceEqual(
                Enumerable.Range(0, test.Fragments.Length).Where(number => Occurs(test.Text, test.Fragments[number])));
        }));
    }

    [Theory]
    [InlineData("user .. unknown", "user bob is unknown", true)]
    [InlineData("user .. unknown", "unknown user", false)]
    [InlineData("user .. unknown", "user of a server that is, as far as anybody knows, quite unknown", false)]
    [InlineData("user ... unknown", "user of a server that is quite unknown", true)]
    [InlineData("user .. unknown", "user, another of the many, or user x unknown", true)]
    [InlineData("user .. unknown", "we have no user. the host is unknown", false)]
    [InlineData("user .. unknown", "user bob. The user ann is unknown", true)]
    [InlineData("user ... unknown", "we have no user. the host is unknown", true)]
    [InlineData("block*", "blocking", true)]
    [InlineData("block", "blocking", false)]
    [InlineData("*list", "blacklist", true)]
    [InlineData("list", "blacklist", false)]
    [InlineData("host", "host.example.net", false)]
    [InlineData("host", "the host.", true)]
    [InlineData("(no|not) relay", "not relay", true)]
    [InlineData(@"\(bl\)", "refused (bl) here", true)]
    [InlineData(@"\(bl\)", "refused bl here", false)]
    public void A_pattern_means_what_it_says(string pattern, string text, bool found) =>
        Assert.Equal(found, new PhraseIndex([Pattern.Parse(pattern)]).Find(text).Patterns.Count == 1);

    private static bool Occurs(string text, string fragment)
    {
        for (var start = text.IndexOf(fragment, StringComparison.Ordinal); start >= 0; start = text.IndexOf(fragment, start + 1, StringComparison.Ordinal))
        {
            var end = start + fragment.Length;

            if ((!char.IsAsciiLetterOrDigit(fragment[0]) || !IsWord(text, start - 1, -1))
                && (!char.IsAsciiLetterOrDigit(fragment[^1]) || !IsWord(text, end, 1)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a word goes on at a place: by a letter, or by a dot with a letter behind it.</summary>
    private static bool IsWord(string text, int place, int step)
    {
        return At(place) is { } c && (char.IsAsciiLetterOrDigit(c) || c == '.' && At(place + step) is { } next && char.IsAsciiLetterOrDigit(next));

        char? At(int index) => index >= 0 && index < text.Length ? text[index] : null;
    }
}
