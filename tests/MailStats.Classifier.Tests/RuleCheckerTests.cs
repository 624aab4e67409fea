using MailStats.Classifier.Files;
using MailStats.Classifier.Receivers;
using MailStats.Classifier.Rules;

namespace MailStats.Classifier.Tests;

public class RuleCheckerTests
{
    [Fact]
    public void The_rules_that_come_with_the_classifier_are_sound() => Assert.NotEmpty(RuleBook.BuiltIn.Rules);

    [Fact]
    public void A_rule_behind_a_wider_one_is_never_reached() =>
        AssertMistake("\"mailbox is full\" is never reached, wide stands before it", """
            wide: mailbox_full
              - (is|was) full
            narrow: mailbox_full
              - mailbox is full
            """);

    [Fact]
    public void A_code_behind_a_wider_one_is_never_reached() =>
        AssertMistake("(narrow): is never reached, wide stands before it", """
            wide: mailbox_full
              enhanced: x.2.x
            narrow: recipient_disabled
              enhanced: 5.2.1
            """);

    [Fact]
    public void A_rule_that_excludes_itself_is_never_reached() =>
        AssertMistake("is never reached, its own unless stands before it", """
            contrary: mailbox_full
              - mailbox full
              unless: full
            """);

    [Theory]
    [InlineData("- mailbox (full", "a bracket is not closed")]
    [InlineData("- mailbox full)", "')' outside brackets")]
    [InlineData("- mail*box", "has a * in the middle")]
    [InlineData("- x", "is too short to look for")]
    [InlineData("- Mailbox full", "never stands like this in a reply in normal form")]
    [InlineData("- boîte pleine", "never stands like this in a reply in normal form")]
    [InlineData("code: 9xx", "\"9xx\" is no reply code")]
    [InlineData("enhanced: 5.2", "\"5.2\" is no enhanced status code")]
    [InlineData("at: Nowhere", "there is no receiver \"Nowhere\"")]
    [InlineData("colour: blue", "\"colour\" is none of")]
    [InlineData("advice: do {this}", "\"{this}\" is no place that advice can have")]
    [InlineData("", "looks for nothing")]
    public void A_broken_rule_is_named_with_its_place(string line, string mistake) =>
        AssertMistake(mistake, "full: mailbox_full\n  " + line);

    [Fact]
    public void A_rule_for_a_reason_that_does_not_exist_is_a_mistake() =>
        AssertMistake("plain.rules line 1 (full): there is no reason \"mailbox_overflow\"", "full: mailbox_overflow\n  - mailbox full");

    [Fact]
    public void Two_rules_with_one_name_are_a_mistake() =>
        AssertMistake("plain.rules line 1 and plain.rules line 3: two rules are called full", """
            full: mailbox_full
              - mailbox full
            full: mailbox_full
              - over quota
            """);

    [Fact]
    public void A_reason_without_advice_is_a_mistake() =>
        AssertMistake("a reason without advice", "full: mailbox_full\n  - mailbox full", "\nsomething_new\n  actor: recipient\n");

    [Fact]
    public void A_reason_that_no_rule_gives_is_a_mistake() =>
        AssertMistake("no rule gives the reason something_new", "full: mailbox_full\n  - mailbox full", "\nsomething_new\n  actor: recipient\n  advice: Do.\n");

    [Fact]
    public void Every_mistake_is_told_at_once()
    {
        var mistakes = MistakesOf("""
            first: mailbox_full
              - (full
            second: no_such_reason
              - other
            """);

        Assert.Equal(2, mistakes.Count);
    }

    [Fact]
    public void A_token_in_two_rules_with_different_reasons_contradicts_itself() =>
        AssertMistake("plain.rules line 1 (virus): the token \"ib705\" also stands in link, which gives another reason", """
            virus: malware
              - ib705
            link: domain_blocklisted
              - (ib705|ib706)
            """);

    [Fact]
    public void A_token_covered_by_a_wider_one_contradicts_it() =>
        AssertMistake("the token \"p=wantauth*\" also stands in sign-in", """
            missing: auth_missing
              - p=wantauth*
              unless: p=wantautherror
            sign-in: smtp_auth_required
              - p=wantauth
              at: Gmail
            """);

    [Fact]
    public void A_narrow_token_may_stand_before_a_wide_one() =>
        Assert.DoesNotContain(
            MistakesOf("""
                virus: malware
                  - aup#1530
                other: policy_rejected
                  - aup#*
                """),
            mistake => mistake.Contains("also stands in", StringComparison.Ordinal));

    [Fact]
    public void A_token_may_mean_two_things_at_two_receivers() =>
        Assert.DoesNotContain(
            MistakesOf("""
                one: malware
                  - x705
                  at: GMX
                other: domain_blocklisted
                  - x705
                  at: Cox
                """),
            mistake => mistake.Contains("also stands in", StringComparison.Ordinal));

    [Theory]
    [InlineData("support.mail.example/answer/12")]
    [InlineData("linkid=526653")]
    [InlineData("sender.office.com")]
    public void A_link_stands_with_the_links(string link) =>
        AssertMistake($"\"{link}\" is a link, which belongs into links.rules", $"page: policy_rejected\n  - {link}");

    [Theory]
    [InlineData("recipient_unknown", "failing for a long time", true)]
    [InlineData("recipient_unknown", "mailbox .. failing for a long time", false)]
    [InlineData("mailbox_full", "failing for a long time", false)]
    public void A_rule_that_makes_an_address_bad_speaks_of_it(string reason, string phrase, bool refused) =>
        Assert.Equal(
            refused,
            MistakesOf($"rule: {reason}\n  - {phrase}")
                .Any(mistake => mistake.Contains("makes an address bad and does not speak of one", StringComparison.Ordinal)));

    [Fact]
    public void A_receiver_has_a_source() =>
        AssertReceiverMistake("receivers.rules line 1 (Somewhere): a receiver without a source", "Somewhere\n  hosts: mx.somewhere.example");

    [Fact]
    public void A_host_belongs_to_one_receiver() =>
        AssertReceiverMistake("the host mx.somewhere.example also belongs to Elsewhere", """
            Somewhere
              hosts: mx.somewhere.example
              source: https://somewhere.example
            Elsewhere
              hosts: MX.somewhere.example
              source: https://elsewhere.example
            """);

    [Fact]
    public void Every_receiver_has_a_source_and_there_are_many() =>
        Assert.InRange(ReceivingProvider.Blocks.Count(block => block.Find("source") is { Length: > 0 } && block.Words("hosts").Any()), 150, int.MaxValue);

    private static void AssertReceiverMistake(string expected, string receivers)
    {
        var exception = Assert.Throws<RuleBookException>(() => RuleBook.Read(RuleFiles.Read, RuleText.Read("receivers.rules", receivers)));

        Assert.Contains(exception.Mistakes, mistake => mistake.Contains(expected, StringComparison.Ordinal));
    }

    private static void AssertMistake(string expected, string phrases, string reasons = "") =>
        Assert.Contains(MistakesOf(phrases, reasons), mistake => mistake.Contains(expected, StringComparison.Ordinal));

    private static IReadOnlyList<string> MistakesOf(string phrases, string reasons = "")
    {
        var exception = Assert.Throws<RuleBookException>(() => RuleBook.Read(name => name switch
        {
            "reasons.rules" => RuleFiles.Read(name) + reasons,
            "plain.rules" => phrases,
            _ => string.Empty,
        }));

        return exception.Mistakes;
    }
}
