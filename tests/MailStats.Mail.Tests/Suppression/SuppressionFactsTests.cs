using MailStats.Contracts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Suppression;
using MailStats.Mail.Time;

namespace MailStats.Mail.Tests.Suppression;

public sealed class SuppressionFactsTests
{
    private static readonly SuppressionSettings Settings = new();
    private static readonly long Now = UnixTime.ToMicroseconds(Some.Noon);

    [Fact]
    public void The_latest_deliveries_of_each_kind_are_kept_and_one_past_the_bound_is_not()
    {
        var facts = new SuppressionFacts();

        for (var i = 0; i <= SuppressionFacts.MostOfEachKind; i++)
        {
            facts.Hear($"d{i}", Evidence(EvidenceKind.Hard, i), Evidence(EvidenceKind.Complaint, i));
        }

        Assert.Equal(2 * SuppressionFacts.MostOfEachKind, facts.Evidence.Count);
        Assert.DoesNotContain(facts.Evidence, evidence => evidence.Delivery == "d0");
        Assert.False(facts.Hear("d0", Evidence(EvidenceKind.Hard, 0)));

        Assert.All(Enumerable.Range(0, SuppressionFacts.MostDeliveries + 1), i => facts.Deliver(new(i, (ushort)i)));
        Assert.Equal((SuppressionFacts.MostDeliveries, 1L), (facts.Deliveries.Count, facts.Deliveries[0].At));
        Assert.False(facts.Deliver(new(0, 0)));
    }

    [Fact]
    public void Facts_are_the_same_in_any_order_and_told_again()
    {
        var random = new Random(4);
        var told = Enumerable.Range(0, 60).Select(_ => (Delivery: $"d{random.Next(25)}", Evidence: Evidence((EvidenceKind)random.Next(1, 5), random.Next(40))))
            .DistinctBy(one => one.Delivery).ToList();
        var times = Enumerable.Range(0, 30).Select(_ => new DeliveredMail(random.Next(50), (ushort)random.Next(25))).ToList();
        var seen = new HashSet<string>();

        for (var turn = 0; turn < 20; turn++)
        {
            var facts = new SuppressionFacts();
            var steps = told.Select(one => (Action)(() => facts.Hear(one.Delivery, one.Evidence)))
                .Concat(times.Select(mail => (Action)(() => facts.Deliver(mail)))).ToList();

            foreach (var step in steps.Concat(steps.Take(20)).OrderBy(_ => random.Next()))
            {
                step();
            }

            seen.Add(Convert.ToHexString(facts.Write()));
            Assert.Equal(facts.Write(), SuppressionFacts.Read(facts.Write()).Write());
        }

        Assert.Single(seen);
    }

    [Fact]
    public void What_a_delivery_says_now_is_in_place_of_what_it_said()
    {
        var facts = new SuppressionFacts();
        facts.Hear("d1", Evidence(EvidenceKind.Hard, Now));
        Assert.NotNull(facts.At(Now, Settings));

        Assert.True(facts.Hear("d1"));

        Assert.Null(facts.At(Now, Settings));
    }

    [Fact]
    public void A_clock_that_was_set_back_neither_undoes_a_removal_nor_an_addition_after_it()
    {
        var facts = new SuppressionFacts();
        facts.Give(SuppressionCause.Manual, null, null, Now);
        facts.Remove(Now - 1_000);
        Assert.Null(facts.At(Now, Settings));

        Assert.True(facts.Give(SuppressionCause.Manual, null, null, Now - 2_000));

        Assert.Equal(SuppressionCause.Manual, facts.At(Now, Settings)!.Cause);
    }

