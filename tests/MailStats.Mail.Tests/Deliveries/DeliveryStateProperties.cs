using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using MailStats.Contracts;
using MailStats.Mail.Deliveries;

namespace MailStats.Mail.Tests.Deliveries;

public sealed class DeliveryStateProperties
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(3000);

    [Fact]
    public void Order_and_repetition_change_no_byte_of_a_state() => Check.One(Thorough, Prop.ForAll(
        Told(),
        told => Merge(told.Events).SequenceEqual(Merge(told.Retold.SelectMany(batch => batch)))));

    [Fact]
    public void An_event_that_was_merged_changes_nothing_again() => Check.One(Thorough, Prop.ForAll(
        EventGen.EventsOfOne.ToArbitrary(),
        events =>
        {
            var state = new DeliveryState();
            Array.ForEach(events, delivery => state.Merge(delivery));
            return events.All(delivery => !state.Merge(delivery));
        }));

    [Fact]
    public void What_is_written_is_read_back() => Check.One(Thorough, Prop.ForAll(
        EventGen.EventsOfOne.ToArbitrary(),
        events =>
        {
            var bytes = Merge(events);
            return bytes.SequenceEqual(Encode(DeliveryStateCodec.Decode(bytes, FixedTable.Instance)));
        }));

    /// <summary>A state that lost something to its encoding would show it when it is merged further.</summary>
    [Fact]
    public void A_state_can_be_put_away_between_any_two_events() => Check.One(Thorough, Prop.ForAll(
        EventGen.EventsOfOne.ToArbitrary(),
        events =>
        {
            var state = new DeliveryState();

            foreach (var delivery in events)
            {
                state = DeliveryStateCodec.Decode(Encode(state), FixedTable.Instance);
                state.Merge(delivery);
            }

            return Encode(state).SequenceEqual(Merge(events));
        }));

    [Fact]
    public void A_changed_state_has_changed_bytes_and_an_unchanged_one_has_not() => Check.One(Thorough, Prop.ForAll(
        EventGen.EventsOfOne.ToArbitrary(),
        events =>
        {
            var state = new DeliveryState();
            var before = Encode(state);

            foreach (var delivery in events)
            {
                var changed = state.Merge(delivery);
                var after = Encode(state);

                if (changed == before.SequenceEqual(after))
                {
                    return false;
                }

                before = after;
            }

            return true;
        }));

    private static Arbitrary<(ClassifiedDelivery[] Events, ClassifiedDelivery[][] Retold)> Told() =>
        (from events in EventGen.EventsOfOne from retold in EventGen.Retold(events) select (events, retold)).ToArbitrary();

    private static byte[] Merge(IEnumerable<ClassifiedDelivery> events)
    {
        var state = new DeliveryState();

        foreach (var delivery in events)
        {
            state.Merge(delivery);
        }

        return Encode(state);
    }

    private static byte[] Encode(DeliveryState state)
    {
        var bytes = new ArrayBufferWriter<byte>();
        DeliveryStateCodec.Encode(state, FixedTable.Instance, bytes);

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Numbers that do not depend on who asks first.</summary>
    private sealed class FixedTable : IClassificationTable
    {
        public static readonly FixedTable Instance = new();

        private readonly List<Classification> _known = [];

        public Classification this[long id] => _known[(int)id - 1];

        public long IdOf(Classification classification)
        {
            lock (_known)
            {
                if (!_known.Contains(classification))
                {
                    _known.Add(classification);
                }

                return _known.IndexOf(classification) + 1;
            }
        }
    }
}
