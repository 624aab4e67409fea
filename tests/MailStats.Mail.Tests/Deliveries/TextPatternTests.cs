using FsCheck;
using FsCheck.Fluent;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Time;

namespace MailStats.Mail.Tests.Deliveries;

public sealed class TextPatternTests
{
    private static readonly string[] Pieces =
    [
        "ann.smith@example.net", "ann.smith", "example.net", "4F9D01C", "mx1.example", "mx1", "20261005120000", "20261005T120000", "550", "5.1.1",
        "550-5.1.1", "",
        " ", "\n", ".", "..", "-", "@", "=", "+", "<", ">", "bounces+17-", "x@y", "Grüße", "🎉", "no such user", "id=7", "\u0001", "\u001F",
        "192.0.2.1", "[2001:db8::1]",
    ];

    [Theory]
    [InlineData("550 5.1.1 <ann.smith@example.net>: user ann.smith unknown", "550 5.1.1 <\u0003>: user \u0004 unknown")]
    [InlineData("250 2.0.0 OK 4F9D01C", "\u0001 \u0001 OK \u0002")]
    [InlineData("mx1/20261005120000/4F9D01C", "\u0007/\u000E/\u0002")]
    [InlineData("20261005T120000-mx1-4F9D01C", "\u000F-\u0007-\u0002")]
    [InlineData("bounces+1027-ann.smith=example.net@shop.example", "bounces+\u0001-\u0004=\u0005@shop.example", false)]
    [InlineData("Your order 20261-AB, thank you.", "Your order \u0001-AB, thank you.")]
    [InlineData("write to help@other.example.", "write to \u0001.")]
    [InlineData("ann.smith..+x", "\u0004..+x")]
    public void What_texts_have_in_common_is_their_pattern(string text, string pattern, bool addressesAreParts = true) =>
        Assert.Equal(pattern, PatternOf(text, addressesAreParts));

    [Theory]
    [InlineData("")]
    [InlineData("a \u0001 b")]
    public void What_cannot_be_put_together_again_is_left_whole(string text) => Assert.Null(PatternOf(text));

    [Fact]
    public void A_text_past_the_bound_is_left_whole()
    {
        Assert.NotNull(PatternOf(new string('a', TextPattern.MaxLength)));
        Assert.Null(PatternOf(new string('a', TextPattern.MaxLength + 1)));
        Assert.NotNull(PatternOf(string.Join(' ', Enumerable.Repeat("7x", TextPattern.MaxParts))));
        Assert.Null(PatternOf(string.Join(' ', Enumerable.Repeat("7x", TextPattern.MaxParts + 1))));
    }

    /// <summary>What is said of one person alone must not stand in a text that others' mail shares.</summary>
    [Fact]
    public void No_pattern_of_a_reply_holds_an_address() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(
        Texts().ToArbitrary(),
        text => PatternOf(text) is not { } pattern
            || (!pattern.Contains('@') && !pattern.Split(' ', '<', '>', '\n', '-', '=', '+').Any(word => word.TrimEnd('.') is "ann.smith"))));

    [Fact]
    public void A_text_is_put_together_as_it_was() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(
        Texts().ToArbitrary(),
        text =>
        {
            Span<char> buffer = new char[TextPattern.MaxLength];
            Span<Range> ranges = new Range[TextPattern.MaxParts];

            if (!TextPattern.TryTakeApart(text, Facts, ("550", "5.1.1"), text.Length % 2 == 0, buffer, ranges, out var pattern))
            {
                return text.Length == 0 || text.Any(char.IsControl) || text.Length > 200;
            }

            var parts = pattern.Parts.ToArray().Select(part => text[part]).ToArray();

            return TextPattern.PutTogether(pattern.Text.ToString(), Facts, parts) == text;
        }));

    private static TextFacts Facts => new("ann.smith@example.net", "4F9D01C", "mx1.example", UnixTime.ToMicroseconds(Some.Noon));

    private static Gen<string> Texts() => Gen.Elements(Pieces).ArrayOf().Select(pieces => string.Concat(pieces));

    private static string? PatternOf(string text, bool addressesAreParts = true) =>
        TextPattern.TryTakeApart(
            text, Facts, ("550", "5.1.1"), addressesAreParts, new char[TextPattern.MaxLength], new Range[TextPattern.MaxParts], out var pattern)
            ? pattern.Text.ToString()
            : null;
}