    [Fact]
    public void Each_cause_ends_by_its_own_rule_and_the_one_that_holds_longest_is_shown()
    {
        var settings = new SuppressionSettings { HardBounceDays = 10, ComplaintDays = 5 };
        var day = UnixTime.Microseconds(TimeSpan.FromDays(1));
        var facts = new SuppressionFacts();
        facts.Hear("d1", Evidence(EvidenceKind.Hard, Now), Evidence(EvidenceKind.Complaint, Now));

        Assert.Equal(SuppressionCause.Complaint, facts.At(Now + (5 * day) - 1, settings)!.Cause);
        Assert.Equal(SuppressionCause.HardBounce, facts.At(Now + (5 * day), settings)!.Cause);
        Assert.Null(facts.At(Now + (10 * day), settings));
        Assert.NotNull(facts.At(long.MaxValue, settings with { ComplaintDays = null }));
        facts.Give(SuppressionCause.Import, "old list", Now + (20 * day), Now);
        Assert.Equal((SuppressionCause.Import, "old list"), (facts.At(Now + (19 * day), settings)!.Cause, facts.At(Now + (19 * day), settings)!.Reason));
        Assert.Null(facts.At(Now + (20 * day), settings));
    }

    [Fact]
    public void Only_what_is_sure_speaks_against_an_address()
    {
        Assert.Equal(EvidenceKind.Hard, KindOf(Some.UserUnknown));
        Assert.Equal(EvidenceKind.Weak, KindOf(Some.MailboxFull));
        Assert.Equal(EvidenceKind.Weak, KindOf(Some.UserUnknown with { Reason = "recipient_unknown", Hard = false }));
        Assert.Equal(EvidenceKind.Provider, KindOf(Some.UserUnknown with { Reason = "suppressed", Hard = false }));
        Assert.Null(KindOf(Some.UserUnknown with { Unknown = true }));
        Assert.Null(KindOf(Some.UserUnknown with { Reason = "spam_content", Hard = false }));
        Assert.Null(KindOf(null));
        Assert.Null(KindOf(Some.UserUnknown, sender: ""));
        Assert.Null(KindOf(Some.UserUnknown, local: true));
        Assert.Null(KindOf(Some.UserUnknown, kind: DeliveryEventKind.Rejected));
        Assert.Null(KindOf(Some.UserUnknown, kind: DeliveryEventKind.Deferred));
    }

    [Theory]
    [InlineData("ann+news@example.net", "ann@example.net")]
    [InlineData("ann+a+b@example.net", "ann@example.net")]
    [InlineData("ann@exa+mple.net", "ann@exa+mple.net")]
    [InlineData("+news@example.net", "+news@example.net")]
    [InlineData("\"ann+news\"@example.net", "\"ann+news\"@example.net")]
    [InlineData("a***+AAAAAAAAAAAAAAAA@example.net", "a***+AAAAAAAAAAAAAAAA@example.net")]
    public void A_tag_is_what_follows_a_plus_in_an_unquoted_local_part(string address, string bare) =>
        Assert.Equal(bare, SuppressedAddress.WithoutTag(address));

    [Fact]
    public void A_run_of_deliveries_finds_those_after_a_time()
    {
        (ulong Hash, DeliveredMail Mail)[] all =
            [(7, new(500, 1)), (3, new(100, 2)), (7, new(100, 3)), (7, new(300, 4)), (0xFFFF_FFFF_FFFF, new(100 + DeliveredAddresses.LongestSpan, 0xFFFF))];
        var run = new DeliveredAddresses(100, DeliveredAddresses.Pack(100, all));
        List<DeliveredMail> found = [], last = [];
        List<(ulong, DeliveredMail)> back = [];

        run.Find(7, 100, found);
        run.Find(0xFFFF_FFFF_FFFF, 0, last);
        run.Find(8, 0, found);
        run.AddTo(back);

        Assert.Equal([new(300, 4), new(500, 1)], found);
        Assert.Equal(100 + DeliveredAddresses.LongestSpan, Assert.Single(last).At);
        Assert.Equal(all, back);
    }

    private static EvidenceKind? KindOf(
        Classification? classification, string sender = "shop@example.org", bool local = false, DeliveryEventKind kind = DeliveryEventKind.Bounced)
    {
        var state = new DeliveryState();
        state.Merge(Some.Event(kind, sender: sender, classification: classification, with: reported => reported with { Local = local }));

        return SuppressionRules.EvidenceIn(state).Failure?.Kind;
    }

    private static SuppressionEvidence Evidence(EvidenceKind kind, long at) => new() { Kind = kind, At = at, AcknowledgedAt = at };
}
