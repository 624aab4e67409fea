using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using MailStats.Contracts;
using MailStats.Mail.Attempts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Tests.Deliveries;

namespace MailStats.Mail.Tests.Attempts;

public sealed class TallyProperties
{
    /// <summary>New state minus old, batch by batch, comes to what all events at once come to.</summary>
    [Fact]
    public void However_events_are_told_the_ledger_is_the_same() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(
        (from events in EventGen.EventsOfOne from retold in EventGen.Retold(events) select (events, retold)).ToArbitrary(),
        told =>
        {
            var (state, moved, once) = (new DeliveryState(), new Tally(), new Tally());

            foreach (var batch in told.retold)
            {
                moved.Add("acme", state, -1);
                Array.ForEach(batch, delivery => state.Merge(delivery));
                moved.Add("acme", state, 1);
            }

            var whole = new DeliveryState();
            Array.ForEach(told.events, delivery => whole.Merge(delivery));
            once.Add("acme", whole, 1);

            return !moved.Lacks(once).ByPlace().Any() && Lines(moved).SequenceEqual(Lines(once));
        }));

    /// <summary>Of tries without number the ledger counts as many as a delivery tells apart: those between the first and the last too.</summary>
    [Theory]
    [InlineData(64, 64)]
    [InlineData(65, 65)]
    [InlineData(Trail.Most, Trail.Most)]
    [InlineData(Trail.Most + 1, Trail.Most)]
    public void Every_attempt_counts_in_any_order_and_when_it_was_put_away_in_between(int attempts, int counted)
    {
        var events = Enumerable.Range(0, attempts).Select(number => Some.Deferral(at: Some.Noon.AddMinutes(7 * number))).ToArray();
        var (forth, back, shuffled) = (new DeliveryState(), new DeliveryState(), new DeliveryState());
        Array.ForEach(events, delivery => forth.Merge(delivery));
        Array.ForEach([.. events.Reverse()], delivery => back.Merge(delivery));
        var mixed = events.ToArray();
        new Random(5).Shuffle(mixed);

        foreach (var some in mixed.Chunk(100))
        {
            Array.ForEach(some, delivery => shuffled.Merge(delivery));
            shuffled = DeliveryCodec.Decode(Written(shuffled), NumberedTexts.All).State;
        }

        var tally = new Tally();
        tally.Add("acme", shuffled, 1);

        Assert.Equal(Written(forth), Written(back));
        Assert.Equal(Written(forth), Written(shuffled));
        Assert.Equal(counted, tally.ByPlace().Sum(place => place.Counts.Sum(count => count.Count)));
        Assert.Equal(Trail.First + Math.Min(attempts - Trail.First, Trail.Last), shuffled.Trail.Count);
        Assert.All(events, delivery => Assert.False(forth.Merge(delivery)));
    }

    private static byte[] Written(DeliveryState state)
    {
        var bytes = new ArrayBufferWriter<byte>();
        DeliveryCodec.Encode(new("m1", "ann@example.net", state), NumberedTexts.All, bytes);

        return bytes.WrittenSpan.ToArray();
    }

    [Fact]
    public void A_sheet_says_what_was_written_and_has_one_form() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(
        Counts().ToArbitrary(),
        counts =>
        {
            var names = new Numbered();
            var read = new List<TallyCount>();
            var bytes = Encode(counts, names);
            TallySheet.Decode(bytes, names, (key, count) => read.Add(new(key, count)));

            return read.ToHashSet().SetEquals(counts) && read.Count == counts.Count
                && Encode([.. counts.Reverse()], names).SequenceEqual(bytes);
        }));

    [Fact]
    public void A_usual_count_takes_five_bytes()
    {
        var names = new Numbered();
        var counts = Enumerable.Range(0, 100)
            .Select(number => new TallyCount(new($"domain{number}.example", $"company{number}.test", "", (int)AttemptOutcome.Delivered, ""), 1))
            .ToList();

        Assert.InRange(Encode(counts, names).Length, 1, 500);
    }

    private static byte[] Encode(IReadOnlyCollection<TallyCount> counts, ITallyNames names)
    {
        var bytes = new ArrayBufferWriter<byte>();
        TallySheet.Encode(counts, names, bytes);

        return bytes.WrittenSpan.ToArray();
    }

    private static IEnumerable<string> Lines(Tally tally) =>
        tally.ByPlace().SelectMany(place => place.Counts.Select(count => $"{place.Place} {count}")).Order(StringComparer.Ordinal);

    private static Gen<IReadOnlyCollection<TallyCount>> Counts()
    {
        var key =
            from domain in Gen.Elements("a.example", "b.example", "c.example")
            from provider in Gen.Elements("", "Gmail", "Yahoo", "d.example")
            from ip in Gen.Elements("", "192.0.2.1")
            from mark in Gen.Choose(0, TimeBins.Count)
            from reason in Gen.Elements("", "mailbox_full", "user_unknown")
            select new TallyKey(domain, provider, ip, mark, reason);
        var count = Gen.Elements(1L, 2L, -1L, 0L, 300L, long.MaxValue, long.MinValue);

        return (from one in key from many in count select new TallyCount(one, many)).ListOf()
            .Select(counts => (IReadOnlyCollection<TallyCount>)counts.DistinctBy(some => some.Key).ToList());
    }

    private sealed class Numbered : ITallyNames
    {
        private readonly List<string> _names = [""];

        public long NumberOf(string name)
        {
            if (!_names.Contains(name))
            {
                _names.Add(name);
            }

            return _names.IndexOf(name);
        }

        public string NameOf(long number) => _names[(int)number];
    }
}
